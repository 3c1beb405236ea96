"""What the events of the voucher ledger say. Amounts in integer fen."""

from typing import Any

from marshmallow import fields

from chassis.contract import (
    BasisPoints,
    Digest,
    EventSchema,
    Fen,
    Id,
    LegalDate,
    Region,
    Text,
    View,
    Whole,
)
from schemas.events.common import refused
from schemas.voucher_ledger import FundCode

_ID = "00000000-0000-4000-8000-000000000001"
_PURSE = "JYCY/340100/2026"


class Posting(View):
    """One line of the double-entry book; debits are positive, credits negative."""

    account = fields.String(required=True)
    fen = fields.Integer(required=True, strict=True)


def _postings(source: str, target: str, fen: int) -> list[dict[str, object]]:
    return [
        {"account": f"{source}/{_PURSE}", "fen": -fen},
        {"account": f"{target}/{_PURSE}", "fen": fen},
    ]


class Postings(fields.List[Any]):
    """The postings of an event; they sum to zero."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(Posting), required=True)


class AppropriationOpened(EventSchema):
    """A fund's year was opened."""

    type = "voucher-ledger.AppropriationOpened"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    example = {"fund": "JYCY", "year": 2026}


class AppropriationIncreased(EventSchema):
    """Money was appropriated (预算下达)."""

    type = "voucher-ledger.AppropriationIncreased"
    fen = Fen(required=True)
    document_number = Text(80, required=True)
    postings = Postings()
    example = {
        "fen": 500,
        "document_number": "皖财社〔2026〕1号",
        "postings": _postings("appropriated", "unissued", 500),
    }


class AppropriationAllocated(EventSchema):
    """Money was set aside for a batch; the postings are empty when it stays in the province."""

    type = "voucher-ledger.AppropriationAllocated"
    batch_id = Id(required=True)
    region = Region(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {"batch_id": _ID, "region": "340100", "fen": 500, "postings": []}


class BatchOpened(EventSchema):
    """A batch was opened, with all its terms."""

    type = "voucher-ledger.BatchOpened"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    amount_fen = Fen(required=True)
    face_fen = Fen(required=True)
    rate_bp = BasisPoints(required=True)
    item_cap_fen = Fen(required=True)
    categories = fields.List(fields.String(), required=True)
    use_by = LegalDate(required=True)
    redeem_by = LegalDate(required=True)
    example = {
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "amount_fen": 500,
        "face_fen": 100,
        "rate_bp": 3000,
        "item_cap_fen": 80,
        "categories": ["enterprise.legal"],
        "use_by": "2026-12-31",
        "redeem_by": "2027-03-31",
    }


class BatchGranted(EventSchema):
    """Vouchers of a batch were granted; each has a `VoucherGranted` of its own."""

    type = "voucher-ledger.BatchGranted"
    count = Whole(1, 1_000_000, required=True)
    fen = Fen(required=True)
    example = {"count": 2, "fen": 200}


class VoucherGranted(EventSchema):
    """A voucher was granted (发放), with the terms of its batch."""

    type = "voucher-ledger.VoucherGranted"
    batch_id = Id(required=True)
    holder = Id(required=True)
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    face_fen = Fen(required=True)
    rate_bp = BasisPoints(required=True)
    item_cap_fen = Fen(required=True)
    categories = fields.List(fields.String(), required=True)
    use_by = LegalDate(required=True)
    redeem_by = LegalDate(required=True)
    postings = Postings()
    example = {
        "batch_id": _ID,
        "holder": _ID,
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "face_fen": 100,
        "rate_bp": 3000,
        "item_cap_fen": 80,
        "categories": ["enterprise.legal"],
        "use_by": "2026-12-31",
        "redeem_by": "2027-03-31",
        "postings": _postings("unissued", "issued", 100),
    }


class VoucherClaimed(EventSchema):
    """A voucher was claimed by its holder (领取)."""

    type = "voucher-ledger.VoucherClaimed"
    example = {}


class VoucherReserved(EventSchema):
    """A share was reserved for an order (预留), with its calculation."""

    type = "voucher-ledger.VoucherReserved"
    order_id = Id(required=True)
    provider = Id(required=True)
    fen = Fen(required=True)
    calculation = fields.Dict(keys=fields.String(), required=True)
    postings = Postings()
    example = {
        "order_id": _ID,
        "provider": _ID,
        "fen": 30,
        "calculation": {
            "price_fen": 100,
            "bounds": {"batch_rate": 30, "balance": 100},
            "share_fen": 30,
        },
        "postings": _postings("issued", "reserved", 30),
    }


class VoucherReleased(EventSchema):
    """A reservation went back to its voucher (释放)."""

    type = "voucher-ledger.VoucherReleased"
    order_id = Id(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {"order_id": _ID, "fen": 30, "postings": _postings("reserved", "issued", 30)}


class VoucherRedeemed(EventSchema):
    """The user accepted: the share is owed to the provider (核销)."""

    type = "voucher-ledger.VoucherRedeemed"
    order_id = Id(required=True)
    provider = Id(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "order_id": _ID,
        "provider": _ID,
        "fen": 30,
        "postings": _postings("reserved", "redeemed", 30),
    }


class VoucherExpired(EventSchema):
    """What was left of a voucher went back the day after its use-by date (过期)."""

    type = "voucher-ledger.VoucherExpired"
    fen = Fen(required=True)
    use_by = LegalDate(required=True)
    postings = Postings()
    example = {
        "fen": 70,
        "use_by": "2026-12-31",
        "postings": _postings("issued", "expired-returned", 70),
    }


class InvoiceUsed(EventSchema):
    """An invoice number was used; it cannot be used again."""

    type = "voucher-ledger.InvoiceUsed"
    number = Text(20, required=True)
    order_id = Id(required=True)
    example = {"number": "24342000000012345678", "order_id": _ID}


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
        "order_id": _ID,
        "voucher_id": _ID,
        "provider": _ID,
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
    example = {"reviewer": _ID, "reason": "材料齐全"}


class RedemptionRejected(EventSchema):
    """A redemption was rejected by a reviewer (审核不通过)."""

    type = "voucher-ledger.RedemptionRejected"
    reviewer = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"reviewer": _ID, "reason": "发票与合同不符"}


class RedemptionPaid(EventSchema):
    """A redemption was paid (支付)."""

    type = "voucher-ledger.RedemptionPaid"
    payer = Text(80, required=True)
    bank_reference = Text(60, required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "payer": _ID,
        "bank_reference": "B-1",
        "fen": 30,
        "postings": _postings("redeemed", "paid", 30),
    }


CommandRefused = refused("voucher-ledger")

EVENTS = (
    AppropriationOpened,
    AppropriationIncreased,
    AppropriationAllocated,
    BatchOpened,
    BatchGranted,
    VoucherGranted,
    VoucherClaimed,
    VoucherReserved,
    VoucherReleased,
    VoucherRedeemed,
    VoucherExpired,
    InvoiceUsed,
    RedemptionApplied,
    RedemptionApproved,
    RedemptionRejected,
    RedemptionPaid,
    CommandRefused,
)
