"""Field moved across a boundary: the same letters, cut elsewhere, mean something else."""

from typing import Any

from tests.tamper.attacker import Attacker, Event
from tests.tamper.buying import buying
from tests.tamper.corpus import variant

KIND = "field moved across a boundary"
LEDGER = "voucher-ledger"


def _move(a: Attacker, type_: str, source: str, target: str) -> None:
    """The last letter of one field becomes the first of the next; the log is sealed anew."""
    entry = a.one(type_)

    def change(event: Event) -> None:
        data: dict[str, Any] = event["data"]
        data[target] = data[source][-1] + data[target]
        data[source] = data[source][:-1]

    a.edit(entry.log, entry.position, change)
    a.reseal(entry.log)


@variant(KIND, "boundary-moved", "two-histories", broken=True)
def a_reviews_reason_ends_in_the_reviewers_name(a: Attacker) -> None:
    _move(a, f"{LEDGER}.RedemptionApproved", "reason", "reviewer")


@variant(KIND, "boundary-moved", "two-histories", broken=True)
def the_end_of_a_listings_description_becomes_the_beginning_of_its_title(a: Attacker) -> None:
    _move(a, "catalog.ListingPublished", "description", "title")


@variant(KIND, "boundary-moved", "two-histories", broken=True)
def a_reason_and_the_approver_of_a_payment_share_a_letter_otherwise(a: Attacker) -> None:
    _move(a, f"{LEDGER}.PaymentOrderApproved", "reason", "approver")


@variant(KIND, "boundary-moved", "two-histories", broken=True)
def a_reason_and_who_accepted_a_purchase_share_a_letter_otherwise(a: Attacker) -> None:
    buying(a.economy)
    a.life_goes_on()
    _move(a, f"{LEDGER}.PurchaseAccepted", "reason", "acceptor")


@variant(KIND, "boundary-moved", "two-histories", broken=True)
def an_amount_borrows_a_digit_from_its_account(a: Attacker) -> None:
    entry = a.one(f"{LEDGER}.VoucherReserved")

    def change(event: Event) -> None:
        posting = event["data"]["postings"][1]
        account, fen = posting["account"], posting["fen"]
        posting["account"], posting["fen"] = account[:-1], int(account[-1] + str(fen))

    a.edit(LEDGER, entry.position, change)
    a.reseal(LEDGER)


@variant(KIND, "boundary-moved", broken=True)
def a_refusals_code_runs_over_into_its_command(a: Attacker) -> None:
    entry = a.one(f"{LEDGER}.CommandRefused")

    def change(event: Event) -> None:
        data = event["data"]
        data["code"], data["command"] = data["code"][:-3], data["code"][-3:] + data["command"]

    a.edit(LEDGER, entry.position, change)


@variant(KIND, "boundary-moved", "two-histories", broken=True)
def an_amount_moves_from_one_entry_into_its_neighbour(a: Attacker) -> None:
    log = LEDGER
    entry = a.one(f"{log}.RedemptionApplied")  # its invoice's entry stands behind it
    after = a.entries(log)[entry.position + 1]
    moved = entry.data["evidence_sha256"][-4:]

    def shorten(event: Event) -> None:
        event["data"]["evidence_sha256"] = event["data"]["evidence_sha256"][:-4]

    def lengthen(event: Event) -> None:
        first = min(name for name, value in event["data"].items() if isinstance(value, str))
        event["data"][first] = moved + event["data"][first]

    a.edit(log, entry.position, shorten)
    a.edit(log, after.position, lengthen)
    a.reseal(log)


@variant(KIND, "boundary-moved", broken=True)
def a_field_moves_in_the_supervisors_own_copy(a: Attacker) -> None:
    entry = a.one(f"{LEDGER}.RedemptionApproved")
    reason, reviewer = entry.data["reason"], entry.data["reviewer"]
    text = entry.text.replace(f'"{reason}"', f'"{reason[:-1]}"')
    text = text.replace(f'"reviewer":"{reviewer}"', f'"reviewer":"{reason[-1]}{reviewer}"')
    a.sql(
        "oversight",
        "UPDATE mirror SET entry = %s WHERE log = %s AND position = %s",
        text, LEDGER, entry.position,
    )  # fmt: skip
