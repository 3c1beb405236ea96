"""Budget (预算): public money before it is anybody's (art. 17)."""

from marshmallow import fields

from chassis.contract import Command, Fen, Id, Text, View, Whole
from schemas.voucher_ledger.common import FUNDERS, SERVICE, FundCode


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


CONTRACTS = (AppropriateBudget,)
