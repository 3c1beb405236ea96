"""Why identity refuses about consents (授权同意, art. 36)."""

from chassis.domain import Kind, Refusal


class ConsentOver(Refusal):
    """A consent cannot end before the day on which it is given."""

    code = "identity.consent-over"
    kind = Kind.INVALID
    zh = "授权截止日 {valid_until} 早于今天"
    en = "The consent would have ended already, on {valid_until}"


class ConsentNotForThis(Refusal):
    """The consent is another subject's, for somebody else, for another purpose or other fields."""

    code = "identity.consent-not-for-this"
    kind = Kind.FORBIDDEN
    zh = "授权 {consent} 不适用于本次请求:{unfit}"
    en = "The consent {consent} does not fit this request: {unfit}"


class ConsentEnded(Refusal):
    """The consent was withdrawn."""

    code = "identity.consent-withdrawn"
    kind = Kind.FORBIDDEN
    zh = "授权 {consent} 已撤回"
    en = "The consent {consent} was withdrawn"


class ConsentExpired(Refusal):
    """The consent's last day has passed."""

    code = "identity.consent-expired"
    kind = Kind.FORBIDDEN
    zh = "授权 {consent} 已于 {valid_until} 到期"
    en = "The consent {consent} expired on {valid_until}"
