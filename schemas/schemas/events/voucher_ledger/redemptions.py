"""What the events of redemptions say. Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import (
    Choice,
    Digest,
    EventSchema,
    Fen,
    Flag,
    Id,
    LegalDate,
    Region,
    Text,
    Whole,
)
from schemas.events.voucher_ledger.common import ID, Postings, postings_of
from schemas.voucher_ledger.common import FundCode

RISKS = ("at-cap", "near-deadline")
"""What makes a redemption likelier to be audited."""


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
    payment_proof_sha256 = Digest(required=True)
    risks = fields.List(Choice(*RISKS), required=True)
    pay_by = LegalDate(required=True)
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
        "payment_proof_sha256": "0" * 64,
        "risks": ["at-cap"],
        "pay_by": "2026-06-30",
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


class RedemptionSampled(EventSchema):
    """A redemption was drawn for audit in a round (抽中)."""

    type = "voucher-ledger.RedemptionSampled"
    round_id = Id(required=True)
    example = {"round_id": ID}


class RedemptionAudited(EventSchema):
    """A sampled redemption was audited (抽查结论)."""

    type = "voucher-ledger.RedemptionAudited"
    passed = Flag(required=True)
    auditor = Text(80, required=True)
    reason = Text(500, required=True)
    report_sha256 = Digest(required=True)
    example = {"passed": True, "auditor": ID, "reason": "账证相符", "report_sha256": "0" * 64}


class RedemptionPublicised(EventSchema):
    """A redemption is publicised (公示); it can be paid from a day on."""

    type = "voucher-ledger.RedemptionPublicised"
    round_id = Id(required=True)
    payable_from = LegalDate(required=True)
    example = {"round_id": ID, "payable_from": "2026-06-01"}


class RedemptionInstructed(EventSchema):
    """A redemption is part of a payment order (列入支付单), under an end-to-end id."""

    type = "voucher-ledger.RedemptionInstructed"
    payment_order_id = Id(required=True)
    end_to_end_id = Text(35, required=True)
    example = {"payment_order_id": ID, "end_to_end_id": ID.replace("-", "") + "01"}


class RedemptionRecalled(EventSchema):
    """Its payment order was rejected: it can be part of another (撤出支付单)."""

    type = "voucher-ledger.RedemptionRecalled"
    payment_order_id = Id(required=True)
    example = {"payment_order_id": ID}


class RedemptionPaid(EventSchema):
    """The bank says that a redemption was paid (已支付)."""

    type = "voucher-ledger.RedemptionPaid"
    payment_order_id = Id(required=True)
    bank_reference = Text(60, required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "payment_order_id": ID,
        "bank_reference": "B-1",
        "fen": 30,
        "postings": postings_of("redeemed", "paid", 30),
    }


class RedemptionReturned(EventSchema):
    """The bank sent the money back (退票); it can be instructed again.

    There are postings when it had said before that it was paid.
    """

    type = "voucher-ledger.RedemptionReturned"
    payment_order_id = Id(required=True)
    reason_code = Text(8, required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {"payment_order_id": ID, "reason_code": "AC01", "fen": 30, "postings": []}


class RedemptionOverdue(EventSchema):
    """The last day of the 30-day clock passed, and it is not paid (超期未付)."""

    type = "voucher-ledger.RedemptionOverdue"
    pay_by = LegalDate(required=True)
    example = {"pay_by": "2026-06-30"}


EVENTS = (
    InvoiceUsed,
    RedemptionApplied,
    RedemptionApproved,
    RedemptionRejected,
    RedemptionSampled,
    RedemptionAudited,
    RedemptionPublicised,
    RedemptionInstructed,
    RedemptionRecalled,
    RedemptionPaid,
    RedemptionReturned,
    RedemptionOverdue,
)
