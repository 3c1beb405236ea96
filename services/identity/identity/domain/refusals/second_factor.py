"""Why identity refuses about the second factor."""

from chassis.domain import Kind, Refusal


class NothingToConfirm(Refusal):
    """No second factor waits for its first code."""

    code = "identity.nothing-to-confirm"
    zh = "没有待确认的动态口令"
    en = "No second factor waits for its first code"


class SecondFactorRequired(Refusal):
    """Staff never sign in with a password alone."""

    code = "identity.second-factor-required"
    kind = Kind.FORBIDDEN
    zh = "工作人员帐号必须使用动态口令"
    en = "A staff account needs its second factor"


class SecondFactorMissing(Refusal):
    """There is no second factor to remove."""

    code = "identity.second-factor-missing"
    zh = "尚未设置动态口令"
    en = "There is no second factor"
