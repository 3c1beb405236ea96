"""Budget (预算): public money before it is anybody's (art. 17)."""

from marshmallow import fields

from chassis.contract import ROWS, Choice, Command, Fen, Flag, Id, Query, Region, Text, View, Whole
from schemas import roles
from schemas.voucher_ledger.common import FUNDERS, OBSERVERS, SERVICE, FundCode

SOURCES = ("central", "provincial", "municipal", "other")
"""Where appropriated money comes from: 中央、省级、市级财政 or elsewhere."""

APPROVERS = frozenset({roles.HRSS_PROVINCE, roles.FINANCE_PROVINCE})


class BudgetView(View):
    """A fund's money of a year in a region, in fen.

    `free_fen` = received − given away − set aside for batches.
    """

    id = Id()
    fund = FundCode()
    year = fields.Integer()
    region = Region()
    state = fields.String()
    received_fen = fields.Integer()
    given_fen = fields.Integer()
    committed_fen = fields.Integer()
    free_fen = fields.Integer()


class AppropriateBudget(Command):
    """Put public money at the disposal of a fund for a year (预算下达). Repeats add up.

    It is the province's until it is allocated to a region.
    """

    service = SERVICE
    http = "POST /appropriations"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = BudgetView
    summary = ("下达创业券预算", "Appropriate a budget")

    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    amount_fen = Fen(required=True)
    source = Choice(*SOURCES, load_default="provincial")
    document_number = Text(80, required=True)


class AllocateBudget(Command):
    """Give a region money of the province's budget (预算分配)."""

    service = SERVICE
    http = "POST /budgets/allocations"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = BudgetView
    summary = ("向地区分配预算", "Allocate budget to a region")

    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    amount_fen = Fen(required=True)
    document_number = Text(80, required=True)


class FreezeBudget(Command):
    """Stop every issue and every move out of a budget (冻结预算)."""

    service = SERVICE
    http = "POST /budgets/<uuid:budget_id>/freeze"
    allowed = APPROVERS
    articles = (17,)
    refusal_is_event = True
    view = BudgetView
    summary = ("冻结预算", "Freeze a budget")

    budget_id = Id(required=True)
    reason = Text(500, required=True)


class UnfreezeBudget(Command):
    """Let a frozen budget go on (解冻预算)."""

    service = SERVICE
    http = "POST /budgets/<uuid:budget_id>/unfreezing"
    allowed = APPROVERS
    articles = (17,)
    refusal_is_event = True
    view = BudgetView
    summary = ("解冻预算", "Unfreeze a budget")

    budget_id = Id(required=True)
    reason = Text(500, required=True)


class CloseBudget(Command):
    """Close a budget whose year is over (年终结账): its rest is carried over or returned.

    Its batches are closed with it; vouchers that were granted stay what they are.
    """

    service = SERVICE
    http = "POST /budgets/<uuid:budget_id>/closing"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = BudgetView
    summary = ("预算年终结账", "Close a budget at the end of its year")

    budget_id = Id(required=True)
    remainder = Choice("carry-over", "return", required=True)
    document_number = Text(80, required=True)


class ListBudgets(Query):
    """Budgets of one's region."""

    service = SERVICE
    http = "GET /budgets"
    allowed = OBSERVERS
    place = ROWS
    articles = (9, 17)
    view = BudgetView
    is_list = True
    summary = ("查询预算", "List budgets")

    fund = FundCode(load_default=None)
    year = Whole(2018, 2100, load_default=None, allow_none=True)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class TransferView(View):
    """A transfer of money between the budgets of two regions."""

    id = Id()
    fund = FundCode()
    year = fields.Integer()
    source_region = Region()
    target_region = Region()
    amount_fen = fields.Integer()
    reason = fields.String()
    approvals = fields.Integer()
    state = fields.String()


class ProposeTransfer(Command):
    """Propose that money goes from one region's budget to another's (预算调剂)."""

    service = SERVICE
    http = "POST /budget-transfers"
    allowed = FUNDERS
    articles = (17,)
    refusal_is_event = True
    view = TransferView
    summary = ("提出预算调剂", "Propose a transfer between regions")

    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    source_region = Region(required=True)
    target_region = Region(required=True)
    amount_fen = Fen(required=True)
    reason = Text(500, required=True)


class DecideTransfer(Command):
    """Approve or reject a transfer (调剂审批).

    Two distinct approvers are needed, the proposer not among them; the second one's approval
    carries it out.
    """

    service = SERVICE
    http = "POST /budget-transfers/<uuid:transfer_id>/decisions"
    allowed = APPROVERS
    articles = (17,)
    refusal_is_event = True
    view = TransferView
    summary = ("审批预算调剂", "Decide on a transfer between regions")

    transfer_id = Id(required=True)
    approve = Flag(required=True)
    reason = Text(500, required=True)


class ListTransfers(Query):
    """Transfers from or to one's region."""

    service = SERVICE
    http = "GET /budget-transfers"
    allowed = OBSERVERS
    place = ROWS
    articles = (9, 17)
    view = TransferView
    is_list = True
    summary = ("查询预算调剂", "List transfers between regions")

    state = Choice("proposed", "carried-out", "rejected", load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (
    AppropriateBudget,
    AllocateBudget,
    FreezeBudget,
    UnfreezeBudget,
    CloseBudget,
    ListBudgets,
    ProposeTransfer,
    DecideTransfer,
    ListTransfers,
)
