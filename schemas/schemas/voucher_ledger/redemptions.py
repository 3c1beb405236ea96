"""Redemption (兑付, art. 17, 19): applied, reviewed, drawn for audit or publicised, paid."""

from marshmallow import fields

from chassis.contract import Choice, Command, Digest, Flag, Id, Query, Region, Text, View, Whole
from schemas import roles
from schemas.voucher_ledger.common import SERVICE, InvoiceNumber

STATES = (
    "applied",
    "approved",
    "sampled",
    "publicised",
    "instructed",
    "paid",
    "returned",
    "rejected",
    "demanded",
    "repaid",
    "written-off",
)
"""Where a redemption can be: waiting for review, for the draw, for its audit, for the end of its
publicity, for the bank; paid; sent back by the bank, to be instructed again; refused for good;
demanded back after it was paid, and come back in full, or written off with what is missing."""


class RedemptionView(View):
    """A redemption (兑付): what a provider is owed for one order.

    `awaiting_cosignature`: it is approved, and goes no further until a checkpoint that the
    supervisor cosigned covers the approval. `pay_by` is the last day of the 30-day clock; `overdue`
    that it passed unpaid (超期未付). `hold`: whether detectors stopped it (held), and how a person
    decided (released, refused); `detectors` are those that hit.
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
    sampled = fields.Boolean()
    payable_from = fields.String(allow_none=True)
    pay_by = fields.String()
    overdue = fields.Boolean()
    payment_order_id = fields.String(allow_none=True)
    hold = fields.String(allow_none=True)
    detectors = fields.List(fields.String())


class ApplyRedemption(Command):
    """Apply for the redemption of an accepted order's voucher share (申请兑付)."""

    service = SERVICE
    http = "POST /redemptions"
    allowed = frozenset({roles.PROVIDER})
    articles = (17, 19)
    begins = True
    refusal_is_event = True
    view = RedemptionView
    summary = ("申请兑付", "Apply for redemption")

    order_id = Id(required=True)
    invoice_number = InvoiceNumber(required=True)
    contract_sha256 = Digest(required=True)
    evidence_sha256 = Digest(required=True)
    payment_proof_sha256 = Digest(required=True)


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


class AuditRedemption(Command):
    """Say what the audit of a sampled redemption found (抽查); not by who reviewed it."""

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/audit"
    allowed = frozenset({roles.HRSS_PROVINCE})
    articles = (8, 17)
    refusal_is_event = True
    view = RedemptionView
    summary = ("抽查兑付申请", "Audit a sampled redemption")

    redemption_id = Id(required=True)
    passed = Flag(required=True)
    reason = Text(500, required=True)
    report_sha256 = Digest(required=True)


class ListRedemptions(Query):
    """Redemptions: a provider's own, or those of an observer's region."""

    service = SERVICE
    http = "GET /redemptions"
    articles = (17,)
    view = RedemptionView
    is_list = True
    summary = ("查询兑付", "List redemptions")

    state = Choice(*STATES, load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class PublicisedView(View):
    """What is to be paid to whom, for everybody to see before it is (公示)."""

    id = Id()
    order_id = Id()
    provider = Id()
    region = Region()
    fen = fields.Integer()
    payable_from = fields.String()


class ListPublicised(Query):
    """Redemptions in their publicity period or waiting to be paid; anyone may read them."""

    service = SERVICE
    http = "GET /redemptions/publicised"
    public = True
    articles = (5, 17)
    view = PublicisedView
    is_list = True
    summary = ("兑付公示", "Redemptions that are publicised")

    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (
    ApplyRedemption,
    ReviewRedemption,
    AuditRedemption,
    ListRedemptions,
    ListPublicised,
)
