"""Why identity refuses about erasure (删除个人信息)."""

from chassis.domain import Kind, Refusal


class ErasureBlocked(Refusal):
    """Something is under way that needs the subject: it is finished or called off first."""

    code = "identity.erasure-blocked"
    zh = "尚有未了结的业务:{what};请先完成或取消"
    en = "Not everything is finished: {what}; please complete or cancel it first"


class PreviewOutdated(Refusal):
    """What the request confirms is not what a preview says now: it is read again first."""

    code = "identity.preview-outdated"
    zh = "删除预览已变化,请重新查看后再提交"
    en = "The preview has changed; please read it again before you ask"


class ErasureUnderWay(Refusal):
    """Erasure was asked for: nothing is added to what is kept, and nothing new begins."""

    code = "identity.erasure-under-way"
    zh = "该主体已申请删除个人信息,平台已停止处理"
    en = "Erasure has been asked for, and processing has stopped"


class NoErasureUnderWay(Refusal):
    """There is no request that could be withdrawn."""

    code = "identity.no-erasure-under-way"
    zh = "没有可撤回的删除申请"
    en = "There is no request for erasure to withdraw"


class NotErased(Refusal):
    """No key of such a subject was destroyed; whether there is one is not told."""

    code = "identity.not-erased"
    kind = Kind.NOT_FOUND
    zh = "没有该主体的删除记录"
    en = "There is no record of an erasure of this subject"


class ErasureNotWitnessed(Refusal):
    """No cosigned checkpoint covers the destruction yet, so it cannot be proved to others."""

    code = "identity.erasure-not-witnessed"
    kind = Kind.UNAVAILABLE
    zh = "监理尚未见证删除记录,请稍后再试"
    en = "The supervisor has not cosigned the record of the erasure yet; try again later"
