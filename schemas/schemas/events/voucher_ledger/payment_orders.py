"""What the events of payment orders say (支付单). Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import Digest, EventSchema, Fen, Id, LegalDate, Text, View, Whole
from schemas.events.voucher_ledger.common import ID


class Item(View):
    """One payment of an order."""

    redemption_id = Id(required=True)
    provider = Id(required=True)
    fen = Fen(required=True)
    end_to_end_id = Text(35, required=True)


class PaymentOrderProposed(EventSchema):
    """Redemptions are to be paid together (编制支付单)."""

    type = "voucher-ledger.PaymentOrderProposed"
    proposer = Text(80, required=True)
    items = fields.List(fields.Nested(Item), required=True)
    total_fen = Fen(required=True)
    example = {
        "proposer": ID,
        "items": [
            {
                "redemption_id": ID,
                "provider": ID,
                "fen": 30,
                "end_to_end_id": ID.replace("-", "") + "01",
            }
        ],
        "total_fen": 30,
    }


class PaymentOrderApproved(EventSchema):
    """One of two approvals (审批同意)."""

    type = "voucher-ledger.PaymentOrderApproved"
    approver = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"approver": ID, "reason": "同意支付"}


class PaymentOrderRejected(EventSchema):
    """It will not be paid (审批不同意); its redemptions can be part of another order."""

    type = "voucher-ledger.PaymentOrderRejected"
    approver = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"approver": ID, "reason": "金额待核"}


class PaymentOrderIssued(EventSchema):
    """Two persons approved it: the payment files are as these hashes say (支付文件)."""

    type = "voucher-ledger.PaymentOrderIssued"
    created_at = Text(27, required=True)
    execute_on = LegalDate(required=True)
    csv_sha256 = Digest(required=True)
    pain001_sha256 = Digest(required=True)
    example = {
        "created_at": "2026-06-01T04:00:00.000000Z",
        "execute_on": "2026-06-01",
        "csv_sha256": "0" * 64,
        "pain001_sha256": "0" * 64,
    }


class PaymentOrderSettled(EventSchema):
    """The bank said of each of its payments whether it was made (回盘)."""

    type = "voucher-ledger.PaymentOrderSettled"
    file_sha256 = Digest(required=True)
    returned = fields.List(Id(), required=True)
    paid_fen = Whole(0, 10**15, required=True)
    returned_fen = Whole(0, 10**15, required=True)
    example = {"file_sha256": "0" * 64, "returned": [], "paid_fen": 30, "returned_fen": 0}


class PaymentOrderReversed(EventSchema):
    """The bank sent payments back that it had made (事后退票)."""

    type = "voucher-ledger.PaymentOrderReversed"
    file_sha256 = Digest(required=True)
    returned = fields.List(Id(), required=True)
    fen = Fen(required=True)
    example = {"file_sha256": "0" * 64, "returned": [ID], "fen": 30}


EVENTS = (
    PaymentOrderProposed,
    PaymentOrderApproved,
    PaymentOrderRejected,
    PaymentOrderIssued,
    PaymentOrderSettled,
    PaymentOrderReversed,
)
