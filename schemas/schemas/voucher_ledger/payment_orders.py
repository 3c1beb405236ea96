"""Payment orders (支付单, art. 17): redemptions that are paid together, by two approvals."""

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Flag, Id, Query, Raw, Text, View, Whole
from schemas import roles
from schemas.voucher_ledger.common import SERVICE

MOST = 200
"""Redemptions of one payment order, at the most: all of them are one event."""

PAYERS = frozenset({roles.FINANCE_PROVINCE, roles.HRSS_PROVINCE})
"""省财政厅 and 省人社厅: two persons of theirs approve a payment."""

WHOLE_PROVINCE = PAYERS | {roles.EMPLOYMENT_PROVINCE, roles.SUPERVISOR}
"""Who sees payment orders: they know no region (art. 9)."""


class PaymentOrderView(View):
    """A payment order; hashes and instants are there once two persons approved it."""

    id = Id()
    state = fields.String()
    count = fields.Integer()
    total_fen = fields.Integer()
    approvals = fields.Integer()
    created_at = fields.String(allow_none=True)
    csv_sha256 = fields.String(allow_none=True)
    pain001_sha256 = fields.String(allow_none=True)
    paid_fen = fields.Integer()
    returned_fen = fields.Integer()


class ProposePayment(Command):
    """Put redemptions whose publicity is over into a payment order (编制支付单)."""

    service = SERVICE
    http = "POST /payment-orders"
    allowed = frozenset({roles.EMPLOYMENT_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = PaymentOrderView
    summary = ("编制支付单", "Draw up a payment order")

    redemption_ids = fields.List(Id(), required=True, validate=validate.Length(1, MOST))


class DecidePayment(Command):
    """Approve or reject a payment order; the second approval makes the payment file (审批支付)."""

    service = SERVICE
    http = "POST /payment-orders/<uuid:payment_order_id>/decisions"
    allowed = PAYERS
    articles = (17,)
    refusal_is_event = True
    view = PaymentOrderView
    summary = ("审批支付单", "Approve or reject a payment order")

    payment_order_id = Id(required=True)
    approve = Flag(required=True)
    reason = Text(500, required=True)


class ImportBankReturn(Command):
    """Import what the bank says became of a payment order (导入银行回盘文件), as CSV.

    `H,<payment order>,<lines>,<yuan>` and a line `D,<end-to-end id>,<yuan>,PAID|RETURNED,<bank
    reference>,<reason code>` for each payment of the order. `R` instead of `H`: payments that came
    back after they were made (退票), any number of lines. The same file again changes nothing.
    """

    service = SERVICE
    http = "POST /payment-orders/<uuid:payment_order_id>/bank-returns"
    allowed = frozenset({roles.FINANCE_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = PaymentOrderView
    summary = ("导入银行回盘文件", "Import a bank return file")

    payment_order_id = Id(required=True)
    content = fields.String(
        required=True, validate=validate.Length(1, 200_000), metadata={"personal": True}
    )


class ListPaymentOrders(Query):
    """Payment orders."""

    service = SERVICE
    http = "GET /payment-orders"
    allowed = WHOLE_PROVINCE
    articles = (17,)
    view = PaymentOrderView
    is_list = True
    summary = ("查询支付单", "List payment orders")

    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class PaymentFileView(View):
    """A payment file, and the hash that the log has of it."""

    content = fields.String()
    sha256 = fields.String()


class GetPaymentFile(Query):
    """The payment file of an approved payment order: CSV, or ISO 20022 pain.001 XML."""

    service = SERVICE
    http = "GET /payment-orders/<uuid:payment_order_id>/files/<string:form>"
    allowed = WHOLE_PROVINCE
    articles = (8, 17)
    view = PaymentFileView
    raw = Raw("text/plain; charset=utf-8", "content", "text", "no-store")
    summary = ("下载支付文件", "Get a payment file")

    payment_order_id = Id(required=True)
    form = Choice("csv", "pain001", required=True)


CONTRACTS = (
    ProposePayment,
    DecidePayment,
    ImportBankReturn,
    ListPaymentOrders,
    GetPaymentFile,
)
