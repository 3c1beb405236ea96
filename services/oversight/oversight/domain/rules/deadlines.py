"""Did nobody wait for ever, and did no step come too late (预留超时, art. 19)?

A funded order is delivered, a delivered one accepted, by a date that the order says; past it, the
order lapses and its share goes back. One day is allowed, in Asia/Shanghai.
"""

from collections.abc import Iterator

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.expiry import days_after
from oversight.domain.rules.parameters import in_force
from oversight.domain.world import World

WAITING = ("funded", "delivered")


class AnOrderSaysItsDeadline(Rule):
    """The last day of a step follows from its parameter, as far as matching knew it then.

    The parameters are in the ledger's log, which is read after matching's.
    """

    id = "deadline-differs"
    articles = (19,)
    zh = "期限记为 {said},按参数 {name} 应为 {expected}"
    en = "The deadline is said to be {said}; {name} gives {expected}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every deadline that no day on which it can have been decided gives."""
        for (name, days, said), places in world.deadlines.items():
            for seen, position in zip(places[::2], places[1::2], strict=True):
                expected = [
                    days_after(day, in_force(name, world, day, seen)[0]) for day in days if day
                ]
                if expected and said not in expected:
                    data = {"name": name, "said": said, "expected": expected[-1]}
                    yield cls.finding("matching", position, data)


class AStepIsInTime(Rule):
    """Nothing is delivered or accepted after the last day that the order said."""

    id = "order-late"
    articles = (19,)
    reads = ("matching.OrderDelivered", "matching.OrderAccepted")
    zh = "期限为 {due_by},却于 {day} 发生 {type}"
    en = "{type} on {day}, due by {due_by}"

    def breach(self, event: Event, world: World) -> Breach:
        """A later day."""
        order, day = world.orders.get(event.stream), event.days()[0]
        if order is None or not order.due_by or day <= order.due_by:
            return None
        return {"type": event.type, "day": day, "due_by": order.due_by}


class AnOrderLapsesAfterItsDeadline(Rule):
    """An order lapses after the last day that it said, not before."""

    id = "lapsed-early"
    articles = (19,)
    reads = ("matching.OrderLapsed",)
    zh = "订单期限为 {due_by}(记为 {said}),却于 {day} 失效"
    en = "The order lapsed on {day}; it was due by {due_by}, and says {said}"

    def breach(self, event: Event, world: World) -> Breach:
        """An earlier day, or another deadline than its own."""
        order, day, said = world.orders.get(event.stream), event.days()[1], event.data["due_by"]
        if order is None or (day > order.due_by and said == order.due_by):
            return None
        return {"due_by": order.due_by or "-", "said": said, "day": day}


class NoOrderWaitsForEver(Rule):
    """Once the logs go on past its last day, no order waits for a party any more."""

    id = "order-left-waiting"
    articles = (19,)
    zh = "订单 {order_id} 期限为 {due_by},至 {day} 仍为 {state},券额未退回"
    en = "Order {order_id} was due by {due_by}; on {day} it is {state} and holds its share"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every order that still waits two days after its last."""
        today = legal_day(world.latest)
        for order_id, order in world.orders.items():
            if order.state not in WAITING or today <= order.due_by:
                continue
            if today > days_after(order.due_by, 2):
                data = {"order_id": order_id, "due_by": order.due_by}
                found = {**data, "day": today, "state": order.state}
                yield cls.finding("matching", order.moved_at, found)


DEADLINES: tuple[tuple[Rule, ...], ...] = (
    (AStepIsInTime(),),
    (AnOrderLapsesAfterItsDeadline(),),
)
"""Chains about when orders take their steps."""
