"""What may be asked of matching: orders and their life (art. 3, 19, 26)."""

from marshmallow import fields, validate

from chassis.contract import (
    Choice,
    Command,
    Digest,
    Fen,
    Id,
    LegalDate,
    Query,
    Region,
    Simhash,
    View,
    Whole,
)
from chassis.messages import both
from schemas import roles
from schemas.fee_schedules import READERS

SERVICE = "matching"
MONTH = validate.Regexp(
    r"20[0-9]{2}-(0[1-9]|1[0-2])\Z", error=both("月份格式为 YYYY-MM", "YYYY-MM")
)


class OrderView(View):
    """An order: what was frozen when it was placed, and how far it has come.

    `fee` is what of the price is the operator's by the fee schedule in force then: number and
    digest of the version, rate in basis points, both parts in fen; null where none was agreed.
    """

    id = Id()
    listing_id = Id()
    listing_revision = fields.Integer()
    category = fields.String()
    region = Region()
    user = Id()
    provider = Id()
    voucher_id = Id()
    price_fen = fields.Integer()
    fee = fields.Dict(allow_none=True)
    voucher_fen = fields.Integer(allow_none=True)
    own_fen = fields.Integer(allow_none=True)
    accepted_fen = fields.Integer(allow_none=True)
    voucher_due_fen = fields.Integer(allow_none=True)
    own_due_fen = fields.Integer(allow_none=True)
    state = fields.String()
    due_by = LegalDate(allow_none=True)
    refusal = fields.Dict(allow_none=True)


class PlaceOrder(Command):
    """Order a listed service with a voucher (下单). The price seen is said, and checked."""

    service = SERVICE
    http = "POST /orders"
    allowed = frozenset({roles.USER})
    articles = (3, 19, 26)
    begins = True
    refusal_is_event = True
    view = OrderView
    summary = ("下单", "Place an order")

    listing_id = Id(required=True)
    voucher_id = Id(required=True)
    price_fen = Fen(required=True)


class DeliverOrder(Command):
    """Say that an order was delivered, with the evidence's digest (交付).

    `simhash`: of what was delivered as text, its 64-bit SimHash as 16 hex digits; texts that are
    nearly the same have nearly the same (`chassis.simhash`).
    """

    service = SERVICE
    http = "POST /orders/<uuid:order_id>/delivery"
    allowed = frozenset({roles.PROVIDER})
    articles = (19,)
    refusal_is_event = True
    view = OrderView
    summary = ("交付", "Deliver an order")

    order_id = Id(required=True)
    evidence_sha256 = Digest(required=True)
    simhash = Simhash(load_default=None, allow_none=True)


class AcceptOrder(Command):
    """Accept what was delivered, whole or in part (验收).

    `accepted_fen` is what of the price is accepted, in fen; without it, all. The voucher pays the
    same part of what was reserved, rounded down; the rest goes back to it.
    """

    service = SERVICE
    http = "POST /orders/<uuid:order_id>/acceptance"
    allowed = frozenset({roles.USER})
    articles = (19,)
    refusal_is_event = True
    view = OrderView
    summary = ("验收", "Accept an order")

    order_id = Id(required=True)
    accepted_fen = Fen(load_default=None, allow_none=True)


class CancelOrder(Command):
    """Cancel an order that was not delivered yet (取消)."""

    service = SERVICE
    http = "POST /orders/<uuid:order_id>/cancellation"
    allowed = frozenset({roles.USER})
    articles = (19,)
    refusal_is_event = True
    view = OrderView
    summary = ("取消订单", "Cancel an order")

    order_id = Id(required=True)


class GetOrder(Query):
    """One order, for its two parties, for staff of its region and for the supervisor."""

    service = SERVICE
    http = "GET /orders/<uuid:order_id>"
    articles = (9, 19)
    view = OrderView
    summary = ("查看订单", "Show an order")

    order_id = Id(required=True)


class ListOrders(Query):
    """One's own orders, as user and as provider; staff see those of their region."""

    service = SERVICE
    http = "GET /orders"
    articles = (9, 19)
    view = OrderView
    is_list = True
    summary = ("查询订单", "List orders")

    state = Choice(
        "placed",
        "funded",
        "refused",
        "delivered",
        "accepted",
        "cancelled",
        "lapsed",
        load_default=None,
    )
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class FeeStatementView(View):
    """What the operator is due of a provider for a month, by one version of their fee schedule.

    Amounts in fen; `number` is null for orders of which nothing is the operator's.
    """

    month = fields.String()
    provider = Id()
    number = fields.Integer(allow_none=True)
    orders = fields.Integer()
    accepted_fen = fields.Integer()
    operator_fen = fields.Integer()
    provider_fen = fields.Integer()


class GetFeeStatement(Query):
    """What the operator is due for the orders accepted in a month (收费结算单).

    Nothing is paid here: operator and provider settle it themselves. A provider sees its own.
    """

    service = SERVICE
    http = "GET /fee-statements"
    allowed = READERS
    articles = (8, 15)
    view = FeeStatementView
    is_list = True
    summary = ("收费结算单", "Statement of fees")

    month = fields.String(required=True, validate=MONTH, metadata={"example": "2026-05"})
    provider = Id(load_default=None)


CONTRACTS = (
    PlaceOrder,
    DeliverOrder,
    AcceptOrder,
    CancelOrder,
    GetOrder,
    ListOrders,
    GetFeeStatement,
)
