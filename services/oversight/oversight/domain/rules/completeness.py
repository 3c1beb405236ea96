"""Did everybody who follows a log apply it: all of it, unaltered, in order, once (完整性)?

A subscriber's acknowledgement names the root of what it applied. It has to be the root of what was
published: a message that was dropped, doubled, reordered or altered on the way gives another one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from oversight.domain.completeness import ACKNOWLEDGED, FOLLOWS, RELEASED, Pair
from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

WITHIN = timedelta(minutes=10)
"""Within which what matters has to be acknowledged, by the recorded times of the logs."""

_ACKNOWLEDGED = tuple(f"{log}.{ACKNOWLEDGED}" for log in FOLLOWS)
_RELEASED = tuple(f"{log}.{RELEASED}" for log in FOLLOWS)


def _pairs(world: World) -> Iterator[Pair]:
    """Subscribers and logs that were both read in full."""
    known = world.completeness
    for subscriber, logs in FOLLOWS.items():
        if subscriber in world.logs and known.log(subscriber).whole:
            yield from (
                (subscriber, log) for log in logs if log in world.logs and known.log(log).whole
            )


def long_ago(world: World) -> str:
    """The instant before which everything has to be acknowledged; empty when there is none."""
    try:
        latest = datetime.fromisoformat(world.latest)
    except ValueError:
        return ""
    return (latest - WITHIN).isoformat(timespec="microseconds").replace("+00:00", "Z")


class AcknowledgementsGoForward(Rule):
    """A subscriber acknowledges a log that it follows, each time further than before."""

    id = "acknowledgement-step"
    articles = (8, 32)
    reads = _ACKNOWLEDGED
    zh = "处理回执有误:日志 {log},条数 {size},此前 {before},搁置 {parked}"
    en = (
        "The acknowledgement is out of turn: log {log}, size {size} after {before}, parked {parked}"
    )

    def breach(self, event: Event, world: World) -> Breach:
        """A log that it does not follow, a size that is not larger, a parked place beyond it."""
        log, size, parked = event.data["followed"], event.data["size"], event.data["parked"]
        applied = world.completeness.of(event.log, log)
        before = applied.claims[-1].size if applied.claims else 0
        again = [at for at in parked if at >= size or at in applied.parked]
        known = log in FOLLOWS.get(event.log, ())
        if known and (size > before or (size == before and parked)) and not again:
            return None
        return {"log": log, "size": size, "before": before, "parked": parked}


class WhatIsReleasedWasParked(Rule):
    """Only an entry that was said to be parked is released, and once."""

    id = "released-unparked"
    articles = (8, 32)
    reads = _RELEASED
    zh = "条目 {log}/{position} 并未搁置,却被解除"
    en = "{log}/{position} is released though it was not parked"

    def breach(self, event: Event, world: World) -> Breach:
        """No such entry is parked."""
        log, position = event.data["followed"], event.data["position"]
        if position in world.completeness.of(event.log, log).parked:
            return None
        return {"log": log, "position": position}


class AppliedIsWhatWasPublished(Rule):
    """The root that a subscriber acknowledges is that of the log: nothing lost, added, altered."""

    id = "applied-differs"
    articles = (8, 32)
    zh = "{subscriber} 处理的日志 {log} 前 {size} 条与公布的不符"
    en = (
        "The first {size} entries of {log} that {subscriber} applied are not those that were"
        " published"
    )

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """The first acknowledgement of each subscriber and log that does not fit."""
        known, due = world.completeness, long_ago(world)
        followed: dict[str, list[str]] = {}
        for subscriber, log in _pairs(world):
            followed.setdefault(log, []).append(subscriber)
        for log, subscribers in followed.items():
            published = known.log(log)
            if not published.leaves:
                continue  # nobody gave them
            claims = {subscriber: known.of(subscriber, log).claims for subscriber in subscribers}
            sizes = {claim.size for found in claims.values() for claim in found}
            roots = published.roots({size for size in sizes if size <= published.size})
            for subscriber, found in claims.items():
                for claim in found:
                    if claim.size > published.size and claim.at >= due:
                        break  # of what was published after this reading began
                    if roots.get(claim.size) != claim.root:
                        breach = {"subscriber": subscriber, "log": log, "size": claim.size}
                        yield cls.finding(subscriber, claim.position, breach)
                        break


class WhatWasPublishedIsAcknowledged(Rule):
    """What matters in a log is acknowledged by everybody who follows it, within ten minutes."""

    id = "not-acknowledged"
    articles = (8, 32)
    zh = "{subscriber} 对日志 {log} 只确认了 {size} 条,{at} 记录的条目至 {latest} 仍未确认"
    en = (
        "{subscriber} has acknowledged {size} entries of {log}; this one of {at} still was not"
        " at {latest}"
    )

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """The first entry that each subscriber should have acknowledged and did not."""
        known, due = world.completeness, long_ago(world)
        for subscriber, log in _pairs(world):
            published = known.log(log)
            size = known.of(subscriber, log).size(world.logs[log].next)
            missing = published.unacknowledged(size, due)
            if missing is not None:
                position, at = missing
                breach = {"subscriber": subscriber, "log": log, "size": size}
                yield cls.finding(log, position, {**breach, "at": at, "latest": world.latest})


class NothingStaysParked(Rule):
    """What a subscriber could not apply is dealt with: applied after all, or let go with reason."""

    id = "entry-parked"
    articles = (8, 32)
    zh = "{subscriber} 无法处理日志 {log} 的该条目,搁置至今"
    en = "{subscriber} could not apply this entry of {log}, and has not dealt with it"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every entry that is parked."""
        for (subscriber, log), applied in world.completeness.applied.items():
            for position in applied.parked:
                yield cls.finding(log, position, {"subscriber": subscriber, "log": log})


class WhatIsOwedAnAnswerHasIt(Rule):
    """A subscriber that acknowledged an entry has done what the entry obliges it to."""

    id = "answer-missing"
    articles = (8, 19, 32)
    zh = "{subscriber} 已确认 {type}(订单 {order}),但未作出应有的处理"
    en = "{subscriber} acknowledged {type} (order {order}) and has not done what follows from it"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every acknowledged entry without an event that it caused, where there has to be one."""
        known = world.completeness
        for subscriber, log in _pairs(world):
            applied = known.of(subscriber, log)
            size = applied.size(world.logs[log].next)
            unanswered = known.unanswered.get((subscriber, log), {})
            for position, (type_, order) in unanswered.items():
                if position >= size or position in applied.parked or position in applied.dismissed:
                    continue
                if _has_to_answer(type_, order, world):
                    breach = {"subscriber": subscriber, "type": type_, "order": order}
                    yield cls.finding(log, position, breach)


ENDS = ("matching.OrderCancelled", "matching.OrderLapsed")


def _has_to_answer(type_: str, order_id: str, world: World) -> bool:
    """Whether silence is wrong, by what became of the order."""
    order = world.orders.get(order_id)
    if type_ in ("matching.OrderPlaced", "matching.OrderAccepted"):
        return True
    if order is None:
        return False
    if type_ in ENDS:  # nothing is to be given back when nothing is reserved
        voucher = world.vouchers.get(order.voucher_id)
        return voucher is not None and order_id in voucher.reserved
    return order.state == "placed"  # a reservation, or its refusal, that matching did not hear


COMPLETENESS = (
    AppliedIsWhatWasPublished,
    WhatWasPublishedIsAcknowledged,
    NothingStaysParked,
    WhatIsOwedAnAnswerHasIt,
)
"""The rules that are asked when all logs have been read."""
