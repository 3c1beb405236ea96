"""The user's own share of an order, evidenced by a payment institution (自付部分, art. 17, 19)."""

from marshmallow import fields, validate

from chassis.contract import Callback, Id, Query, View, Whole
from chassis.messages import both
from schemas.voucher_ledger.common import SERVICE

STATES = ("due", "proven")
"""Whether the institution has yet to say that the user paid, or has said so."""

PROOF = (
    validate.Length(1, 2000),
    validate.Regexp(
        r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z",
        error=both(
            "凭证应为“载荷.签名”,两部分均为无填充的 base64url",
            "Not <payload>.<signature>, both base64url without padding.",
        ),
    ),
)
"""What a signed text looks like."""


class OwnPaymentView(View):
    """What a user pays of an accepted order themself, in fen (用户自付).

    `id` names the payment to the institution; `reference` and `proof_sha256` are the institution's
    and null until it says that it was paid. It has to be paid by `pay_by`, the last day on which
    the order can be redeemed.
    """

    id = Id()
    order_id = Id()
    user = Id()
    provider = Id()
    fen = fields.Integer()
    state = fields.String()
    pay_by = fields.String()
    reference = fields.String(allow_none=True)
    proof_sha256 = fields.String(allow_none=True)


class PaymentReceiptView(View):
    """What the payment institution is answered: its proof was recorded."""

    id = Id()
    order_id = Id()
    fen = fields.Integer()
    proof_sha256 = fields.String()


class RecordOwnPayment(Callback):
    """Take what the payment institution says: a user paid their own share (支付回调).

    `proof` is `<payload>.<signature>`, both base64url without padding; the payload is JSON, the
    signature the institution's (SHA256withRSA or Ed25519) over the payload's text as it stands
    there. The same proof again changes nothing.
    """

    service = SERVICE
    http = "POST /own-payments"
    articles = (17, 19)
    refusal_is_event = True
    view = PaymentReceiptView
    summary = ("支付机构回调", "Call-back of the payment institution")

    proof = fields.String(required=True, validate=PROOF)


class RefundView(View):
    """What the payment institution is answered: its notice was recorded."""

    id = Id()
    order_id = Id()
    fen = fields.Integer()
    refunded_fen = fields.Integer()


class RecordRefund(Callback):
    """Take what the payment institution says: a user got back of their own share (退款通知).

    `proof` is made like that of a payment, its payload of the format `payment-refund/1` with
    `refunded_at`. What is not paid yet is held for it.
    """

    service = SERVICE
    http = "POST /own-payment-refunds"
    articles = (8, 17)
    refusal_is_event = True
    view = RefundView
    summary = ("支付机构退款通知", "Notice of refund by the payment institution")

    proof = fields.String(required=True, validate=PROOF)


class ListOwnPayments(Query):
    """Own shares of accepted orders: a party's own, or those of an observer's region."""

    service = SERVICE
    http = "GET /own-payments"
    articles = (17, 19)
    view = OwnPaymentView
    is_list = True
    summary = ("查询用户自付", "List own payments")

    order_id = Id(load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (RecordOwnPayment, RecordRefund, ListOwnPayments)
