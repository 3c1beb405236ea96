"""Did it happen when its entry says, and was the supervisor asked in time (时间真实性)?"""

from bisect import bisect_right
from collections.abc import Iterator

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

LEDGER = "voucher-ledger"


class ItHappenedWhenItWasRecorded(Rule):
    """An entry's time fits the times at which the supervisor cosigned its log.

    What was covered by a cosignature happened before it, what was not covered after it; five
    minutes are allowed for clocks and long transactions.
    """

    id = "recorded-out-of-time"
    articles = (8, 32)
    zh = "记录时间 {at} 与监理副署时间不符(应在 {earliest} 与 {latest} 之间)"
    en = "Recorded at {at}, which the cosignatures contradict: {earliest} to {latest} expected"

    def breach(self, event: Event, world: World) -> Breach:
        """A time before an earlier cosignature or after the one that covers the entry."""
        at, window = event.recorded_at, world.logs[event.log].window
        if window.holds(event.position, at) or not legal_day(at):
            return None  # what is no instant is the envelope's fault
        return {"at": at, "earliest": window.earliest or "-", "latest": window.latest}


class APaymentWaitsForTheSupervisor(Rule):
    """A redemption is instructed only after the supervisor cosigned its approval."""

    id = "paid-uncosigned"
    articles = (6, 8, 17)
    zh = "支付早于监理对审核的副署:审核位置 {approved}"
    en = "Paid before the supervisor had cosigned the approval at {approved}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every payment with no cosigned size between its approval and itself.

        Payments of approvals beyond the newest cosignature that was read are left to a later
        verification: theirs may not be read yet.
        """
        sizes = sorted(world.cosigned)
        for paid, approved in world.payments:
            place = bisect_right(sizes, approved)
            if place < len(sizes) and sizes[place] > paid:
                yield cls.finding(LEDGER, paid, {"approved": approved})
