"""Did what was left of a voucher go back on its day (过期, art. 17; invariant 8)?

It is due on the day after the use-by date; what a cancelled order gave back later is due on the day
it came back. One day more is allowed, in Asia/Shanghai.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import Voucher, World

_EXPIRED = ("voucher-ledger.VoucherExpired",)
LEDGER = "voucher-ledger"


def due_on(voucher: Voucher) -> str:
    """The legal date on which what is left of a voucher has to go back."""
    return max(days_after(voucher.batch.terms["use_by"], 1), voucher.left_since)


@lru_cache(maxsize=4096)
def days_after(day: str, count: int) -> str:
    """The legal date so many days after another."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


class AVoucherExpiresOnItsDay(Rule):
    """What is left of a voucher goes back the day after its use-by date, or the day after that."""

    id = "expired-early"
    articles = (17,)
    reads = _EXPIRED
    zh = "创业券使用截止日为 {use_by},却在 {day} 已按过期退回"
    en = "The voucher was to be used by {use_by}, yet it expired on {day}"

    def breach(self, event: Event, world: World) -> Breach:
        """An expiry while the voucher could still be used."""
        voucher, day = world.vouchers.get(event.stream), event.days()[1]
        if voucher is None or day > voucher.batch.terms["use_by"]:
            return None
        return {"use_by": voucher.batch.terms["use_by"], "day": day}


class AnExpiryIsNotLate(Rule):
    """What is due goes back within a day; until then public money is held back."""

    id = "expired-late"
    articles = (17,)
    reads = _EXPIRED
    zh = "创业券余额应于 {due} 退回,实于 {day} 退回"
    en = "What was left of the voucher was due on {due}, and went back on {day}"

    def breach(self, event: Event, world: World) -> Breach:
        """An expiry later than a day after it was due."""
        voucher, day = world.vouchers.get(event.stream), event.days()[0]
        if voucher is None or day <= days_after(due_on(voucher), 1):
            return None
        return {"due": due_on(voucher), "day": day}


class AnExpiryTakesAllThatIsLeft(Rule):
    """An expiry gives back all that is available, nothing of what is reserved, by its own date."""

    id = "expiry-differs"
    articles = (17,)
    reads = _EXPIRED
    zh = "过期退回与余额不符:应为 {left} 分(截止 {use_by}),实为 {fen} 分(截止 {said})"
    en = "The expiry is not what was left: {left} fen by {use_by} expected, not {fen} by {said}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount or date."""
        voucher, data = world.vouchers.get(event.stream), event.data
        if voucher is None:
            return None
        left, use_by = voucher.available_fen, voucher.batch.terms["use_by"]
        if (data["fen"], data["use_by"]) == (left, use_by):
            return None
        return {"left": left, "use_by": use_by, "fen": data["fen"], "said": data["use_by"]}


class EveryVoucherExpires(Rule):
    """Once the logs go on past its day, nothing is left of a voucher that can be used no more."""

    id = "never-expired"
    articles = (17,)
    zh = "创业券 {voucher} 余额 {left} 分应于 {due} 退回,至 {day} 仍未退回"
    en = "{left} fen of voucher {voucher} were due on {due} and have not gone back by {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every voucher that should have expired before the last day of the logs."""
        today = legal_day(world.latest)
        for id_, voucher in world.vouchers.items():
            if voucher.available_fen <= 0 or today <= voucher.batch.terms["use_by"]:
                continue
            due = due_on(voucher)
            if today > days_after(due, 1):
                left = {"voucher": id_, "left": voucher.available_fen}
                yield cls.finding(LEDGER, voucher.position, {**left, "due": due, "day": today})
