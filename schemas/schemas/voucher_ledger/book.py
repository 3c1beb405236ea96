"""The double-entry book (复式记账, art. 6, 8, 17)."""

from marshmallow import fields

from chassis.contract import Query, Region, View, Whole
from schemas.voucher_ledger.common import OBSERVERS, SERVICE, FundCode


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


CONTRACTS = (TrialBalance,)
