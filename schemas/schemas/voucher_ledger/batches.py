"""Batches and granting (批次、发放, art. 17)."""

from marshmallow import fields, validate

from chassis.contract import (
    ROWS,
    BasisPoints,
    Choice,
    Command,
    Fen,
    Id,
    LegalDate,
    Query,
    Region,
    View,
    Whole,
)
from schemas.categories import CHARGEABLE
from schemas.voucher_ledger.common import FUNDERS, OBSERVERS, SERVICE, FundCode

SUBJECT_KINDS = ("person", "firm")


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
    category_caps = fields.Dict(keys=fields.String(), values=fields.Integer())
    user_cap_fen = fields.Integer(allow_none=True)
    target_region = Region()
    target_kinds = fields.List(fields.String())
    use_by = LegalDate()
    redeem_by = LegalDate()
    figures = fields.Dict(keys=fields.String(), values=fields.String())
    state = fields.String()


class OpenBatch(Command):
    """Open a batch of vouchers for a region, out of its budget (发券批次).

    A figure that is left out is the parameter in force on the day (`GET /parameters`);
    `use_by` and `redeem_by` follow from the parameters likewise. `category_caps` bounds what all
    its vouchers pay in a category in a calendar year, `user_cap_fen` what one user's vouchers of
    the fund pay in a calendar year (0: no cap). The target group is who may be granted a voucher:
    users of a region and all below it (by default the whole province), persons or firms.
    """

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
    face_fen = Fen(load_default=None, allow_none=True)
    rate_bp = BasisPoints(load_default=None, allow_none=True)
    item_cap_fen = Fen(load_default=None, allow_none=True)
    categories = fields.List(
        Choice(*sorted(CHARGEABLE)), required=True, validate=validate.Length(1, 40)
    )
    category_caps = fields.Dict(
        keys=Choice(*sorted(CHARGEABLE)),
        values=Fen(),
        load_default=dict,
        metadata={"example": {"enterprise.legal": 5_000_000}},
    )
    user_cap_fen = Fen(least=0, load_default=None, allow_none=True)
    target_region = Region(load_default="340000")
    target_kinds = fields.List(
        Choice(*SUBJECT_KINDS), load_default=list(SUBJECT_KINDS), validate=validate.Length(1, 2)
    )
    use_by = LegalDate(load_default=None, allow_none=True)
    redeem_by = LegalDate(load_default=None, allow_none=True)


class BatchClosedView(View):
    """A batch that grants nothing any more, and what went back to its budget."""

    id = Id()
    state = fields.String()
    released_fen = fields.Integer()


class CloseBatch(Command):
    """Grant no more of a batch; what it did not issue is free in its budget again (关闭批次)."""

    service = SERVICE
    http = "POST /batches/<uuid:batch_id>/closing"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = BatchClosedView
    summary = ("关闭发券批次", "Close a batch")

    batch_id = Id(required=True)


class ListBatches(Query):
    """Batches of one's region."""

    service = SERVICE
    http = "GET /batches"
    allowed = OBSERVERS
    place = ROWS
    articles = (9, 17)
    view = BatchView
    is_list = True
    summary = ("查询发券批次", "List batches")

    state = Choice("open", "closed", load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (
    OpenBatch,
    CloseBatch,
    ListBatches,
)
