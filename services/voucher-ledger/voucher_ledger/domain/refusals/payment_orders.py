"""Why a payment order goes no further (支付单, invariant 7)."""

from chassis.domain import Kind, Refusal


class WrongPaymentOrderState(Refusal):
    """The payment order is not in the state that this step needs."""

    code = "voucher-ledger.wrong-payment-order-state"
    zh = "支付单当前状态为 {state},需要 {needed}"
    en = "The payment order is {state}; it would have to be {needed}"


class OwnPaymentOrder(Refusal):
    """Who drew it up does not decide on it."""

    code = "voucher-ledger.own-payment-order"
    zh = "编制人不得审批自己编制的支付单"
    en = "Who drew up a payment order may not decide on it"


class ReviewedByApprover(Refusal):
    """Who reviewed one of its redemptions does not approve the payment."""

    code = "voucher-ledger.payment-reviewed-by-approver"
    zh = "审核人不得审批含其所审兑付的支付单"
    en = "Who reviewed one of its redemptions may not approve the payment"


class SettledByApprover(Refusal):
    """Who settled a difference about one of its redemptions, or its hold, does not approve it."""

    code = "voucher-ledger.payment-settled-by-approver"
    kind = Kind.FORBIDDEN
    zh = "处理过兑付 {redemption_id} 的对账差异或风险冻结的人员不得审批其支付"
    en = "Who settled a difference or hold of redemption {redemption_id} may not approve it"


class SettlerApproved(Refusal):
    """The other way round: who approved a payment settles no difference and no hold in it."""

    code = "voucher-ledger.settler-approved-payment"
    kind = Kind.FORBIDDEN
    zh = "已审批支付单 {payment_order_id} 的人员不得处理其中兑付的对账差异或风险冻结"
    en = "Who approved payment order {payment_order_id} settles no difference and no hold in it"


class ApprovedTwice(Refusal):
    """The second approval is another person's."""

    code = "voucher-ledger.payment-approved-twice"
    zh = "同一帐号不得两次审批同一支付单"
    en = "The second approval of a payment has to be another account's"


class ListedTwice(Refusal):
    """A redemption is in the list twice."""

    code = "voucher-ledger.payment-listed-twice"
    zh = "同一兑付在支付单中重复"
    en = "A redemption is in the list twice"
