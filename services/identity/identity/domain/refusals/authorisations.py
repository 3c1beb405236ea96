"""Why identity refuses about authorisations (授权, art. 27)."""

from chassis.domain import Kind, Refusal


class NotAnAdministrator(Refusal):
    """Only a 政务服务管理员 is authorised."""

    code = "identity.not-an-administrator"
    zh = "该帐号不是政务服务管理员"
    en = "This account is not a government service administrator's"


class AuthorisesOneself(Refusal):
    """Nobody authorises themselves, not with another account either."""

    code = "identity.authorises-oneself"
    kind = Kind.FORBIDDEN
    zh = "不能授权本人"
    en = "Nobody can authorise themselves"


class AuthorisationDatesInvalid(Refusal):
    """It begins today at the earliest (事先), and ends within three years."""

    code = "identity.authorisation-dates-invalid"
    kind = Kind.INVALID
    zh = "授权期限 {valid_from} 至 {valid_until} 无效(不得早于 {today},不得超过三年)"
    en = "The days {valid_from} to {valid_until} are not valid (from {today} on, for three years)"


class AuthorisationOver(Refusal):
    """It was revoked, or its last day is past."""

    code = "identity.authorisation-over"
    zh = "该授权已撤销或已到期"
    en = "This authorisation was revoked, or has expired"
