"""Why a risk hold says no (风险冻结, art. 8, 17, 28)."""

from chassis.domain import Kind, Refusal


class HeldForRisk(Refusal):
    """A detector hit, and no person has decided yet: nothing is paid."""

    code = "voucher-ledger.held-for-risk"
    zh = "兑付 {redemption_id} 因 {detectors} 冻结,待人工处理"
    en = "Redemption {redemption_id} is held because of {detectors}; a person has to decide"


class NotHeld(Refusal):
    """There is nothing to decide on."""

    code = "voucher-ledger.not-held"
    zh = "该兑付未被风险冻结,或已处理"
    en = "This redemption is not held, or was decided on before"


class HoldDeciderReviewed(Refusal):
    """Who reviewed a redemption does not decide on its hold."""

    code = "voucher-ledger.hold-decider-reviewed"
    kind = Kind.FORBIDDEN
    zh = "审核人不得处理自己审核的兑付的风险冻结"
    en = "Who reviewed a redemption cannot decide on its hold"
