"""What the events of vouchers say. Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import (
    BasisPoints,
    Choice,
    EventSchema,
    Fen,
    Id,
    LegalDate,
    Region,
    Text,
    Whole,
)
from schemas.events.voucher_ledger.common import ID, Postings, postings_of
from schemas.events.voucher_ledger.grants import INPUTS
from schemas.voucher_ledger.common import FundCode


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
    eligibility = fields.Dict(keys=fields.String(), required=True)
    run_id = Id(required=True, allow_none=True)
    example = {
        "batch_id": ID,
        "holder": ID,
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "face_fen": 100,
        "rate_bp": 3000,
        "item_cap_fen": 80,
        "categories": ["enterprise.legal"],
        "use_by": "2026-12-31",
        "redeem_by": "2027-03-31",
        "eligibility": {"rule": "eligibility/3 (not Anhui law)", "inputs": INPUTS},
        "run_id": None,
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
    quota_share = Id(required=True, allow_none=True)
    allowance = Id(required=True, allow_none=True)
    postings = Postings()
    example = {
        "order_id": ID,
        "provider": ID,
        "fen": 30,
        "calculation": {
            "price_fen": 100,
            "bounds": {"batch_rate": 30, "balance": 100},
            "share_fen": 30,
        },
        "quota_share": None,
        "allowance": None,
        "postings": postings_of("issued", "reserved", 30),
    }


class VoucherReleased(EventSchema):
    """A reservation, or what was not accepted of it, went back to its voucher (释放)."""

    type = "voucher-ledger.VoucherReleased"
    order_id = Id(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {"order_id": ID, "fen": 30, "postings": postings_of("reserved", "issued", 30)}


class VoucherRedeemed(EventSchema):
    """The user accepted: the accepted part of the share is owed to the provider (核销)."""

    type = "voucher-ledger.VoucherRedeemed"
    order_id = Id(required=True)
    provider = Id(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "order_id": ID,
        "provider": ID,
        "fen": 30,
        "postings": postings_of("reserved", "redeemed", 30),
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
        "postings": postings_of("issued", "expired-returned", 70),
    }


class VoucherVoided(EventSchema):
    """A voucher was voided by who issued it (作废): what is left goes back to its year.

    `fen` is 0 when nothing was available; what is reserved stays so until its order ends.
    """

    type = "voucher-ledger.VoucherVoided"
    fen = Whole(0, 2**53 - 1, required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)
    postings = Postings()
    example = {
        "fen": 70,
        "reason": "串通套取",
        "document_number": "皖人社〔2026〕12号",
        "postings": postings_of("issued", "expired-returned", 70),
    }


class VoucherReturned(EventSchema):
    """What an order gave back to a voided voucher went on to its year at once (退回年度)."""

    type = "voucher-ledger.VoucherReturned"
    order_id = Id(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "order_id": ID,
        "fen": 30,
        "postings": postings_of("issued", "expired-returned", 30),
    }


LAPSES = ("rejected", "not-applied")
"""Why a share is owed no more: its redemption was refused for good, or never applied for."""


class VoucherShareLapsed(EventSchema):
    """An order's share is owed no more, and went back to its year (应付失效)."""

    type = "voucher-ledger.VoucherShareLapsed"
    order_id = Id(required=True)
    provider = Id(required=True)
    fen = Fen(required=True)
    why = Choice(*LAPSES, required=True)
    postings = Postings()
    example = {
        "order_id": ID,
        "provider": ID,
        "fen": 30,
        "why": "not-applied",
        "postings": postings_of("redeemed", "expired-returned", 30),
    }


EVENTS = (
    VoucherGranted,
    VoucherClaimed,
    VoucherReserved,
    VoucherReleased,
    VoucherRedeemed,
    VoucherExpired,
    VoucherVoided,
    VoucherReturned,
    VoucherShareLapsed,
)
