"""A suppressed refusal: somebody was refused, and no trace of it shall be left."""

from typing import Any

from schemas.voucher_ledger.batches import OpenBatch
from tests.tamper.attacker import Attacker
from tests.tamper.chapters import CITIES
from tests.tamper.corpus import variant
from tests.tamper.economy import Voucher, batch_form

KIND = "a suppressed refusal"
LEDGER = "voucher-ledger"


@variant(KIND, "refusal-suppressed", broken=True)
def a_refusal_is_taken_out_of_the_log(a: Attacker) -> None:
    a.remove(LEDGER, a.one(f"{LEDGER}.CommandRefused").position)


@variant(KIND, "refusal-suppressed", "two-histories", broken=True)
def a_refusal_is_taken_out_with_its_outcome_and_all_is_sealed_anew(a: Attacker) -> None:
    refused = a.remove(LEDGER, a.one(f"{LEDGER}.CommandRefused").position)
    a.sql(LEDGER, "DELETE FROM commands WHERE id = %s", refused["command"])
    a.reseal(LEDGER)


@variant(KIND, "refusal-suppressed", broken=True)
def a_refused_registration_is_taken_out_of_identitys_log(a: Attacker) -> None:
    a.remove("identity", a.one("identity.CommandRefused").position)
    a.reseal("identity")


@variant(KIND, "refusal-suppressed", broken=True)
def a_refusal_gives_its_place_to_something_harmless(a: Attacker) -> None:
    entry = a.one(f"{LEDGER}.CommandRefused")
    like = a.all(f"{LEDGER}.BudgetAppropriated")[0].event

    def change(event: dict[str, Any]) -> None:
        event.update(type=like["type"], data=like["data"])

    a.edit(LEDGER, entry.position, change)


@variant(KIND, "refusal-unrecorded", broken=False)
def a_refusal_is_deleted_before_it_gets_its_place(a: Attacker) -> None:
    much = {**batch_form(2027, CITIES[0]), "amount_fen": 10**12}
    a.story.refuse(OpenBatch, a.story.owner(), **much)
    a.sql(LEDGER, f"DELETE FROM events WHERE type = '{LEDGER}.CommandRefused' AND NOT EXISTS ("
          "SELECT FROM entries n WHERE n.tx = events.tx AND n.event_id = events.id)")  # fmt: skip
    a.platform.settle()


@variant(KIND, "answer-missing", broken=False)
def an_orders_refusal_and_its_outcome_are_deleted_before_it_gets_its_place(a: Attacker) -> None:
    holder = next(u for u in a.story.users if u is not a.economy.vouchers[0].holder)
    a.economy.place(Voucher(a.economy.vouchers[0].id, holder), a.economy.offers[0])
    a.platform.sequencers["matching"].step()
    ledger = {each.log: each for each in a.platform.runtimes[LEDGER].subscriptions}
    ledger["matching"].catch_up()
    gone = a.sql(
        LEDGER,
        f"DELETE FROM events WHERE type = '{LEDGER}.CommandRefused' AND NOT EXISTS ("
        "SELECT FROM entries n WHERE n.tx = events.tx AND n.event_id = events.id) "
        "RETURNING body::json->>'command'",
    )
    a.sql(LEDGER, "DELETE FROM commands WHERE id = %s", gone[0][0])
    a.economy.place(a.economy.vouchers[0], a.economy.offers[0])
    a.platform.settle()
    a.story.wait(minutes=1)  # the ledger acknowledges what it has applied


@variant(KIND, "refusal-differs", broken=False)
def the_one_who_was_refused_is_told_another_reason_when_asking_again(a: Attacker) -> None:
    refused = a.one(f"{LEDGER}.CommandRefused").event
    a.sql(
        LEDGER,
        "UPDATE commands SET outcome = replace(outcome, %s, 'service.unavailable') WHERE id = %s",
        refused["data"]["code"], refused["command"],
    )  # fmt: skip


@variant(KIND, "log-entry-changed", "two-histories", broken=True)
def a_refusals_grounds_are_rewritten(a: Attacker) -> None:
    entry = a.one(f"{LEDGER}.CommandRefused")
    a.edit(LEDGER, entry.position, lambda event: event["data"].update(grounds={"left_fen": 0}))
    a.reseal(LEDGER)
