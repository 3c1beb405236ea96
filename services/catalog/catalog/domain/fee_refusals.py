"""Why the catalog refuses about fee schedules (art. 6, 15)."""

from chassis.domain import Kind, Refusal


class NotPartyToFees(Refusal):
    """A provider agrees on its own fees alone (art. 15)."""

    code = "catalog.fee-schedule-not-party"
    kind = Kind.FORBIDDEN
    zh = "服务商只能就本方的收费方案作出表示"
    en = "A provider speaks for its own fee schedule alone"


class NoFeesOfProvider(Refusal):
    """Fees are agreed with an active provider that may charge: not with the government (art. 6)."""

    code = "catalog.fee-schedule-not-chargeable"
    zh = "该主体不是可以收费的服务商(公共服务机构、公职人员不参与收费和利润分配),不能签订收费方案"
    en = (
        "This is no active provider that may charge; public bodies and civil servants share in no "
        "fee"
    )


class AnotherIsWaiting(Refusal):
    """One proposal waits for an answer at a time."""

    code = "catalog.fee-schedule-waiting"
    zh = "第 {number} 版收费方案尚待对方答复,请先撤回或等待答复"
    en = "Version {number} waits for its answer; withdraw it, or wait"


class NotWaiting(Refusal):
    """There is no such proposal, or it was answered or withdrawn."""

    code = "catalog.fee-schedule-not-waiting"
    zh = "第 {number} 版收费方案不存在,或已答复、撤回"
    en = "There is no version {number} that waits for an answer"


class OfTheOtherSide(Refusal):
    """A proposal is answered by the other side, and withdrawn by its own."""

    code = "catalog.fee-schedule-side"
    kind = Kind.FORBIDDEN
    zh = "此操作应由 {side} 一方作出"
    en = "This is for the {side} to do"


class OneSignsForBoth(Refusal):
    """Two persons sign for the two sides (双方签署)."""

    code = "catalog.fee-schedule-one-signer"
    kind = Kind.FORBIDDEN
    zh = "同一帐号不得代表双方签署"
    en = "One account cannot sign for both sides"


class ContentDiffers(Refusal):
    """What was read is not what was proposed."""

    code = "catalog.fee-schedule-differs"
    zh = "签署内容的摘要为 {given},与所拟方案 {expected} 不符"
    en = "What was read has the digest {given}, the proposal {expected}"


class Retroactive(Refusal):
    """Nothing holds for days that are past, or before the Measures (art. 40)."""

    code = "catalog.fee-schedule-retroactive"
    zh = "收费方案的生效日期 {valid_from} 早于 {today}"
    en = "The schedule would hold from {valid_from}, before {today}"
