"""Why oversight refuses."""

from chassis.domain import Kind, Refusal


class LogsUnreachable(Refusal):
    """A log cannot be asked, or the mirror does not have all of it in time: no verdict is given."""

    code = "oversight.logs-unreachable"
    kind = Kind.UNAVAILABLE
    zh = "无法取得完整日志,不能作出监理结论:{logs}"
    en = "The logs cannot be had in full, so no verdict is given: {logs}"
