"""Why identity refuses about the operator's tenures (运营期, art. 7)."""

from chassis.domain import Kind, Refusal


class TenureStanding(Refusal):
    """The last tenure is not over: one company operates the platform at a time."""

    code = "identity.tenure-standing"
    zh = "现有运营权尚未终止(期限至 {valid_until}),不能另行授予"
    en = "The present tenure is not over (it lasts until {valid_until}): no other can be granted"


class TenureDatesInvalid(Refusal):
    """A period ends on or after its first day, and not before today."""

    code = "identity.tenure-dates-invalid"
    kind = Kind.INVALID
    zh = "期限 {valid_from} 至 {valid_until} 无效(今日 {today})"
    en = "The period {valid_from} to {valid_until} is not valid (today is {today})"


class BeforeTheMeasures(Refusal):
    """Nothing takes effect before the Measures do (art. 40)."""

    code = "identity.before-the-measures"
    kind = Kind.INVALID
    zh = "日期 {day} 早于本办法施行日 2018-01-01"
    en = "The date {day} is before the Measures took effect on 2018-01-01"


class TenureOver(Refusal):
    """It was revoked or handed over before, or its last day is past."""

    code = "identity.tenure-over"
    zh = "该运营权已终止({state})"
    en = "This tenure is over ({state})"


class TenureNotOver(Refusal):
    """Only a tenure that is over is handed over."""

    code = "identity.tenure-not-over"
    zh = "运营权尚未终止(期限至 {valid_until}),不能确认移交"
    en = "The tenure is not over (it lasts until {valid_until}) and cannot be handed over"


class NotTheSuccessor(Refusal):
    """The tenure that is named is not the next one."""

    code = "identity.not-the-successor"
    zh = "{successor_id} 不是下一任运营权"
    en = "{successor_id} is not the tenure that comes next"


class ExportIncomplete(Refusal):
    """An export holds the log of every service, each once."""

    code = "identity.export-incomplete"
    zh = "移交数据缺少或重复日志:{logs}"
    en = "The export lacks, or repeats, these logs: {logs}"


class NoTenure(Refusal):
    """Nobody has the right to operate: nobody can be given the role of its staff."""

    code = "identity.no-tenure"
    zh = "尚未授予运营权,不能开设运营商工作人员帐号"
    en = "No tenure stands, so nobody can be staff of the operator"
