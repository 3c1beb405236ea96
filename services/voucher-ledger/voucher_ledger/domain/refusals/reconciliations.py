"""Why a reconciliation says no (对账, art. 17)."""

from chassis.domain import Refusal


class PaymentStopped(Refusal):
    """Book, orders and payments do not agree about it, and no person has settled that yet."""

    code = "voucher-ledger.payment-stopped"
    zh = "兑付 {redemption_id} 对账有差异({kinds}),核销差异前停止支付"
    en = "Redemption {redemption_id} is not paid: its reconciliation differs ({kinds})"


class DifferenceSettledBefore(Refusal):
    """There is nothing to settle any more."""

    code = "voucher-ledger.difference-settled"
    zh = "该对账差异已处理"
    en = "This difference was settled before"
