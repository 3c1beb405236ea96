"""Why the budget says no (预算, art. 17)."""

from chassis.domain import Kind, Refusal


class AppropriationExceeded(Refusal):
    """Invariant 1: more would be allocated or issued than was appropriated."""

    code = "voucher-ledger.appropriation-exceeded"
    zh = "超出预算:申请 {asked_fen} 分,剩余 {left_fen} 分"
    en = "Beyond the appropriation: asked {asked_fen} fen, {left_fen} fen left"


class BudgetStandsStill(Refusal):
    """The budget is frozen or closed: nothing is issued and nothing moves."""

    code = "voucher-ledger.budget-stands-still"
    zh = "{fund} {year} 年 {region} 预算状态为 {state},不可使用"
    en = "The budget of {fund} {year} in {region} is {state}"


class NotFrozen(Refusal):
    """Only a frozen budget can be unfrozen."""

    code = "voucher-ledger.budget-not-frozen"
    zh = "该预算未被冻结,当前状态:{state}"
    en = "The budget is not frozen; it is {state}"


class NothingToMove(Refusal):
    """Giving and receiving budget are the same."""

    code = "voucher-ledger.same-budget"
    kind = Kind.INVALID
    zh = "调出与调入地区相同:{region}"
    en = "Source and target are the same region: {region}"


class YearNotOver(Refusal):
    """A budget is closed after its year is over."""

    code = "voucher-ledger.year-not-over"
    zh = "{year} 年度尚未结束(今日 {today}),不能结账"
    en = "The year {year} is not over (today is {today}), so it cannot be closed"


class OwnProposal(Refusal):
    """Who proposed a transfer does not decide on it."""

    code = "voucher-ledger.own-proposal"
    kind = Kind.FORBIDDEN
    zh = "提出调剂的人员不能审批"
    en = "Who proposed the transfer cannot decide on it"


class ApprovedBefore(Refusal):
    """Two distinct people have to approve."""

    code = "voucher-ledger.approved-before"
    zh = "您已审批过该调剂,需由另一人审批"
    en = "You have approved this transfer; somebody else has to as well"


class TransferDecided(Refusal):
    """The transfer was carried out or rejected before."""

    code = "voucher-ledger.transfer-decided"
    zh = "该调剂已办结,状态:{state}"
    en = "The transfer was decided before; it is {state}"
