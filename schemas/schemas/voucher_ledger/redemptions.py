"""Redemption (兑付, art. 17, 19): applied, reviewed, paid."""

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Digest, Flag, Id, Query, Region, Text, View, Whole
from schemas import roles
from schemas.voucher_ledger.common import SERVICE


class RedemptionView(View):
    """A redemption (兑付): what a provider is owed for one order.

    `awaiting_cosignature`: it is approved, and cannot be paid until a checkpoint that the
    supervisor cosigned covers the approval.
    """

    id = Id()
    order_id = Id()
    voucher_id = Id()
    provider = Id()
    region = Region()
    fen = fields.Integer()
    invoice_number = fields.String()
    state = fields.String()
    awaiting_cosignature = fields.Boolean()


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


CONTRACTS = (
    ApplyRedemption,
    ReviewRedemption,
    PayRedemption,
    ListRedemptions,
)
