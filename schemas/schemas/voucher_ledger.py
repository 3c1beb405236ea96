"""What may be asked of the voucher ledger (电子创业券, art. 17-20)."""

from marshmallow import fields, validate

from chassis.contract import (
    BasisPoints,
    Choice,
    Command,
    Digest,
    Fen,
    Flag,
    Id,
    LegalDate,
    Query,
    Region,
    Text,
    View,
    Whole,
)
from schemas import roles
from schemas.categories import CHARGEABLE

SERVICE = "voucher-ledger"
FUNDERS = frozenset({roles.HRSS_PROVINCE})
OBSERVERS = frozenset(
    {
        roles.HRSS_PROVINCE,
        roles.EMPLOYMENT_PROVINCE,
        roles.FINANCE_PROVINCE,
        roles.BUREAU,
        roles.SUPERVISOR,
    }
)


class FundCode(fields.String):
    """The code of a fund: 2 to 20 capital letters, digits and dashes."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(validate=validate.Regexp(r"^[A-Z][A-Z0-9-]{1,19}\Z"), **kwargs)  # type: ignore[arg-type]


class AppropriationView(View):
    """An appropriation of a fund for a year."""

    id = Id()
    fund = FundCode()
    year = fields.Integer()
    appropriated_fen = fields.Integer()
    allocated_fen = fields.Integer()


class AppropriateBudget(Command):
    """Put public money at the disposal of a fund for a year (预算下达). Repeats add up."""

    service = SERVICE
    http = "POST /appropriations"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = AppropriationView
    summary = ("下达创业券预算", "Appropriate a budget")

    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    amount_fen = Fen(required=True)
    document_number = Text(80, required=True)


class BatchView(View):
    """A batch of vouchers for a region."""

    id = Id()
    fund = FundCode()
    year = fields.Integer()
    region = Region()
    amount_fen = fields.Integer()
    granted_fen = fields.Integer()
    granted = fields.Integer()
    face_fen = fields.Integer()
    rate_bp = fields.Integer()
    item_cap_fen = fields.Integer()
    categories = fields.List(fields.String())
    use_by = LegalDate()
    redeem_by = LegalDate()


class OpenBatch(Command):
    """Open a batch of vouchers for a region, out of a fund's appropriation (发券批次)."""

    service = SERVICE
    http = "POST /batches"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = BatchView
    summary = ("开设发券批次", "Open a batch of vouchers")

    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    amount_fen = Fen(required=True)
    face_fen = Fen(required=True)
    rate_bp = BasisPoints(required=True)
    item_cap_fen = Fen(required=True)
    categories = fields.List(
        Choice(*sorted(CHARGEABLE)), required=True, validate=validate.Length(1, 40)
    )
    use_by = LegalDate(required=True)
    redeem_by = LegalDate(required=True)


class GrantView(View):
    """What a grant did."""

    batch_id = Id()
    vouchers = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    granted_fen = fields.Integer()


class GrantVouchers(Command):
    """Grant one voucher of a batch to each of several admitted users (发放)."""

    service = SERVICE
    http = "POST /batches/<uuid:batch_id>/grants"
    allowed = FUNDERS
    articles = (17, 25)
    refusal_is_event = True
    view = GrantView
    summary = ("向用户发放创业券", "Grant vouchers to users")

    batch_id = Id(required=True)
    holders = fields.List(Id(), required=True, validate=validate.Length(1, 500))


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
    refusal_is_event = True
    view = VoucherView
    summary = ("领取创业券", "Claim a voucher")

    voucher_id = Id(required=True)


class ListVouchers(Query):
    """One's own vouchers; observers see those of their region."""

    service = SERVICE
    http = "GET /vouchers"
    articles = (17,)
    view = VoucherView
    is_list = True
    summary = ("查询创业券", "List vouchers")

    state = Choice("granted", "claimed", "used", "expired", load_default=None)
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


class EvidenceView(View):
    """An evidence bundle (证据包) for the offline verifier; its README documents the format."""

    format = fields.String()
    log = fields.Dict()
    checkpoint = fields.String()
    entries = fields.List(fields.Dict())
    streams = fields.List(fields.Dict())


class VoucherEvidence(Query):
    """The complete history of a voucher with proofs, to be verified offline (证据包)."""

    service = SERVICE
    http = "GET /vouchers/<uuid:voucher_id>/evidence"
    articles = (8, 32)
    view = EvidenceView
    summary = ("下载创业券证据包", "Download the evidence of a voucher")

    voucher_id = Id(required=True)


class RedemptionView(View):
    """A redemption (兑付): what a provider is owed for one order."""

    id = Id()
    order_id = Id()
    voucher_id = Id()
    provider = Id()
    region = Region()
    fen = fields.Integer()
    invoice_number = fields.String()
    state = fields.String()


class ApplyRedemption(Command):
    """Apply for the redemption of an accepted order's voucher share (申请兑付)."""

    service = SERVICE
    http = "POST /redemptions"
    allowed = frozenset({roles.PROVIDER})
    articles = (17, 19)
    refusal_is_event = True
    view = RedemptionView
    summary = ("申请兑付", "Apply for redemption")

    order_id = Id(required=True)
    invoice_number = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{8,20}\Z"))
    contract_sha256 = Digest(required=True)
    evidence_sha256 = Digest(required=True)


class ReviewRedemption(Command):
    """Approve or reject a redemption (审核)."""

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/review"
    allowed = frozenset({roles.EMPLOYMENT_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = RedemptionView
    summary = ("审核兑付申请", "Review a redemption")

    redemption_id = Id(required=True)
    approve = Flag(required=True)
    reason = Text(500, required=True)


class PayRedemption(Command):
    """Record that an approved redemption was paid (支付)."""

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/payment"
    allowed = frozenset({roles.FINANCE_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = RedemptionView
    summary = ("支付兑付款", "Pay a redemption")

    redemption_id = Id(required=True)
    bank_reference = Text(60, required=True)


class ListRedemptions(Query):
    """Redemptions: a provider's own, or those of an observer's region."""

    service = SERVICE
    http = "GET /redemptions"
    articles = (17,)
    view = RedemptionView
    is_list = True
    summary = ("查询兑付", "List redemptions")

    state = Choice("applied", "approved", "rejected", "paid", load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class BalanceView(View):
    """Balances by fund, region and year, in fen."""

    fund = FundCode()
    region = Region()
    year = fields.Integer()
    balances = fields.Dict(keys=fields.String(), values=fields.Integer())


class TrialBalance(Query):
    """The trial balance (试算平衡) up to a position of the ledger's log, or as of now."""

    service = SERVICE
    http = "GET /balances"
    allowed = OBSERVERS
    articles = (6, 8, 17)
    view = BalanceView
    is_list = True
    summary = ("试算平衡", "Trial balance")

    position = Whole(0, 2**53, load_default=None, allow_none=True)


CONTRACTS = (
    AppropriateBudget,
    OpenBatch,
    GrantVouchers,
    ClaimVoucher,
    ListVouchers,
    GetVoucher,
    VoucherEvidence,
    ApplyRedemption,
    ReviewRedemption,
    PayRedemption,
    ListRedemptions,
    TrialBalance,
)
