"""Reconciliation (对账, art. 17, 19): do book, orders, payment files and the bank agree?"""

from marshmallow import fields

from chassis.contract import Choice, Command, Id, Query, Region, Text, View, Whole
from schemas.voucher_ledger.book import BalanceView
from schemas.voucher_ledger.common import SERVICE, FundCode
from schemas.voucher_ledger.payment_orders import PAYERS, WHOLE_PROVINCE


class ReconciliationView(View):
    """A reconciliation: which entries it covers, how many orders it compared, how many differ anew.

    `since` ≤ position < `covered` of the ledger's log, which a signed checkpoint of that size with
    this `root` (hex) seals, and matching's log up to `orders_seen` (-1: nothing of it). `complete`:
    nothing that was sealed waits for the next one.
    """

    id = Id()
    number = fields.Integer()
    day = fields.String()
    since = fields.Integer()
    covered = fields.Integer()
    root = fields.String(allow_none=True)
    orders_seen = fields.Integer()
    checked = fields.Integer()
    found = fields.Integer()
    complete = fields.Boolean()


class DifferenceView(View):
    """A difference: what does not agree about an order (`kind`), and what those sides say.

    Amounts of `sides` in fen. While it is open, nothing is paid for that order.
    """

    id = Id()
    reconciliation_id = Id()
    order_id = Id()
    kind = fields.String()
    sides = fields.Dict(keys=fields.String())
    state = fields.String()
    decider = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class ReconciliationReport(ReconciliationView):
    """A reconciliation with what it found, and the trial balance of what it covers."""

    differences = fields.List(fields.Nested(DifferenceView))
    balances = fields.List(fields.Nested(BalanceView))


class Reconcile(Command):
    """Compare now, without waiting for the day to come (对账); every order that moved since."""

    service = SERVICE
    http = "POST /reconciliations"
    allowed = PAYERS
    articles = (17, 19)
    refusal_is_event = True
    view = ReconciliationView
    summary = ("立即对账", "Reconcile now")


class SettleDifference(Command):
    """Say why the sides differ, and let the payment of that order go on (处理对账差异)."""

    service = SERVICE
    http = "POST /differences/<uuid:difference_id>/settlement"
    allowed = PAYERS
    articles = (17, 19)
    refusal_is_event = True
    view = DifferenceView
    summary = ("处理对账差异", "Settle a difference")

    difference_id = Id(required=True)
    reason = Text(500, required=True)


class ListReconciliations(Query):
    """Reconciliations, in order."""

    service = SERVICE
    http = "GET /reconciliations"
    allowed = WHOLE_PROVINCE
    articles = (17, 19)
    view = ReconciliationView
    is_list = True
    summary = ("查询对账", "List reconciliations")

    after = Whole(0, 2**31, load_default=0)
    limit = Whole(1, 500, load_default=100)


class GetReconciliation(Query):
    """One reconciliation: its differences, and the balances of what it covers."""

    service = SERVICE
    http = "GET /reconciliations/<uuid:reconciliation_id>"
    allowed = WHOLE_PROVINCE
    articles = (17, 19)
    view = ReconciliationReport
    summary = ("查看对账", "Get a reconciliation")

    reconciliation_id = Id(required=True)


class ListDifferences(Query):
    """Differences: all, those that are open, or those of an order."""

    service = SERVICE
    http = "GET /differences"
    allowed = WHOLE_PROVINCE
    articles = (17, 19)
    view = DifferenceView
    is_list = True
    summary = ("查询对账差异", "List differences")

    state = Choice("open", "settled", load_default=None)
    order_id = Id(load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class TotalsView(View):
    """What the trial balance and all vouchers together say of a purse, in fen by bucket."""

    fund = FundCode()
    region = Region()
    year = fields.Integer()
    book = fields.Dict(keys=fields.String(), values=fields.Integer())
    vouchers = fields.Dict(keys=fields.String(), values=fields.Integer())
    agrees = fields.Boolean()


class CompareTotals(Query):
    """The full check: the trial balance beside the sum of all vouchers (总账与明细账核对).

    It reads every voucher once; the daily reconciliation reads only what moved.
    """

    service = SERVICE
    http = "GET /reconciliations/totals"
    allowed = WHOLE_PROVINCE
    articles = (8, 17, 19)
    view = TotalsView
    is_list = True
    summary = ("总账与明细账核对", "Compare the totals")


CONTRACTS = (
    Reconcile,
    SettleDifference,
    ListReconciliations,
    GetReconciliation,
    ListDifferences,
    CompareTotals,
)
