"""Why a batch is not opened, or grants nothing (批次、发放, art. 17)."""

from chassis.domain import Kind, Refusal


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


class CategoryCapUnknown(Refusal):
    """A cap names a category that the batch does not cover."""

    code = "voucher-ledger.category-cap-unknown"
    kind = Kind.INVALID
    zh = "限额所列类目不在批次适用范围内:{categories}"
    en = "These capped categories are not covered by the batch: {categories}"


class BatchClosed(Refusal):
    """The batch grants nothing any more."""

    code = "voucher-ledger.batch-closed"
    zh = "该批次已关闭,不再发放"
    en = "The batch is closed: it grants nothing any more"


class AllotmentStandsStill(Refusal):
    """The batch's money is frozen with its budget, or the batch is closed."""

    code = "voucher-ledger.allotment-stands-still"
    zh = "该批次额度状态为 {state},暂不可使用"
    en = "The batch's money is {state}"


class HolderNotEligible(Refusal):
    """Some of those named are not in the batch's target group; each with the reason."""

    code = "voucher-ledger.holder-not-eligible"
    zh = "以下用户不符合发放条件:{holders}"
    en = "These users are not eligible: {holders}"


class RunEnded(Refusal):
    """The run is over."""

    code = "voucher-ledger.run-ended"
    zh = "该批量发放已结束:{reason}"
    en = "The run has ended: {reason}"


class RunWaits(Refusal):
    """The batch's budget is frozen: the run goes on when it is unfrozen."""

    code = "voucher-ledger.run-waits"
    kind = Kind.UNAVAILABLE
    zh = "批次预算被冻结,批量发放暂停"
    en = "The batch's budget is frozen: the run waits"
