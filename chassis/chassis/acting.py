"""Why somebody who is signed in may not do what they ask for (art. 26 to 29, 35)."""

from chassis.refusal import Kind, Refusal


class AccountFrozen(Refusal):
    """The account that acts is frozen (冻结, art. 35)."""

    code = "standing.account-frozen"
    kind = Kind.FORBIDDEN
    zh = "该帐号已冻结,不能办理业务"
    en = "This account is frozen: nothing can be done in it"


class NotVerified(Refusal):
    """No real name is confirmed, or not any more (实名认证, art. 26)."""

    code = "standing.not-verified"
    kind = Kind.FORBIDDEN
    zh = "该主体的实名认证已失效,请先重新认证"
    en = "The subject's real name is not confirmed any more; have it verified first"


class Blacklisted(Refusal):
    """The subject is on the blacklist: nothing new begins (黑名单, art. 28)."""

    code = "standing.blacklisted"
    kind = Kind.FORBIDDEN
    zh = "该主体已被纳入黑名单(至 {until}),不能办理此项业务"
    en = "The subject is on the blacklist (until {until}) and cannot do this"


class AgreementUnsigned(Refusal):
    """The agreement in force was not signed for the subject: nothing new begins (art. 29)."""

    code = "standing.agreement-unsigned"
    kind = Kind.FORBIDDEN
    zh = "请先签署现行协议({agreement},第 {version} 版)"
    en = "Sign the agreement in force first ({agreement}, version {version})"
