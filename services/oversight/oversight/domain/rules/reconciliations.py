"""Was every day reconciled, and did the ledger say what differs (对账, art. 8, 17, 19)?

The supervisor derives each reconciliation anew from the logs. An order that moved after what a
reconciliation covers, it may have judged as it was before or after: that is left to the next one.
"""

from collections.abc import Iterator

from oversight.domain.event import Event, earlier, legal_day
from oversight.domain.finding import Finding
from oversight.domain.reconciling import differences
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.detectors import IN_USE
from oversight.domain.rules.envelope import IN_FORCE
from oversight.domain.rules.expiry import LEDGER, days_after
from oversight.domain.world import World

_DONE, _FOUND = ("voucher-ledger.ReconciliationDone",), ("voucher-ledger.DifferenceFound",)


class AReconciliationFollowsTheLast(Rule):
    """A reconciliation goes on where the one before ended, over everything that moved, that day."""

    id = "reconciliation-differs"
    articles = (8, 17, 19)
    reads = _DONE
    zh = "第 {number} 次对账与日志不符:{what}"
    en = "Reconciliation {number} does not fit the logs: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is wrong with it first of all."""
        what = next(_faults(event, world), None)
        return None if what is None else {"number": event.data["number"], "what": what}


def _faults(event: Event, world: World) -> Iterator[str]:
    data, known = event.data, world.reconciling
    command, found = known.by
    right = {
        "number": known.number + 1,
        "since": known.covered,
        "orders_seen": event.seen("matching"),
        "found": found if command == event.command else 0,
    }
    for name, value in right.items():
        if data[name] != value:
            yield f"{name} {data[name]} / {value}"
    if data["day"] not in event.days():
        yield f"day {data['day']}"
    if not known.covered <= data["covered"] <= event.position:
        yield f"covered {data['covered']}"
    if data["orders_seen"] < known.orders_seen:
        yield f"orders_seen {data['orders_seen']}"
    moved = len(_moved(event, world))
    if data["checked"] != moved:
        yield f"checked {data['checked']} / {moved}"
    left = legal_day(world.completeness.log(LEDGER).first_from(data["covered"]))
    if data["complete"] and left and days_after(left, 1) < data["day"]:
        yield f"complete without what is of {left}"


class NoDifferenceIsKeptSilent(Rule):
    """Whatever differs about an order that moved is said."""

    id = "difference-kept-silent"
    articles = (8, 17, 19)
    reads = _DONE
    zh = "对账隐瞒差异 {count} 项,如订单 {order_id}:{kind},各方 {sides}"
    en = "{count} differences were not said, such as {kind} of order {order_id}: {sides}"

    def breach(self, event: Event, world: World) -> Breach:
        """How many, and the first."""
        known, seen = world.reconciling, event.data["orders_seen"]
        settled = _moved(event, world) - known.moved.since(event.data["covered"])
        silent = [
            {"order_id": order, "kind": kind, "sides": sides}
            for order in sorted(settled)
            for kind, sides in differences(world, order, seen).items()
            if not known.is_known(order, kind, sides)
        ]
        return {"count": len(silent), **silent[0]} if silent else None


class ADifferenceIsFounded(Rule):
    """A difference is said once, and is what the logs give."""

    id = "difference-unfounded"
    articles = (8, 17, 19)
    reads = _FOUND
    zh = "订单 {order_id} 的对账差异 {kind} 与日志不符:{said},日志为 {right}"
    en = "The difference {kind} of order {order_id} is said to be {said}; the logs give {right}"

    def breach(self, event: Event, world: World) -> Breach:
        """What was said, and what is right."""
        data, known = event.data, world.reconciling
        order, kind, said = data["order_id"], data["kind"], data["sides"]
        before = known.is_known(order, kind, said)
        right = differences(world, order, event.seen("matching")).get(kind)
        fresh = order in known.moved.since(data["covered"])
        if not before and (fresh or said == right):
            return None
        return {"order_id": order, "kind": kind, "said": said, "right": right or "-"}


class ADifferenceIsSettledOnce(Rule):
    """What is settled was found, nobody settled it before, and who does does it as themself."""

    id = "difference-step"
    articles = (17, 19)
    reads = ("voucher-ledger.DifferenceSettled",)
    zh = "处理的对账差异 {difference} 不存在或已处理"
    en = "Difference {difference} was settled, which was not open"

    def breach(self, event: Event, world: World) -> Breach:
        """One that is not open."""
        known = world.reconciling
        is_open = event.stream in known.open.get(known.order_of.get(event.stream, ""), {})
        if is_open and event.data["decider"] == event.actor:
            return None
        return {"difference": event.stream}


class NothingThatDiffersIsPaid(Rule):
    """While a difference about it is open, an order is not put into a payment, nor approved."""

    id = "paid-while-different"
    articles = (8, 17, 19)
    reads = ("voucher-ledger.RedemptionInstructed", "voucher-ledger.PaymentOrderIssued")
    zh = "订单 {order_id} 对账差异未处理({since} 发现),却仍列入支付"
    en = "Order {order_id} differs since {since}, and its payment went on"

    def breach(self, event: Event, world: World) -> Breach:
        """The first that was open for some seconds."""
        known = world.reconciling
        if not known.open:
            return None
        ids: tuple[str, ...] = (event.stream,)
        if event.type == self.reads[1]:
            order = world.payment_orders.get(event.stream)
            ids = tuple(order.items) if order else ()
        before = earlier(event.recorded_at, IN_USE)
        for id_ in ids:
            redemption = world.redemptions.get(id_)
            of = redemption.of[1] if redemption else ""
            for at in known.open.get(of, {}).values():
                if at < before:
                    return {"order_id": of, "since": at}
        return None


class EveryDayIsReconciled(Rule):
    """On each day on which the ledger wrote anything, it reconciled; of the last, nobody knows."""

    id = "reconciliation-missing"
    articles = (8, 17, 19)
    zh = "{day} 台账有记录,却未对账"
    en = "The ledger was at work on {day}, and did not reconcile"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every day without one."""
        ledger = world.completeness.log(LEDGER)
        if LEDGER in world.logs and ledger.whole:
            for day in sorted(ledger.days())[:-1]:
                if day >= IN_FORCE and day not in world.reconciling.days:
                    yield cls.finding(LEDGER, None, {"day": day})


class AReconciliationIsOfThisLog(Rule):
    """The root of what a reconciliation covers is that of the log."""

    id = "reconciliation-root-differs"
    articles = (8, 17, 19)
    zh = "对账所覆盖的前 {size} 条与公布的台账日志不符"
    en = "The first {size} entries that were reconciled are not those that were published"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every reconciliation of something else."""
        claims, ledger = world.reconciling.claims, world.completeness.log(LEDGER)
        if not claims or not ledger.leaves or not ledger.whole:
            return
        roots = ledger.roots({size for _, size, _ in claims if size <= ledger.size})
        for position, size, root in claims:
            if roots.get(size, root) != root:
                yield cls.finding(LEDGER, position, {"size": size})


def _moved(event: Event, world: World) -> set[str]:
    """The orders that a reconciliation had to look at.

    An acceptance counts once the ledger answered it: one that it could not apply is parked, and
    that is judged by the rules of completeness.
    """
    known, data = world.reconciling, event.data
    answered = world.reactions.causes.get((LEDGER, "matching"), {})
    accepted = known.accepted.between(known.orders_seen, data["orders_seen"], answered)
    return known.moved.before(data["covered"]) | accepted


RECONCILIATIONS: tuple[tuple[Rule, ...], ...] = (
    (AReconciliationFollowsTheLast(), NoDifferenceIsKeptSilent()),
    (ADifferenceIsFounded(),),
    (ADifferenceIsSettledOnce(),),
    (NothingThatDiffersIsPaid(),),
)
"""Chains of rules about reconciliations."""

RECONCILED = (EveryDayIsReconciled, AReconciliationIsOfThisLog)
"""Rules about all of them, asked at the end."""
