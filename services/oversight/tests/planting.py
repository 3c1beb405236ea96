"""Irregularities to plant in the history, and the types of events that they are planted in."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from oversight.testing import INSTITUTIONS, people


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


LEDGER = "voucher-ledger"
PRIVATE = ("oversight.domain.rules.personal_data", "oversight.domain.rules.erasure")
ADMITTED = (
    "oversight.domain.rules.admission",
    "oversight.domain.rules.conditions",
    "oversight.domain.rules.importing",
    "oversight.domain.rules.renewal",
)
Plant = Callable[[History], Any]


def expect(rule: str, plant: Plant, type_: str, *numbers: int) -> Any:
    """A case: what is planted, and at which events of a type the rule must find it."""
    return pytest.param(rule, plant, type_, numbers or (0,), id=f"{rule}: {type_.split('.')[1]}")


def setting(type_: str, number: int = 0, **values: Any) -> Plant:
    """Change what an event says."""
    return lambda history: history.data(type_, number).update(values)


def enveloping(type_: str, number: int = 0, **values: Any) -> Plant:
    """Change an event's envelope."""
    return lambda history: history.find(type_, number).update(values)


def posting(type_: str, line: int, **values: Any) -> Plant:
    """Change one line of an event's postings."""
    return lambda history: history.data(type_)["postings"][line].update(values)


def each(*plants: Plant) -> Plant:
    """Plant several changes that belong together."""
    return lambda history: [plant(history) for plant in plants]


def shift(type_: str, fen: int) -> Plant:
    """Change the amount of an event and of its two postings alike."""

    def plant(history: History) -> None:
        data = history.data(type_)
        data["fen"] += fen
        data["postings"][0]["fen"] -= fen
        data["postings"][1]["fen"] += fen

    return plant


def unseen(type_: str, log: str, number: int = 0) -> Plant:
    """Let a decision have seen nothing of another log."""
    return lambda history: history.find(type_, number)["seen"].pop(log)


def without(type_: str, number: int = 0) -> Plant:
    """Leave out a whole event and close the gap that it leaves, as a forger would."""

    def plant(history: History) -> None:
        log, position = history.place(type_, number)
        gone = history.logs[log].pop(position)
        for event in history.logs[log][position:]:
            if event["stream"] == gone["stream"]:
                event["version"] -= 1
        for event in (event for found in history.logs.values() for event in found):
            cause, _, place = str(event["causation"]).rpartition("/")
            if cause == log and int(place) >= position:
                event["causation"] = f"{log}/{int(place) - 1}"

    return plant


def proving(**changes: Any) -> Plant:
    """Let the own payment say something else, signed anew."""
    return lambda history: history.prove(**changes)


def refunding(**changes: Any) -> Plant:
    """Let the user get a fen of their own share back, after all was paid, or what is said."""
    return lambda history: history.refund(**changes)


def again(type_: str, **changes: Any) -> Plant:
    """Append a copy of an event at the end of its log, in its stream."""
    return lambda history: history.again(type_, **changes)


FORGER = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
"""Who signs in the payment institution's place."""

(GIVEN,) = INSTITUTIONS
ZEROS = "0" * 64
OTHER = "00000000-0000-4000-8000-00000000beef"
RESERVED = f"{LEDGER}.VoucherReserved"
REDEEMED = f"{LEDGER}.VoucherRedeemed"
APPLIED = f"{LEDGER}.RedemptionApplied"
PROVEN = f"{LEDGER}.OwnPaymentProven"
REFUNDED = f"{LEDGER}.OwnPaymentRefunded"
PAID = f"{LEDGER}.RedemptionPaid"
GRANTED = f"{LEDGER}.VoucherGranted"
CLAIMED = f"{LEDGER}.VoucherClaimed"
REFUSED = f"{LEDGER}.CommandRefused"
PLACED = "matching.OrderPlaced"
FUNDED = "matching.OrderFunded"
PUBLISHED = "catalog.ListingPublished"
RELEASED = f"{LEDGER}.VoucherReleased"
ACCEPTED = "matching.OrderAccepted"
LAPSED = "matching.OrderLapsed"
EXPIRED = f"{LEDGER}.VoucherExpired"
INVOICE = f"{LEDGER}.InvoiceUsed"
APPROVED = f"{LEDGER}.RedemptionApproved"
COMMITTED_ROUND = f"{LEDGER}.SampleRoundCommitted"
DRAWN_ROUND = f"{LEDGER}.SampleRoundDrawn"
PUBLICISED = f"{LEDGER}.RedemptionPublicised"
AUDITED = f"{LEDGER}.RedemptionAudited"
OVERDUE = f"{LEDGER}.RedemptionOverdue"
INSTRUCTED = f"{LEDGER}.RedemptionInstructed"
PROPOSED = f"{LEDGER}.PaymentOrderProposed"
APPROVED_ORDER = f"{LEDGER}.PaymentOrderApproved"
ISSUED = f"{LEDGER}.PaymentOrderIssued"
SETTLED = f"{LEDGER}.PaymentOrderSettled"
OPENED = f"{LEDGER}.BudgetOpened"
RECEIVED = f"{LEDGER}.BudgetReceived"
COMMITTED = f"{LEDGER}.BudgetCommitted"
TRANSFERRED = f"{LEDGER}.BudgetTransferred"
APPROVED_TRANSFER = f"{LEDGER}.BudgetTransferApproved"
BATCH = f"{LEDGER}.BatchOpened"
ALLOTMENT = f"{LEDGER}.AllotmentOpened"
LEASED = f"{LEDGER}.AllotmentLeased"
SHARE = f"{LEDGER}.BudgetShareLeased"
DRAWN = f"{LEDGER}.BudgetShareDrawn"
PARAMETER = f"{LEDGER}.ParameterSet"
CHUNK = f"{LEDGER}.GrantRunAdvanced"
CHUNK_REFUSED = f"{LEDGER}.GrantRunRefused"
RESTORED = f"{LEDGER}.BudgetShareRestored"
ALLOWED_AGAIN = f"{LEDGER}.AllowanceRestored"


def _recategorise(history: History) -> None:
    """Let the listing and its orders be of a category that the batch does not cover."""
    for type_, number in ((PUBLISHED, 0), (PLACED, 0), (PLACED, 1), (PLACED, 2)):
        history.data(type_, number)["category"] = "enterprise.ip"
    history.confirm()


def _all_shares(fen: int) -> Plant:
    """Change the first order's share, consistently, wherever it is told."""

    def plant(history: History) -> None:
        for type_ in (RESERVED, REDEEMED, PAID):
            shift(type_, fen)(history)
        history.data(DRAWN, 1)["fen"] += fen
        history.data(f"{LEDGER}.AllowanceUsed")["fen"] += fen
        history.data(APPLIED)["fen"] += fen
        history.data(FUNDED)["voucher_fen"] += fen
        history.data(FUNDED)["own_fen"] -= fen
        history.data(ACCEPTED)["voucher_due_fen"] += fen
        history.data(ACCEPTED)["own_due_fen"] -= fen
        history.pay_as_applied()
        history.data(RESERVED)["calculation"]["share_fen"] += fen
        for bound in ("balance", "yearly_cap", "category_cap"):
            history.data(RESERVED, 1)["calculation"]["bounds"][bound] -= fen

    return plant


def _accepted_in_part(history: History) -> None:
    """Let the user accept all but a fen; the rest of the share never goes back."""
    history.data(ACCEPTED).update(accepted_fen=99_999, voucher_due_fen=29_999, own_due_fen=70_000)
    for type_ in (REDEEMED, PAID):
        shift(type_, -1)(history)
    history.data(APPLIED)["fen"] -= 1
    history.pay_as_applied()


def _order_of_oneself(history: History) -> None:
    """Let the user publish a listing and order it."""
    user = history.data(PLACED)["user"]
    history.tell(list(people.provider(user))[3:])
    again(PUBLISHED, stream=OTHER, data={"provider": user})(history)
    own = {"provider": user, "listing_id": OTHER, "listing_revision": 1}
    again(PLACED, stream=OTHER, data=own)(history)
    history.refuse(OTHER)


def _unpaid(history: History) -> None:
    """Let nothing be accepted or paid yet."""
    paid: tuple[str, ...] = (
        PROVEN,
        APPLIED,
        INVOICE,
        COMMITTED_ROUND,
        APPROVED,
        DRAWN_ROUND,
        PUBLICISED,
        PROPOSED,
    )
    paid += (INSTRUCTED, APPROVED_ORDER, APPROVED_ORDER, ISSUED, SETTLED, PAID)
    for type_ in (ACCEPTED, REDEEMED, *paid):
        without(type_)(history)
    history.data(RESERVED, 1)["calculation"]["bounds"]["balance"] = 170_000


def _paid_to_an_agency(history: History) -> None:
    """Let a public agency take part where nothing is paid yet."""
    _unpaid(history)
    history.data("identity.SubjectAdmittedAsProvider")["kind"] = "public-agency"


def _paid_to_a_state_body(history: History) -> None:
    """Let the provider have a number of the office of state bodies, and ask a price."""
    _unpaid(history)
    history.data("identity.SubjectAdmittedAsProvider")["conditions"]["1"]["office"] = "1"


def _drawn_otherwise(history: History) -> None:
    history.data(DRAWN_ROUND)["drawn"][0]["chance_bp"] = 999


def _likelier(history: History) -> None:
    history.data(DRAWN_ROUND)["drawn"][0]["chance_bp"] = 2000


def _approved_by_the_clerk(history: History) -> None:
    history.data(APPROVED_ORDER)["approver"] = history.data(PROPOSED)["proposer"]


def _cosigned(history: History) -> None:
    """Let the supervisor have cosigned another note first."""
    size = history.data(DRAWN_ROUND)["size"]
    said = {"watched": LEDGER, "size": size, "root": "0" * 64, "note": "another"}
    history.add("oversight.WitnessCosigned", OTHER, said)


def telling(name: str, **data: Any) -> Plant:
    """Let something happen to the redemption at the end."""

    def plant(history: History) -> None:
        stream = history.find(APPLIED)["stream"]
        history.add(f"{LEDGER}.{name}", stream, data, at=history.find(PAID)["recorded_at"])

    return plant


def expiring(at: str, **values: Any) -> Plant:
    """Let what is left of the voucher go back at an instant."""
    return lambda history: history.expire(at, **values)


def _released_later(history: History) -> None:
    """Let the second order be cancelled in the new year; its share is due on that day."""
    for event in history.find("matching.OrderCancelled"), history.find(RELEASED):
        event["recorded_at"] = "2027-02-03T04:00:00.000000Z"
    history.expire("2027-02-04T15:59:59.999999Z")


def lapsing(at: str, due_by: str = "2026-06-30") -> Plant:
    """Let the second order lapse at an instant instead of being cancelled; until 30 June it may."""

    def plant(history: History) -> None:
        lapsed, released = history.find("matching.OrderCancelled"), history.find(RELEASED)
        lapsed.update(type=LAPSED, actor="system:matching", role=None, recorded_at=at)
        lapsed["data"].update(waited_for="delivery", due_by=due_by)
        released["recorded_at"] = at

    return plant


def _left_open(history: History) -> None:
    """Let the second order keep its share for two days after its last, and longer."""
    for name in ("BudgetShareRestored", "AllowanceRestored", "VoucherReleased"):
        without(f"{LEDGER}.{name}")(history)
    without("matching.OrderCancelled")(history)
    history.find("matching.OrderRefused")["recorded_at"] = "2026-07-02T16:00:00.000000Z"


def _frozen_twice(history: History) -> None:
    for _ in range(2):
        history.add(f"{LEDGER}.BudgetFrozen", history.find(RECEIVED)["stream"], {"reason": "审计"})


def _released_of_an_open_batch(history: History) -> None:
    released = {"batch_id": history.find(BATCH)["stream"], "fen": 1}
    history.add(f"{LEDGER}.BudgetReleased", history.find(RECEIVED)["stream"], released)


def transferring(*approvers: str, carry: bool = False) -> Plant:
    """Let some approve a transfer of 1 fen to another region, and perhaps carry it out."""

    def plant(history: History) -> None:
        proposed = {"fund": "JYCY", "year": 2026, "source_region": "340000", "fen": 1}
        proposed |= {"target_region": "340100", "reason": "调剂", "proposer": "proposer"}
        history.add(f"{LEDGER}.BudgetTransferProposed", OTHER, proposed)
        for approver in approvers:
            given = {"approver": approver, "reason": "同意"}
            history.add(APPROVED_TRANSFER, OTHER, given)["actor"] = approver
        if not carry:
            return
        province, region = (history.find(OPENED, n)["stream"] for n in range(2))
        moved = [
            {"account": f"{bucket}/JYCY/{place}/2026", "fen": fen}
            for place, sign in (("340000", -1), ("340100", 1))
            for bucket, fen in (("unissued", sign), ("appropriated", -sign))
        ]
        data = {"transfer_id": OTHER, "region": "340100", "fen": 1, "postings": moved}
        history.add(TRANSFERRED, province, data)
        history.add(RECEIVED, region, {"source": province, "fen": 1})

    return plant


def closing(at: str) -> Plant:
    """Let the province close its year at an instant and return what it has."""

    def plant(history: History) -> None:
        purse = "JYCY/340000/2026"
        moved = [
            {"account": f"unissued/{purse}", "fen": -400_000},
            {"account": f"expired-returned/{purse}", "fen": 400_000},
        ]
        data = {"remainder": "return", "fen": 400_000, "document_number": "1"}
        closed = {**data, "postings": moved}
        history.add(f"{LEDGER}.BudgetClosed", history.find(OPENED)["stream"], closed, at=at)

    return plant


def leasing(fen: int) -> Plant:
    """Lease another amount of the batch's money."""
    return each(setting(LEASED, fen=fen), setting(SHARE, fen=fen))


def _returned_from_nowhere(history: History) -> None:
    back = {"share_id": history.find(SHARE)["stream"], "fen": 1}
    history.add(f"{LEDGER}.AllotmentReturned", history.find(ALLOTMENT)["stream"], back)


def _held_without_freezing(history: History) -> None:
    share = history.find(SHARE)["stream"]
    history.add(f"{LEDGER}.BudgetShareSurrendered", share, {"fen": 50_000})
    money = history.find(ALLOTMENT)["stream"]
    history.add(f"{LEDGER}.AllotmentReturned", money, {"share_id": share, "fen": 50_000})
    history.add(f"{LEDGER}.AllotmentHeld", money, {})


def refusing(**values: Any) -> Plant:
    """Change the decision that refused somebody a voucher."""

    def plant(history: History) -> None:
        decision = history.data(CHUNK_REFUSED)["decisions"][0]
        decision["inputs"].update(values.pop("inputs", {}))
        decision.update(values)
        if "code" in values:
            history.data(CHUNK)["refused"] = {values["code"]: 1}

    return plant


def _for_firms_only(history: History) -> None:
    """Let the batch be for nobody of the kind that was granted; the other is outside its region."""
    history.data(BATCH).update(target_kinds=["firm"])
    firm = history.data(CHUNK_REFUSED)["decisions"][0]["subject"]
    admitted = next(
        e for e in history.logs["identity"] if e["stream"] == firm and e["version"] == 2
    )
    admitted["data"]["region"] = "340200"
    refusing(code="outside-region", inputs={"region": "340200"})(history)


def _drawn_too_late(history: History) -> None:
    shift(DRAWN, -1)(history)
    purse = "JYCY/340100/2026"
    moved = [
        {"account": f"unissued/{purse}", "fen": -1},
        {"account": f"issued/{purse}", "fen": 1},
    ]
    again(DRAWN, data={"fen": 1, "postings": moved})(history)
