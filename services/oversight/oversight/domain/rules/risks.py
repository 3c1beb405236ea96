"""Was what looks fictitious held, and did another person decide (风险冻结, art. 8, 17, 28)?"""

from collections.abc import Set as AbstractSet
from typing import Any

from oversight.domain.event import Event, earlier
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.detectors import IN_USE, NAMED, SHOWN, TIED, VERSIONS, detected
from oversight.domain.rules.ties import BEFORE
from oversight.domain.world import HOLDABLE, Redemption, World


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


class ARefundIsHeld(Rule):
    """Whatever came back of the own share since the review held it: so nothing of it is paid."""

    id = "refund-not-held"
    articles = (8, 17, 28)
    reads = ("voucher-ledger.PaymentOrderIssued",)
    zh = "兑付 {redemptions} 的自付部分已退款,未经冻结即下达支付"
    en = "Own shares came back, and their redemptions are paid without being held: {redemptions}"

    def breach(self, event: Event, world: World) -> Breach:
        """Those that were not held since."""
        unheld = sorted(id_ for id_, each in about(event, world) if each.unheld)
        return {"redemptions": ", ".join(unheld)} if unheld else None


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
        if redemption is not None and _in_turn(redemption, name):
            there = detected(redemption, event, world, "9").get(name, set())
            named = NAMED.get(name, "orders")
            if data["rule"] in BEFORE and data["rule"].startswith(f"{name}/"):
                there = there & BEFORE[data["rule"]]
            elif data["rule"] != VERSIONS.get(name):
                there = set()
            if _is_of(inputs, named, there):
                return None
        return {"detector": name, "rule": data["rule"], "inputs": inputs}


def _in_turn(redemption: Redemption, name: str) -> bool:
    """Before it is approved, each once; a tie and each refund until money leaves."""
    if name == TIED and name not in redemption.detectors:
        return redemption.state in HOLDABLE
    if name == "own-share-refunded" and redemption.unheld:
        return redemption.state in HOLDABLE
    return redemption.state == "applied" and name not in redemption.detectors


def _is_of(inputs: dict[str, Any], what: str, there: AbstractSet[str]) -> bool:
    named, count = inputs.get(what), inputs.get("count")
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
        other = redemption is not None and decider != redemption.reviewer
        if other and hold == "held" and decider == event.actor:
            return None
        return {"hold": hold or "-", "decider": decider}


class NothingHeldIsPaid(Rule):
    """What is held, or was found fictitious, is neither instructed nor approved to be paid."""

    id = "paid-while-held"
    articles = (8, 17, 28)
    reads = ("voucher-ledger.RedemptionInstructed", "voucher-ledger.PaymentOrderApproved")
    zh = "兑付 {redemption} 处于风险冻结({hold}),却列入支付单或获批支付"
    en = "Redemption {redemption} is {hold} by a risk hold, and goes on to be paid"

    def breach(self, event: Event, world: World) -> Breach:
        """A hold that was not released, and that whoever decided must have seen."""
        held = [each for each in about(event, world) if each[1].hold not in ("", "released")]
        before = event.recorded_at
        if held and event.type == "voucher-ledger.PaymentOrderApproved":
            before = earlier(before, IN_USE)
        for id_, redemption in held:
            if redemption.held_at <= before:
                return {"redemption": id_, "hold": redemption.hold}
        return None


def about(event: Event, world: World) -> list[tuple[str, Redemption]]:
    """The redemptions that are to be paid, of an event of theirs or of their payment order."""
    order = world.payment_orders.get(event.stream)
    ids = order.items if order is not None else [event.stream]
    return [(id_, world.redemptions[id_]) for id_ in ids if id_ in world.redemptions]


RISKS: tuple[tuple[Rule, ...], ...] = (
    (WhatIsSuspectIsHeld(),),
    (AHoldIsFounded(),),
    (ARefundIsHeld(),),
    (AHoldIsDecidedByAnother(),),
    (NothingHeldIsPaid(),),
)
"""Chains of rules about risk holds."""
