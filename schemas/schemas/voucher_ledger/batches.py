"""Batches and granting (批次、发放, art. 17)."""

from marshmallow import fields, validate

from chassis.contract import BasisPoints, Choice, Command, Fen, Id, LegalDate, Region, View, Whole
from schemas.categories import CHARGEABLE
from schemas.voucher_ledger.common import FUNDERS, SERVICE, FundCode


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


CONTRACTS = (
    OpenBatch,
    GrantVouchers,
)
