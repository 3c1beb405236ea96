"""The double-entry book (复式记账, art. 6, 8, 17)."""

from marshmallow import fields

from chassis.contract import ROWS, Choice, Id, Query, Region, View, Whole
from schemas import roles
from schemas.voucher_ledger.common import OBSERVERS, SERVICE, FundCode

DIMENSIONS = ("batch", "user", "order", "provider")
"""What issued money can be asked for by, besides fund, region and year (明细账)."""


class BalanceView(View):
    """Balances by fund, region and year, in fen. Buckets with nothing in them are left out."""

    fund = FundCode()
    region = Region()
    year = fields.Integer()
    balances = fields.Dict(keys=fields.String(), values=fields.Integer())


class TrialBalance(Query):
    """The trial balance (试算平衡) up to a position of the ledger's log, or as of now.

    An observer sees the purses of their region. A position that the log does not have yet is
    refused.
    """

    service = SERVICE
    http = "GET /balances"
    allowed = OBSERVERS
    place = ROWS
    articles = (6, 8, 9, 17)
    view = BalanceView
    is_list = True
    summary = ("试算平衡", "Trial balance")

    position = Whole(0, 2**53, load_default=None, allow_none=True)
    fund = FundCode(load_default=None)
    region = Region(load_default=None)
    year = Whole(2018, 2100, load_default=None, allow_none=True)


class LedgerAccountView(View):
    """What one batch, user, order or provider has of one fund, region and year, in fen."""

    id = Id()
    fund = FundCode()
    region = Region()
    year = fields.Integer()
    balances = fields.Dict(keys=fields.String(), values=fields.Integer())


class ListAccounts(Query):
    """Balances by batch, user, order or provider (明细账), as of now.

    Users and providers see their own; observers see those of their region.
    """

    service = SERVICE
    http = "GET /balances/<string:dimension>"
    allowed = OBSERVERS | {roles.USER, roles.PROVIDER}
    place = ROWS
    articles = (6, 8, 9, 17)
    view = LedgerAccountView
    is_list = True
    summary = ("明细账余额", "Balances by batch, user, order or provider")

    dimension = Choice(*DIMENSIONS, required=True)
    of = Id(load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (TrialBalance, ListAccounts)
