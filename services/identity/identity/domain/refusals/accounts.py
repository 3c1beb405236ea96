"""Why identity refuses about accounts and sessions. No message says what somebody typed."""

from chassis.domain import Kind, Refusal


class LoginTaken(Refusal):
    """Another account has this login name, or it is reserved."""

    code = "identity.login-taken"
    zh = "该登录名已被使用"
    en = "This login name is taken"


class RegionUnfit(Refusal):
    """A bureau belongs to a city or county of Anhui, other staff to the province (art. 7, 9)."""

    code = "identity.region-unfit"
    kind = Kind.INVALID
    zh = "区划代码 {region} 与角色 {role} 不符"
    en = "The region {region} does not fit the role {role}"


class SignInFailed(Refusal):
    """There is no such login, or the password is wrong: which of the two is not said."""

    code = "identity.sign-in-failed"
    kind = Kind.UNAUTHENTICATED
    zh = "登录名或密码错误"
    en = "Wrong login name or password"


class NotSignedIn(Refusal):
    """The token stands for no open session."""

    code = "identity.not-signed-in"
    kind = Kind.UNAUTHENTICATED
    zh = "尚未登录或登录已失效"
    en = "Not signed in, or the session has ended"


class StaffAccount(Refusal):
    """A staff account is nobody's user or provider: government takes no benefit (art. 6)."""

    code = "identity.staff-account"
    kind = Kind.FORBIDDEN
    zh = "工作人员帐号不能注册为用户或服务商"
    en = "A staff account cannot become a user or provider"


class LinkedToAnother(Refusal):
    """An account acts for one subject only (art. 27)."""

    code = "identity.account-linked"
    zh = "该帐号已绑定其他主体"
    en = "This account acts for another subject already"
