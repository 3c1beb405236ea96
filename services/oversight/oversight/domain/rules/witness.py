"""Is what the logs sign witnessed in time (副署时限)? Found by the witness, by the clock."""

from oversight.domain.rules.base import Rule


class CosignaturesAreInTime(Rule):
    """What a log has written is covered by a cosignature before the time limit."""

    id = "cosignature-overdue"
    articles = (8,)
    zh = "{log} 日志自位置 {position} 起逾 {seconds} 秒未获副署"
    en = "{log} has not been cosigned from position {position} on for more than {seconds} s"


class ApprovalsAreCovered(Rule):
    """An approved redemption waits no longer than the time limit for its cosignature."""

    id = "redemption-uncovered"
    articles = (8, 17)
    zh = "兑付 {redemption} 批准后逾 {seconds} 秒未获副署,暂不能支付"
    en = "Redemption {redemption} was approved but not cosigned for {seconds} s: it cannot be paid"


WITNESS: tuple[type[Rule], ...] = (CosignaturesAreInTime, ApprovalsAreCovered)
"""Rules that the witness asks while the platform runs."""
