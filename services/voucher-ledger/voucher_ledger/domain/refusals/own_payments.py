"""Why a proof of payment is not taken, or is missed (自付部分, art. 17, 19)."""

from chassis.domain import Kind, Refusal


class PaymentProofForged(Refusal):
    """No key of the institution's signed this text. It burns no id and enters no log."""

    code = "voucher-ledger.payment-proof-forged"
    kind = Kind.UNAUTHENTICATED
    zh = "支付凭证签名无效"
    en = "The payment proof is not signed by the payment institution"


class PaymentProofMalformed(Refusal):
    """It is signed, and does not say what a proof says."""

    code = "voucher-ledger.payment-proof-malformed"
    kind = Kind.INVALID
    zh = "支付凭证内容格式有误"
    en = "The payment proof does not have the form of one"


class PaymentProofEarly(Refusal):
    """It says that it was paid in the future; it passes with time."""

    code = "voucher-ledger.payment-proof-early"
    kind = Kind.UNAVAILABLE
    zh = "支付凭证时间 {paid_at} 晚于当前时间"
    en = "The payment proof says {paid_at}, which is yet to come"


class OwnPaymentUnknown(Refusal):
    """No order is paid under this name."""

    code = "voucher-ledger.own-payment-unknown"
    zh = "支付 {payment_id} 不对应任何订单"
    en = "No order is paid by payment {payment_id}"


class OwnPaymentNotDue(Refusal):
    """Its order was not accepted, or ended before: nothing is to be paid."""

    code = "voucher-ledger.own-payment-not-due"
    zh = "订单 {order_id} 未验收或已终止,无应付自付款"
    en = "Order {order_id} was not accepted, or has ended: no own share is due"


class OwnPaymentLate(Refusal):
    """The order can be redeemed no more."""

    code = "voucher-ledger.own-payment-late"
    zh = "订单 {order_id} 已过兑付截止日 {redeem_by},自付款逾期"
    en = "Order {order_id} could be redeemed until {redeem_by}: the own payment is late"


class OwnPaymentDiffers(Refusal):
    """Another amount was paid than the user's own share."""

    code = "voucher-ledger.own-payment-differs"
    zh = "订单 {order_id} 自付应为 {own_fen} 分,支付凭证为 {said_fen} 分"
    en = "The own share of order {order_id} is {own_fen} fen; the proof says {said_fen} fen"


class OwnPaymentProvenBefore(Refusal):
    """Another proof of the same payment was recorded."""

    code = "voucher-ledger.own-payment-proven"
    zh = "订单 {order_id} 的自付款已有支付凭证 {reference}"
    en = "The own share of order {order_id} is proven already, by {reference}"


class PaymentReferenceUsed(Refusal):
    """The institution's reference was used for another payment."""

    code = "voucher-ledger.payment-reference-used"
    zh = "支付机构流水号已用于另一笔支付"
    en = "The institution's reference was used for another payment"


class OwnShareUnproven(Refusal):
    """The user's own share is not evidenced yet: the order cannot be redeemed."""

    code = "voucher-ledger.own-share-unproven"
    zh = "订单 {order_id} 自付 {own_fen} 分尚无支付凭证,不能申请兑付"
    en = "The own share of order {order_id}, {own_fen} fen, is not proven: it cannot be redeemed"


class PaymentProofDiffers(Refusal):
    """What is handed in is not the proof that the institution gave."""

    code = "voucher-ledger.payment-proof-differs"
    zh = "所交支付凭证摘要 {given} 与支付机构凭证 {recorded} 不符"
    en = "The payment proof {given} is not the one that the institution gave, {recorded}"


class RefundKnown(Refusal):
    """Another notice of the same refund was recorded."""

    code = "voucher-ledger.refund-known"
    zh = "订单 {order_id} 的退款 {reference} 已登记"
    en = "The refund {reference} of order {order_id} is recorded already"


class RefundBeyondPaid(Refusal):
    """More came back than the user paid."""

    code = "voucher-ledger.refund-beyond-paid"
    zh = "订单 {order_id} 退款 {fen} 分超过自付余额 {left_fen} 分"
    en = "Order {order_id}: {fen} fen cannot come back, only {left_fen} of the own share are left"
