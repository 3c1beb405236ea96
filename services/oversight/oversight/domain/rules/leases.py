"""Was more drawn than there was to share (额度与份额, art. 17)?"""

from collections.abc import Iterator
from typing import Any

from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.funds import Allotment
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

_A, _S = "voucher-ledger.Allotment", "voucher-ledger.BudgetShare"
_CLOSING = (f"{_A}Held", f"{_A}Closed")


class AnAllotmentIsWhatItsBatchHas(Rule):
    """An allotment is its batch's whole amount, or its cap on a category, once a year."""

    id = "allotment-differs"
    articles = (17,)
    reads = (f"{_A}Opened",)
    zh = "额度 {fen} 分与批次规定的 {expected} 分不符"
    en = "The allotment is {fen} fen; its batch has {expected}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount."""
        data = event.data
        batch, expected = world.batches.get(data["batch_id"]), 0
        if batch is not None and data["kind"] == "issue":
            expected = batch.amount_fen
        elif batch is not None:
            year_fits = str(data["year"]) in {day[:4] for day in event.days()}
            expected = batch.category_caps.get(data["category"], 0) if year_fits else 0
        return None if data["fen"] == expected else {"fen": data["fen"], "expected": expected}


class ALeaseIsWithinItsAllotment(Rule):
    """What is leased is there, and no money of a frozen budget or closed batch (invariant 1)."""

    id = "lease-beyond-allotment"
    articles = (17,)
    reads = (f"{_A}Leased",)
    zh = "额度状态 {state}、剩余 {left} 分,租出 {fen} 分"
    en = "{fen} fen were leased of an allotment that was {state} with {left} fen left"

    def breach(self, event: Event, world: World) -> Breach:
        """More than is left, or at the wrong time."""
        allotment, fen = world.allotments.get(event.stream), event.data["fen"]
        if allotment is None:
            return {"state": "-", "left": 0, "fen": fen}
        frozen = allotment.kind == "issue" and _budget_state(allotment, world) != "open"
        state = "frozen" if frozen else allotment.state
        if state == "open" and fen <= allotment.left_fen:
            return None
        return {"state": state, "left": allotment.left_fen, "fen": fen}


class AShareIsWhatWasLeased(Rule):
    """A share begins with what its allotment leased to it, once."""

    id = "share-not-leased"
    articles = (17,)
    reads = (f"{_S}Leased",)
    zh = "份额 {fen} 分未经额度租出(应为 {leased})"
    en = "The share of {fen} fen is not what was leased: {leased}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount, or no lease."""
        allotment = world.allotments.get(event.data["allotment_id"])
        leased = allotment.leased.get(event.stream, 0) if allotment else 0
        fen = event.data["fen"]
        return None if fen == leased else {"fen": fen, "leased": leased}


class ADrawIsWithinItsShare(Rule):
    """What is drawn of a share is there; what it gives back is all of it (invariants 1 and 2)."""

    id = "draw-beyond-share"
    articles = (17,)
    reads = (f"{_S}Drawn", f"{_S}Surrendered")
    zh = "份额剩余 {left} 分,处理 {fen} 分"
    en = "The share has {left} fen left, {fen} fen were taken"

    def breach(self, event: Event, world: World) -> Breach:
        """More than is left, or not all."""
        share, fen = world.shares.get(event.stream), event.data["fen"]
        left = share.left_fen if share else 0
        kept = fen <= left if event.type == self.reads[0] else fen == left
        return None if kept else {"left": left, "fen": fen}


class AReturnIsWhatTheShareGaveBack(Rule):
    """An allotment gets back what one of its shares surrendered, once."""

    id = "return-differs"
    articles = (17,)
    reads = (f"{_A}Returned",)
    zh = "额度收回 {fen} 分,份额交回 {surrendered} 分"
    en = "The allotment got back {fen} fen; its share surrendered {surrendered}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount, or no surrender."""
        share, fen = world.shares.get(event.data["share_id"]), event.data["fen"]
        own = share is not None and share.allotment_id == event.stream
        surrendered = share.surrendered_fen if share is not None and own else 0
        return None if fen == surrendered else {"fen": fen, "surrendered": surrendered}


class AnAllotmentStandsStillWithItsBatch(Rule):
    """An allotment is held or closed when no share has anything left, and with its budget."""

    id = "allotment-state"
    articles = (17,)
    reads = (*_CLOSING, f"{_A}Resumed")
    zh = "{type} 不应发生:{what}"
    en = "{type} should not be: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What does not fit."""
        allotment = world.allotments.get(event.stream)
        if allotment is None:
            return {"type": event.type, "what": "AllotmentOpened"}
        what = _unfit(event, allotment, world)
        return {"type": event.type, "what": what} if what else None


def _budget_state(allotment: Allotment, world: World) -> str:
    batch = world.batches.get(allotment.batch_id)
    budget = world.budget_of.get(batch.purse) if batch else None
    return budget.state if budget else "-"


def _unfit(event: Event, allotment: Allotment, world: World) -> str:
    batch = world.batches.get(allotment.batch_id)
    state = _budget_state(allotment, world)
    if event.type in _CLOSING and allotment.shares:
        return "BudgetShareSurrendered"
    if event.type == f"{_A}Held":
        return "" if state == "frozen" and allotment.state == "open" else "BudgetFrozen"
    if event.type == f"{_A}Resumed":
        return "" if state == "open" and allotment.state == "held" else "BudgetUnfrozen"
    if batch is None or batch.state != "closed" or allotment.state == "closed":
        return "BatchClosed"
    return "" if event.data["fen"] == allotment.left_fen else str(allotment.left_fen)


class WhatIsRestoredWasDrawn(Rule):
    """No order gives back more of a cap than it has taken."""

    id = "restored-not-drawn"
    articles = (17,)
    reads = (f"{_S}Restored", "voucher-ledger.AllowanceRestored")
    zh = "订单 {order_id} 占用限额 {drawn} 分,退回 {fen} 分"
    en = "Order {order_id} had taken {drawn} fen of the cap, {fen} fen were given back"

    def breach(self, event: Event, world: World) -> Breach:
        """More than was taken."""
        fen, drawn = event.data["fen"], 0
        if event.type == self.reads[0]:
            order = event.data["purpose"]
            if (share := world.shares.get(event.stream)) is not None:
                drawn = share.drawn.get(order, 0)
        else:
            order = event.data["order_id"]
            if (allowance := world.allowances.get(event.stream)) is not None:
                drawn = allowance.used.get(order, 0)
        return None if fen <= drawn else {"order_id": order, "drawn": drawn, "fen": fen}


class SharesCountTowardsTheirCaps(Rule):
    """A voucher's share of an order counts towards each cap of its batch, whole (invariant 2)."""

    id = "cap-uncounted"
    articles = (17,)
    reads = ("voucher-ledger.VoucherReserved",)
    zh = "订单 {order_id} 的抵扣额 {fen} 分未计入限额:{caps}"
    en = "The share of {fen} fen of order {order_id} does not count towards: {caps}"

    def breach(self, event: Event, world: World) -> Breach:
        """The caps that it does not count towards, or should not."""
        voucher = world.vouchers.get(event.stream)
        order = world.orders.get(event.data["order_id"])
        if voucher is None or order is None:
            return None
        data, batch = event.data, voucher.batch
        capped = batch.category_caps or batch.user_cap_fen is not None
        if not capped and data["quota_share"] is None and data["allowance"] is None:
            return None
        expected = {
            "category_caps": order.category in voucher.batch.category_caps,
            "user_cap_fen": voucher.batch.user_cap_fen is not None,
        }
        counted = {
            "category_caps": _category_fen(event, world),
            "user_cap_fen": _user_fen(event, world),
        }
        fen = event.data["fen"]
        wrong = [cap for cap, due in expected.items() if counted[cap] != (fen if due else 0)]
        if not wrong:
            return None
        return {"order_id": event.data["order_id"], "fen": fen, "caps": ", ".join(wrong)}


def _category_fen(event: Event, world: World) -> int:
    """What the order has taken of a share of the right allotment."""
    share = world.shares.get(event.data["quota_share"])
    order = world.orders[event.data["order_id"]]
    allotment = world.allotments.get(share.allotment_id) if share else None
    if share is None or allotment is None:
        return 0
    batch = world.batches.get(allotment.batch_id)
    own: Any = (batch, allotment.category, str(allotment.year))
    voucher = world.vouchers[event.stream]
    fits = [(voucher.batch, order.category, day[:4]) for day in event.days()]
    return share.drawn.get(event.data["order_id"], 0) if own in fits else -1


def _user_fen(event: Event, world: World) -> int:
    """What the order has taken of the right allowance."""
    allowance = world.allowances.get(event.data["allowance"])
    if allowance is None:
        return 0
    voucher = world.vouchers[event.stream]
    own: Any = (allowance.fund, allowance.user, str(allowance.year))
    fits = [(voucher.batch.terms["fund"], voucher.holder, day[:4]) for day in event.days()]
    return allowance.used.get(event.data["order_id"], 0) if own in fits else -1


class EveryDrawIsGranted(Rule):
    """What was drawn of a batch's money was granted."""

    id = "drawn-not-granted"
    articles = (17,)
    zh = "批次 {batch} 支取 {drawn} 分,发放 {granted} 分"
    en = "{drawn} fen were drawn of batch {batch}, {granted} fen granted"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """The batches whose two amounts differ at the end."""
        for name, batch in sorted(world.batches.items()):
            if batch.drawn_fen != batch.granted_fen and not world.unfinished_by(batch.drawn_by):
                data = {"batch": name, "drawn": batch.drawn_fen, "granted": batch.granted_fen}
                yield cls.finding("voucher-ledger", None, data)


class WhatIsSurrenderedArrives(Rule):
    """What a share gave back, its allotment has got."""

    id = "surrendered-not-returned"
    articles = (17,)
    zh = "份额 {share} 交回的 {fen} 分未入额度"
    en = "{fen} fen that share {share} gave back never arrived"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """What is under way at the end."""
        for name, share in sorted(world.shares.items()):
            if share.surrendered_fen and not world.unfinished_by(share.surrendered_by):
                data = {"share": name, "fen": share.surrendered_fen}
                yield cls.finding("voucher-ledger", None, data)


class AClosedBatchHoldsNothing(Rule):
    """A closed batch has given its budget back everything that it did not issue."""

    id = "closed-batch-holds"
    articles = (17,)
    zh = "批次 {batch} 已关闭,仍占用 {fen} 分"
    en = "Batch {batch} is closed, yet it holds {fen} fen"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """What was set aside and neither issued nor released."""
        for budget in world.budgets.values():
            for name, fen in sorted(budget.committed.items()):
                batch = world.batches.get(name)
                if batch is None or batch.state == "open" or fen == batch.drawn_fen:
                    continue
                if not world.unfinished_by(batch.closed_by):
                    data = {"batch": name, "fen": fen - batch.drawn_fen}
                    yield cls.finding("voucher-ledger", None, data)
