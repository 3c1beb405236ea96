"""What the events of reconciliations say (对账). Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import Choice, Digest, EventSchema, Flag, Id, LegalDate, Text, Whole
from schemas.events.voucher_ledger.common import ID

KINDS = (
    "accepted-not-consumed",
    "consumed-not-accepted",
    "share-differs",
    "voucher-differs",
    "own-payment-differs",
    "redemption-without-delivery",
    "redemption-differs",
    "own-payment-missing",
    "payment-line-missing",
    "payment-line-stray",
    "payment-line-doubled",
    "payment-line-differs",
    "bank-return-differs",
    "paid-without-return",
)
"""What can be wrong between the sides."""


class ReconciliationDone(EventSchema):
    """All orders whose money moved since the reconciliation before were compared (完成对账)."""

    type = "voucher-ledger.ReconciliationDone"
    number = Whole(1, 2**31, required=True)
    day = LegalDate(required=True)
    since = Whole(0, 2**53 - 1, required=True)
    covered = Whole(0, 2**53 - 1, required=True)
    root = Digest(required=True, allow_none=True)
    orders_seen = Whole(-1, 2**53 - 1, required=True)
    checked = Whole(0, 10**9, required=True)
    found = Whole(0, 10**9, required=True)
    complete = Flag(required=True)
    example = {
        "number": 2,
        "day": "2026-05-02",
        "since": 120,
        "covered": 260,
        "root": "0" * 64,
        "orders_seen": 80,
        "checked": 9,
        "found": 1,
        "complete": True,
    }


class DifferenceFound(EventSchema):
    """Two sides do not agree about an order: nothing is paid for it (对账差异)."""

    type = "voucher-ledger.DifferenceFound"
    reconciliation_id = Id(required=True)
    order_id = Id(required=True)
    kind = Choice(*KINDS, required=True)
    sides = fields.Dict(keys=fields.String(), required=True)
    covered = Whole(0, 2**53 - 1, required=True)
    example = {
        "reconciliation_id": ID,
        "order_id": ID,
        "kind": "share-differs",
        "sides": {"accepted_fen": 30, "consumed_fen": 29},
        "covered": 260,
    }


class DifferenceSettled(EventSchema):
    """A person found out why the sides differ: the payment may go on (差异核销)."""

    type = "voucher-ledger.DifferenceSettled"
    decider = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"decider": ID, "reason": "银行补发回盘,已核对原件"}


EVENTS = (ReconciliationDone, DifferenceFound, DifferenceSettled)
