"""Why a redemption says no (兑付, art. 17, 19)."""

from chassis.domain import Kind, Refusal


class NotRedeemable(Refusal):
    """The order was not accepted by the user (as far as the ledger has seen), or is not theirs."""

    code = "voucher-ledger.not-redeemable"
    zh = "该订单尚未验收或不属于该服务商,不能申请兑付"
    en = "This order is not accepted yet, or not this provider's: it cannot be redeemed"


class RedeemByPassed(Refusal):
    """Invariant 5: the redeem-by date has passed."""

    code = "voucher-ledger.redeem-by-passed"
    zh = "已过兑付截止日 {redeem_by}"
    en = "The redeem-by date {redeem_by} has passed"


class AlreadyApplied(Refusal):
    """A redemption exists for this order."""

    code = "voucher-ledger.redemption-exists"
    zh = "该订单已申请兑付"
    en = "A redemption exists for this order"


class InvoiceUsed(Refusal):
    """The invoice number was used for another order."""

    code = "voucher-ledger.invoice-used"
    zh = "发票号码 {invoice_number} 已被使用"
    en = "Invoice number {invoice_number} was used before"


class AwaitingCosignature(Refusal):
    """No cosigned checkpoint covers the approval yet: no money leaves without the supervisor.

    It passes: the same command id may be tried again.
    """

    code = "voucher-ledger.awaiting-cosignature"
    kind = Kind.UNAVAILABLE
    zh = "等待监理对审核记录联署后方可支付"
    en = "The payment waits for the supervisor's cosignature over the approval"


class WrongRedemptionState(Refusal):
    """The redemption is not in the state that this step needs."""

    code = "voucher-ledger.wrong-redemption-state"
    zh = "兑付申请当前状态为 {state},需要 {needed}"
    en = "The redemption is {state}; it would have to be {needed}"


class AuditorReviewed(Refusal):
    """Who reviewed a redemption does not audit it too."""

    code = "voucher-ledger.auditor-reviewed"
    zh = "审核人不得抽查自己审核的兑付申请"
    en = "Who reviewed a redemption may not audit it"


class PublicityRuns(Refusal):
    """The publicity period is not over (公示期)."""

    code = "voucher-ledger.publicity-runs"
    zh = "兑付 {redemption_id} 尚在公示期,{payable_from} 起方可支付"
    en = "Redemption {redemption_id} is publicised still; it can be paid from {payable_from} on"


class PayeeFrozen(Refusal):
    """An account of the payee is frozen: the payment waits (冻结, art. 28, 35)."""

    code = "voucher-ledger.payee-frozen"
    zh = "兑付 {redemption_id} 的服务商 {provider} 帐号冻结期间不得支付"
    en = "Redemption {redemption_id} is not paid while an account of {provider} is frozen"


class PayeeBlacklisted(Refusal):
    """The payee is on the blacklist: the payment stops (黑名单, art. 28)."""

    code = "voucher-ledger.payee-blacklisted"
    zh = "兑付 {redemption_id} 的服务商 {provider} 已被纳入黑名单,停止支付"
    en = "Redemption {redemption_id} is not paid while {provider} is on the blacklist"


class EvidenceDiffers(Refusal):
    """What is handed in is not the evidence with which the order was delivered (art. 19)."""

    code = "voucher-ledger.evidence-differs"
    zh = "所交交付凭证摘要 {given} 与订单交付时的 {delivered} 不符"
    en = "The evidence {given} is not that of the order's delivery, {delivered}"
