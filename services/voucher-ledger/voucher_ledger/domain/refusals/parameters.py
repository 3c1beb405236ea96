"""Why a parameter is not set."""

from chassis.domain import Kind, Refusal


class OutOfBounds(Refusal):
    """The figure is not within its bounds."""

    code = "voucher-ledger.parameter-out-of-bounds"
    kind = Kind.INVALID
    zh = "参数 {name} 应在 {least} 至 {most} 之间"
    en = "The parameter {name} has to be between {least} and {most}"


class RetroactiveParameter(Refusal):
    """Nothing is set for a day that is past (art. 19, 40)."""

    code = "voucher-ledger.parameter-retroactive"
    kind = Kind.INVALID
    zh = "参数不得追溯生效:{valid_from} 早于今日 {today}"
    en = "A parameter cannot hold from {valid_from}, which is before today ({today})"
