"""Was what looks fictitious held, and did another person decide (风险冻结, art. 8, 17, 28)?

The supervisor has its own detectors. What was recorded within seconds of an approval, its decision
may or may not have seen: what is older must have been held, what is newer may be.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from oversight.domain.event import Event, earlier
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.parameters import in_force
from oversight.domain.traces import Trace
from oversight.domain.world import Redemption, World

IN_USE = 5
"""Seconds within which a fact has been seen by whoever decides."""

WINDOW_DAYS = 7
SHOWN = 20
VERSIONS = {
    "contract-reused": "contract-reused/1",
    "deliverable-reused": "deliverable-reused/1",
    "round-trip": "round-trip/1",
    "split-orders": "split-orders/1",
}

Found = dict[str, set[str]]
"""By detector: the orders because of which it hits."""


def detected(redemption: Redemption, event: Event, world: World, before: str) -> Found:
    """What hits, by what was recorded before an instant (RFC 3339)."""
    voucher_id, own = redemption.of
    voucher, order = world.vouchers.get(voucher_id), world.orders.get(own)
    if voucher is None or order is None:
        return {}
    traces, seen = world.traces, event.seen("matching")
    user, provider = voucher.holder, redemption.provider

    def others(found: Iterable[Trace], until: int) -> set[str]:
        return {t.order_id for t in found if t.at < before and t.position <= until} - {own}

    # an instant that cannot be read has no day: that is the envelope's fault, not theirs
    pair = [trace for trace in traces.pairs.get((user, provider), ()) if trace.day]
    placed = next((date.fromisoformat(t.day) for t in pair if t.order_id == own), None)
    near = [t for t in pair if placed is not None and _near(placed, t.day)]
    delivered = traces.deliverables.get(order.evidence_sha256, ())
    found = {
        "contract-reused": others(traces.contracts.get(redemption.contract, ()), event.position),
        "deliverable-reused": others(delivered, seen),
        "round-trip": others(traces.pairs.get((provider, user), ()), event.position),
        "split-orders": others(near, event.position),
    }
    limit, _ = in_force("risk-split-orders", world, event.days()[1])
    if len(found["split-orders"]) + 1 < limit:
        found["split-orders"] = set()
    return {name: orders for name, orders in found.items() if orders}


def _near(day: date, other: str) -> bool:
    return abs((date.fromisoformat(other) - day).days) < WINDOW_DAYS


class WhatIsSuspectIsHeld(Rule):
    """Every redemption in which a detector hits is held when it is approved."""

    id = "risk-not-held"
    articles = (8, 17, 28)
    reads = ("voucher-ledger.RedemptionApproved",)
    zh = "兑付 {redemption} 命中 {missing},却未被冻结"
    en = "Redemption {redemption} was approved without being held for {missing}"

    def breach(self, event: Event, world: World) -> Breach:
        """The detectors that hit and were not said to."""
        redemption = world.redemptions.get(event.stream)
        if redemption is None:
            return None
        before = earlier(event.recorded_at, IN_USE)
        missing = detected(redemption, event, world, before).keys() - redemption.detectors
        if not missing:
            return None
        return {"redemption": event.stream, "missing": ", ".join(sorted(missing))}


class AHoldIsFounded(Rule):
    """What is held is held for what the logs say, in the version of the detector that is known."""

    id = "held-unfounded"
    articles = (8, 17)
    reads = ("voucher-ledger.RedemptionHeld",)
    zh = "兑付因 {detector}({rule})冻结,依据与日志不符:{inputs}"
    en = "A redemption is held for {detector} ({rule}), which the logs do not give: {inputs}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another version, orders that have nothing to do with it, or a hold out of turn."""
        redemption, data = world.redemptions.get(event.stream), event.data
        name, inputs = data["detector"], data["inputs"]
        if redemption is not None and redemption.state == "applied":
            there = detected(redemption, event, world, "9").get(name, set())
            known = data["rule"] == VERSIONS.get(name) and name not in redemption.detectors
            if known and there and _is_of(inputs, there):
                return None
        return {"detector": name, "rule": data["rule"], "inputs": inputs}


def _is_of(inputs: dict[str, Any], there: set[str]) -> bool:
    named, count = inputs.get("orders"), inputs.get("count")
    if not isinstance(named, list) or type(count) is not int:
        return False
    return len(named) == min(count, SHOWN) and set(named) <= there and 0 < count <= len(there)


class AHoldIsDecidedByAnother(Rule):
    """A hold is decided on once, by somebody who did not review the redemption."""

    id = "hold-step"
    articles = (8, 17, 28)
    reads = ("voucher-ledger.RedemptionHoldReleased", "voucher-ledger.RedemptionHoldRefused")
    zh = "风险冻结状态为 {hold} 时由 {decider} 处理"
    en = "{decider} decided on a hold that was {hold}, or may not"

    def breach(self, event: Event, world: World) -> Breach:
        """Nothing held, decided before, or by the reviewer."""
        redemption, decider = world.redemptions.get(event.stream), event.data["decider"]
        hold = redemption.hold if redemption else ""
        if redemption is not None and hold == "held" and decider != redemption.reviewer:
            return None
        return {"hold": hold or "-", "decider": decider}


class NothingHeldIsPaid(Rule):
    """What is held, or was found fictitious, is not instructed to be paid."""

    id = "paid-while-held"
    articles = (8, 17, 28)
    reads = ("voucher-ledger.RedemptionInstructed",)
    zh = "兑付 {redemption} 处于风险冻结({hold}),却列入支付单"
    en = "Redemption {redemption} is {hold} by a risk hold, and was put into a payment order"

    def breach(self, event: Event, world: World) -> Breach:
        """A hold that was not released."""
        redemption = world.redemptions.get(event.stream)
        if redemption is None or redemption.hold in ("", "released"):
            return None
        return {"redemption": event.stream, "hold": redemption.hold}


RISKS: tuple[tuple[Rule, ...], ...] = (
    (WhatIsSuspectIsHeld(),),
    (AHoldIsFounded(),),
    (AHoldIsDecidedByAnother(),),
    (NothingHeldIsPaid(),),
)
"""Chains of rules about risk holds."""
