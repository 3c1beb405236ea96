"""Why identity refuses about cases of admission (准入申请, art. 22, 25)."""

from chassis.domain import Kind, Refusal


class CaseClosed(Refusal):
    """The case is under review, or decided: it cannot be submitted or changed now."""

    code = "identity.case-closed"
    zh = "该申请当前状态为 {state},不能提交或修改"
    en = "The case is {state}: it cannot be submitted or changed now"


class CaseNotDraft(Refusal):
    """Only a draft, or a rejected case, can be written anew."""

    code = "identity.case-not-draft"
    zh = "该申请当前状态为 {state},不是草稿"
    en = "The case is {state}, not a draft"


class CaseDecided(Refusal):
    """Somebody decided the case before."""

    code = "identity.case-decided"
    zh = "该申请已有审核结果:{state}"
    en = "The case has been decided: {state}"


class CaseNotInReview(Refusal):
    """The case does not wait for a review."""

    code = "identity.case-not-in-review"
    zh = "该申请当前状态为 {state},无需审核"
    en = "The case is {state} and waits for no review"


class ReviewRejected(Refusal):
    """Staff reviewed the documents and rejected the case; the reason stands in the case."""

    code = "identity.review-rejected"
    zh = "人工审核未通过"
    en = "The review rejected the case"


class NotProvider(Refusal):
    """The subject is no provider, or not in the state that this needs."""

    code = "identity.not-such-provider"
    zh = "该主体不是服务商,或状态({state})不允许此操作"
    en = "The subject is no provider, or its state ({state}) does not allow this"


class NotVerified(Refusal):
    """There is no verified subject behind this account."""

    code = "identity.not-verified"
    kind = Kind.FORBIDDEN
    zh = "该帐号尚未完成实名认证"
    en = "No verified subject stands behind this account"
