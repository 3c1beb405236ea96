"""Why the budget says no (预算, art. 17)."""

from chassis.domain import Refusal


class AppropriationExceeded(Refusal):
    """Invariant 1: more would be issued than was appropriated."""

    code = "voucher-ledger.appropriation-exceeded"
    zh = "超出预算:申请 {asked_fen} 分,剩余 {left_fen} 分"
    en = "Beyond the appropriation: asked {asked_fen} fen, {left_fen} fen left"
