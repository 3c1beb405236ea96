"""Vouchers (电子创业券, art. 17): claimed, shown, proved."""

from marshmallow import fields

from chassis.contract import Choice, Command, Id, LegalDate, Query, Region, Text, View, Whole
from schemas import roles
from schemas.evidence import EvidenceView
from schemas.voucher_ledger.common import FUNDERS, SERVICE


class VoucherView(View):
    """A voucher: what is left of it, and until when."""

    id = Id()
    batch_id = Id()
    holder = Id()
    region = Region()
    state = fields.String()
    face_fen = fields.Integer()
    available_fen = fields.Integer()
    reserved_fen = fields.Integer()
    redeemed_fen = fields.Integer()
    use_by = LegalDate()


class ClaimVoucher(Command):
    """Claim a granted voucher (领取). Only its holder can."""

    service = SERVICE
    http = "POST /vouchers/<uuid:voucher_id>/claim"
    allowed = frozenset({roles.USER})
    articles = (17,)
    begins = True
    refusal_is_event = True
    view = VoucherView
    summary = ("领取创业券", "Claim a voucher")

    voucher_id = Id(required=True)


class VoidVoucher(Command):
    """Void a voucher (作废): by who issued it, with the reason and the document of the decision.

    What is available goes back to its year at once; what is reserved for an order, when that order
    ends without having been accepted.
    """

    service = SERVICE
    http = "POST /vouchers/<uuid:voucher_id>/voiding"
    allowed = FUNDERS
    articles = (17, 28)
    refusal_is_event = True
    view = VoucherView
    summary = ("作废创业券", "Void a voucher")

    voucher_id = Id(required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)


class ListVouchers(Query):
    """One's own vouchers; observers see those of their region."""

    service = SERVICE
    http = "GET /vouchers"
    articles = (17,)
    view = VoucherView
    is_list = True
    summary = ("查询创业券", "List vouchers")

    state = Choice("granted", "claimed", "used", "expired", "voided", load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class GetVoucher(Query):
    """One voucher, for its holder and for observers."""

    service = SERVICE
    http = "GET /vouchers/<uuid:voucher_id>"
    articles = (17,)
    view = VoucherView
    summary = ("查看创业券", "Show a voucher")

    voucher_id = Id(required=True)


class QuoteView(View):
    """What a voucher would pay of an order now, and how that comes about, in fen."""

    voucher_id = Id()
    listing_id = Id()
    price_fen = fields.Integer()
    voucher_fen = fields.Integer()
    own_fen = fields.Integer()
    calculation = fields.Dict(keys=fields.String())
    rule_version = fields.String()


class QuoteVoucher(Query):
    """What one's voucher would pay of a listing's price now (试算抵扣额); nothing is reserved."""

    service = SERVICE
    http = "GET /vouchers/<uuid:voucher_id>/quote"
    allowed = frozenset({roles.USER})
    articles = (17, 19)
    view = QuoteView
    summary = ("试算创业券抵扣额", "Quote what a voucher would pay")

    voucher_id = Id(required=True)
    listing_id = Id(required=True)


class VoucherEvidence(Query):
    """The complete history of a voucher with proofs, to be verified offline (证据包)."""

    service = SERVICE
    http = "GET /vouchers/<uuid:voucher_id>/evidence"
    articles = (8, 32)
    view = EvidenceView
    summary = ("下载创业券证据包", "Download the evidence of a voucher")

    voucher_id = Id(required=True)


CONTRACTS = (
    ClaimVoucher,
    VoidVoucher,
    ListVouchers,
    GetVoucher,
    QuoteVoucher,
    VoucherEvidence,
)
