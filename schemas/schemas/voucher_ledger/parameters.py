"""Parameters (参数): the dated figures of the voucher scheme, for everybody to read."""

from marshmallow import fields

from chassis.contract import Choice, Command, LegalDate, Query, Text, View, Whole
from schemas.voucher_ledger.common import FUNDERS, SERVICE

NAMES = (
    "face-fen",
    "rate-bp",
    "item-cap-fen",
    "user-cap-fen",
    "use-within-days",
    "redeem-within-days",
    "sample-rate-bp",
    "sample-step-fen",
    "publicity-days",
    "deliver-within-days",
    "accept-within-days",
    "pay-within-days",
    "risk-split-orders",
    "purchase-tender-fen",
    "risk-accept-seconds",
    "risk-price-days",
    "risk-price-bp",
    "risk-expiry-days",
    "risk-expiry-orders",
    "risk-simhash-bits",
    "risk-device-subjects",
)


class ParameterSetView(View):
    """What was set, and what holds now."""

    name = fields.String()
    value = fields.Integer()
    basis = fields.String()
    set_value = fields.Integer()
    valid_from = LegalDate()


class SetParameter(Command):
    """Set a figure from a day on, which is not past, on the authority of a document (设定参数)."""

    service = SERVICE
    http = "POST /parameters"
    allowed = FUNDERS
    articles = (1, 17)
    refusal_is_event = True
    view = ParameterSetView
    summary = ("设定参数", "Set a parameter")

    name = Choice(*NAMES, required=True)
    value = Whole(0, 10**12, required=True)
    valid_from = LegalDate(required=True)
    document_number = Text(80, required=True)


class ParameterView(View):
    """A figure on a day, and the document that set it; a default is not Anhui law."""

    name = fields.String()
    unit = fields.String()
    zh = fields.String()
    en = fields.String()
    value = fields.Integer()
    basis = fields.String()


class ListParameters(Query):
    """The figures in force on a day, by default today; anyone may read them."""

    service = SERVICE
    http = "GET /parameters"
    public = True
    articles = (1, 5, 17)
    view = ParameterView
    is_list = True
    summary = ("查询参数", "List parameters")

    on = LegalDate(load_default=None)


CONTRACTS = (SetParameter, ListParameters)
