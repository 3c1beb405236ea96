"""Two histories shown to two readers: each is signed, and they do not fit together."""

from datetime import timedelta

from chassis import clock
from tests.tamper.attacker import Attacker, Event
from tests.tamper.buying import buying
from tests.tamper.corpus import variant

KIND = "two histories shown to two readers"
LEDGER = "voucher-ledger"


def _cheaper(event: Event) -> None:
    event["data"]["fen"] -= 1


@variant(KIND, "two-histories", broken=True)
def the_next_checkpoint_is_of_another_history(a: Attacker) -> None:
    a.edit(LEDGER, a.one(f"{LEDGER}.RedemptionPaid").position, _cheaper)
    a.reseal(LEDGER)
    a.platform.restart()
    a.economy.appropriate(2027)
    a.platform.sequence()


@variant(KIND, "two-histories", broken=True)
def less_of_a_purchase_was_accepted_than_the_supervisor_knows(a: Attacker) -> None:
    buying(a.economy)
    a.life_goes_on()
    a.edit(LEDGER, a.one(f"{LEDGER}.PurchaseAccepted").position, _cheaper)
    a.reseal(LEDGER)


@variant(KIND, "two-histories", broken=True)
def a_holder_is_shown_a_checkpoint_of_another_history(a: Attacker) -> None:
    with a.behind_the_scenes(LEDGER):
        a.edit(LEDGER, a.one(f"{LEDGER}.VoucherClaimed").position, _other_actor)
        a.reseal(LEDGER)
        a.shown[LEDGER] = [a.note(LEDGER)]


@variant(KIND, "two-histories", broken=True)
def an_auditor_is_shown_an_older_size_of_another_history(a: Attacker) -> None:
    with a.behind_the_scenes(LEDGER):
        a.cut(LEDGER, a.covered(LEDGER) // 2)
        a.edit(LEDGER, 12, _other_actor)
        a.reseal(LEDGER)
        a.shown[LEDGER] = [a.note(LEDGER)]


@variant(KIND, "two-histories", broken=True)
def a_tail_is_shown_to_others_that_the_supervisor_never_gets(a: Attacker) -> None:
    with a.behind_the_scenes(LEDGER):
        size = a.size(LEDGER)
        a.cut(LEDGER, size - 5)
        a.platform.restart()
        for _ in range(5):
            a.economy.appropriate(2027, fen=300)
        a.platform.sequence()
        a.shown[LEDGER] = [a.note(LEDGER)]
    a.platform.restart()


@variant(KIND, "two-histories", broken=True)
def the_supervisor_gets_one_history_and_its_witness_the_other(a: Attacker) -> None:
    a.economy.appropriate(2027)
    a.platform.settle()
    a.edit(LEDGER, a.size(LEDGER) - 1, lambda event: event["data"].update(fen=1))
    a.reseal(LEDGER)


def _other_actor(event: Event) -> None:
    event["actor"] = "somebody else"


@variant(KIND, "applied-differs", "funding-differs", broken=None)
def matching_hears_of_another_share_than_the_supervisor(a: Attacker) -> None:
    order = a.economy.place(a.economy.vouchers[0], a.economy.offers[0])
    a.platform.sequencers["matching"].step()
    ledger = {each.log: each for each in a.platform.runtimes[LEDGER].subscriptions}
    ledger["matching"].catch_up()
    a.platform.sequencers[LEDGER].step()
    place = a.all(f"{LEDGER}.VoucherReserved", lambda e: e.data["order_id"] == order.id)[0].position
    with a.behind_the_scenes(LEDGER):
        a.edit(LEDGER, place, _cheaper)
        a.reseal(LEDGER)
        matching = {each.log: each for each in a.platform.runtimes["matching"].subscriptions}
        matching[LEDGER].catch_up()
        a.story.move(clock.now() + timedelta(minutes=1))
        matching[LEDGER].acknowledge()
    a.life_goes_on()
