"""What the events of redemptions say. Amounts in integer fen."""

from chassis.contract import Digest, EventSchema, Fen, Id, Region, Text, Whole
from schemas.events.voucher_ledger.common import ID, Postings, postings_of
from schemas.voucher_ledger.common import FundCode


class InvoiceUsed(EventSchema):
    """An invoice number was used; it cannot be used again."""

    type = "voucher-ledger.InvoiceUsed"
    number = Text(20, required=True)
    order_id = Id(required=True)
    example = {"number": "24342000000012345678", "order_id": ID}


class RedemptionApplied(EventSchema):
    """A provider applied for redemption (申请兑付)."""

    type = "voucher-ledger.RedemptionApplied"
    order_id = Id(required=True)
    voucher_id = Id(required=True)
    provider = Id(required=True)
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    fen = Fen(required=True)
    invoice_number = Text(20, required=True)
    contract_sha256 = Digest(required=True)
    evidence_sha256 = Digest(required=True)
    example = {
        "order_id": ID,
        "voucher_id": ID,
        "provider": ID,
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "fen": 30,
        "invoice_number": "24342000000012345678",
        "contract_sha256": "0" * 64,
        "evidence_sha256": "0" * 64,
    }


class RedemptionApproved(EventSchema):
    """A redemption was approved by a reviewer (审核通过)."""

    type = "voucher-ledger.RedemptionApproved"
    reviewer = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"reviewer": ID, "reason": "材料齐全"}


class RedemptionRejected(EventSchema):
    """A redemption was rejected by a reviewer (审核不通过)."""

    type = "voucher-ledger.RedemptionRejected"
    reviewer = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"reviewer": ID, "reason": "发票与合同不符"}


class RedemptionPaid(EventSchema):
    """A redemption was paid (支付)."""

    type = "voucher-ledger.RedemptionPaid"
    payer = Text(80, required=True)
    bank_reference = Text(60, required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "payer": ID,
        "bank_reference": "B-1",
        "fen": 30,
        "postings": postings_of("redeemed", "paid", 30),
    }


EVENTS = (
    InvoiceUsed,
    RedemptionApplied,
    RedemptionApproved,
    RedemptionRejected,
    RedemptionPaid,
)
