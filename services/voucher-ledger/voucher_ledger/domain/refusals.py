"""Why the ledger refuses."""

from chassis.domain import Kind, Refusal


class AppropriationExceeded(Refusal):
    """Invariant 1: more would be issued than was appropriated."""

    code = "voucher-ledger.appropriation-exceeded"
    zh = "超出预算:申请 {asked_fen} 分,剩余 {left_fen} 分"
    en = "Beyond the appropriation: asked {asked_fen} fen, {left_fen} fen left"


class BatchExhausted(Refusal):
    """Invariant 1: the batch has no money left for these grants."""

    code = "voucher-ledger.batch-exhausted"
    zh = "批次余额不足:需要 {asked_fen} 分,剩余 {left_fen} 分"
    en = "The batch is exhausted: asked {asked_fen} fen, {left_fen} fen left"


class AlreadyGranted(Refusal):
    """A holder has a voucher of this batch already."""

    code = "voucher-ledger.already-granted"
    zh = "以下用户在本批次已有创业券:{holders}"
    en = "These users have a voucher of this batch already: {holders}"


class HolderNotAdmitted(Refusal):
    """Vouchers go to admitted users only (art. 17, 25)."""

    code = "voucher-ledger.holder-not-admitted"
    zh = "以下对象不是已准入用户:{holders}"
    en = "These are not admitted users: {holders}"


class DatesOutOfOrder(Refusal):
    """Invariant 5: use-by and redeem-by are two dates, in this order, and not past."""

    code = "voucher-ledger.dates-out-of-order"
    kind = Kind.INVALID
    zh = "使用截止日 {use_by} 应不早于今日 {today},且不晚于兑付截止日 {redeem_by}"
    en = "Use-by {use_by} must be today ({today}) or later and not after redeem-by {redeem_by}"


class FaceExceedsBatch(Refusal):
    """A voucher's face value is more than its whole batch."""

    code = "voucher-ledger.face-exceeds-batch"
    kind = Kind.INVALID
    zh = "面额 {face_fen} 分超过批次总额 {amount_fen} 分"
    en = "The face value {face_fen} fen exceeds the batch's {amount_fen} fen"


class NotHolder(Refusal):
    """Vouchers are personal (invariant 4: nothing transfers them)."""

    code = "voucher-ledger.not-holder"
    kind = Kind.FORBIDDEN
    zh = "仅持券人可以使用该创业券"
    en = "Only the holder may use this voucher"


class NotClaimable(Refusal):
    """The voucher was claimed before."""

    code = "voucher-ledger.not-claimable"
    zh = "该创业券不可领取,当前状态:{state}"
    en = "This voucher cannot be claimed; it is {state}"


class NotUsable(Refusal):
    """The voucher is not claimed, or its use-by date has passed."""

    code = "voucher-ledger.not-usable"
    zh = "该创业券不可使用(状态 {state},使用截止日 {use_by})"
    en = "This voucher cannot be used ({state}, use by {use_by})"


class CategoryNotCovered(Refusal):
    """The batch does not cover this category."""

    code = "voucher-ledger.category-not-covered"
    zh = "该批次创业券不适用于类目 {category}"
    en = "Vouchers of this batch do not cover {category}"


class NotWhitelisted(Refusal):
    """The listing cannot be bought with vouchers on this date (art. 17, 20)."""

    code = "voucher-ledger.not-whitelisted"
    zh = "该服务在 {date} 不在创业券服务范围内"
    en = "On {date} this service cannot be bought with vouchers"


class PriceChanged(Refusal):
    """Invariant 3: the price is not the listing's."""

    code = "voucher-ledger.price-changed"
    zh = "订单价格 {asked_fen} 分与服务标价 {listed_fen} 分不符"
    en = "The order's price {asked_fen} fen is not the listed {listed_fen} fen"


class BalanceExhausted(Refusal):
    """Invariant 2: nothing is left on the voucher."""

    code = "voucher-ledger.balance-exhausted"
    zh = "创业券余额为零"
    en = "Nothing is left on this voucher"


class SameSubject(Refusal):
    """Nobody is on both sides of an order (art. 3)."""

    code = "voucher-ledger.same-subject"
    zh = "用户与服务商不得为同一主体"
    en = "User and provider are the same subject"


class NotReserved(Refusal):
    """The voucher holds no reservation for this order."""

    code = "voucher-ledger.not-reserved"
    zh = "该订单没有预留的创业券金额"
    en = "No share is reserved for this order"


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


class NotWitnessed(Refusal):
    """No cosigned checkpoint covers the whole history yet, so it cannot be proved to others."""

    code = "voucher-ledger.not-witnessed"
    kind = Kind.UNAVAILABLE
    zh = "监理尚未联署该创业券的全部记录,请稍后再试"
    en = "The supervisor has not cosigned all of this voucher's history yet; try again later"


class WrongRedemptionState(Refusal):
    """The redemption is not in the state that this step needs."""

    code = "voucher-ledger.wrong-redemption-state"
    zh = "兑付申请当前状态为 {state},需要 {needed}"
    en = "The redemption is {state}; it would have to be {needed}"
