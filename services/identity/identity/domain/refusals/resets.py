"""Why identity refuses about password resets by two persons of staff."""

from chassis.domain import Kind, Refusal


class OwnReset(Refusal):
    """Nobody asks for, or decides, a reset of their own password."""

    code = "identity.own-reset"
    kind = Kind.FORBIDDEN
    zh = "不能为自己申请或审批口令重置"
    en = "Nobody asks for or decides a reset of their own password"


class SecondPersonNeeded(Refusal):
    """Another person than the one who asked has to decide."""

    code = "identity.second-person-needed"
    kind = Kind.FORBIDDEN
    zh = "须由另一人审批"
    en = "Another person has to decide"


class ResetDecided(Refusal):
    """The reset was decided before."""

    code = "identity.reset-decided"
    zh = "该口令重置已处理,状态:{state}"
    en = "This reset was decided before; it is {state}"


class TicketInvalid(Refusal):
    """The ticket stands for no approved reset, was used, or is too old."""

    code = "identity.ticket-invalid"
    kind = Kind.UNAUTHENTICATED
    zh = "重置凭证无效或已过期"
    en = "The ticket is not valid, or its time is over"


class NotYoursToReset(Refusal):
    """Passwords of staff are reset by 省人社厅 alone."""

    code = "identity.reset-forbidden"
    kind = Kind.FORBIDDEN
    zh = "工作人员帐号的口令只能由省人社厅重置"
    en = "Passwords of staff are reset by the provincial human resources department alone"
