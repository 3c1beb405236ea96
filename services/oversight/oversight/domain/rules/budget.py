"""Did budgets give only what they had, to whom they said, as it was approved (预算, art. 17)?"""

from collections.abc import Iterator

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

_B = "voucher-ledger.Budget"
_GIVEN = (f"{_B}Allocated", f"{_B}Transferred", f"{_B}Committed", f"{_B}Closed")
_STATES = {
    f"{_B}Appropriated": ("open", "frozen"),
    f"{_B}Received": ("open", "frozen"),
    f"{_B}Allocated": ("open",),
    f"{_B}Transferred": ("open",),
    f"{_B}Committed": ("open",),
    f"{_B}Released": ("open", "frozen"),
    f"{_B}Frozen": ("open",),
    f"{_B}Unfrozen": ("frozen",),
    f"{_B}Closed": ("open",),
}
"""By event type: the states that a budget may be in before it."""


class ABudgetGivesWhatItHas(Rule):
    """What is allocated, transferred or set aside is there; a year is closed with all of it."""

    id = "budget-overdrawn"
    articles = (17,)
    reads = _GIVEN
    zh = "预算可用 {free} 分,处理 {fen} 分"
    en = "The budget has {free} fen free, {fen} fen were taken"

    def breach(self, event: Event, world: World) -> Breach:
        """More than is free; or, when a year is closed, another amount."""
        budget, fen = world.budgets.get(event.stream), event.data["fen"]
        if budget is None:
            return None
        closing = event.type == _GIVEN[3]
        kept = fen == budget.free_fen if closing else fen <= budget.free_fen
        return None if kept else {"free": budget.free_fen, "fen": fen}


class AFrozenOrClosedBudgetStandsStill(Rule):
    """Nothing moves out of a frozen budget, and nothing at all in a closed one."""

    id = "budget-state"
    articles = (17,)
    reads = tuple(_STATES)
    zh = "预算状态为 {state} 时发生 {type}"
    en = "{type} while the budget was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """A step that its state does not allow."""
        budget = world.budgets.get(event.stream)
        if budget is None or budget.state in _STATES[event.type]:
            return None
        return {"state": budget.state, "type": event.type}


class ABudgetReceivesWhatWasGiven(Rule):
    """What a budget receives was given to it, once, by the one that it names."""

    id = "received-not-given"
    articles = (17,)
    reads = (f"{_B}Received",)
    zh = "预算收到 {fen} 分,应为 {given}"
    en = "The budget received {fen} fen; it was given {given}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount, or a gift that nobody made."""
        budget, fen = world.budgets.get(event.stream), event.data["fen"]
        if budget is None:
            return None
        gift = world.under_way.get((budget.purse, event.data["source"]))
        given = gift.fen if gift else 0
        return None if fen == given else {"fen": fen, "given": given}


class WhatIsGivenArrives(Rule):
    """What one budget gave, another has received."""

    id = "given-not-received"
    articles = (17,)
    zh = "拨往 {purse} 的 {fen} 分未到账"
    en = "{fen} fen that were given to {purse} never arrived"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Money that is under way at the end."""
        for (target, _), gift in sorted(world.under_way.items(), key=lambda item: item[0]):
            if not world.unfinished_by(gift.command):
                yield cls.finding("voucher-ledger", None, {"purse": target, "fen": gift.fen})


class ATransferIsDecidedByOthers(Rule):
    """Those who approve a transfer are distinct, none proposed it, and none decides twice."""

    id = "transfer-approver"
    articles = (17,)
    reads = (f"{_B}TransferApproved", f"{_B}TransferRejected")
    zh = "调剂审批人 {approver} 不符合规定(状态 {state})"
    en = "{approver} may not decide on this transfer ({state})"

    def breach(self, event: Event, world: World) -> Breach:
        """The proposer, somebody for the second time, or after the decision."""
        transfer, approver = world.transfers.get(event.stream), event.data["approver"]
        if transfer is None:
            return None
        known = (transfer.proposer, *transfer.approvers)
        own = approver == event.actor
        if own and transfer.state == "proposed" and approver not in known:
            return None
        return {"approver": approver, "state": transfer.state}


class ATransferIsWhatTwoApproved(Rule):
    """Money goes from one region to another only as two people approved, once."""

    id = "transfer-unapproved"
    articles = (17,)
    reads = (f"{_B}Transferred",)
    zh = "预算调剂与审批不符:{what}"
    en = "The transfer is not what was approved: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """No approval by two, another amount, or other regions."""
        budget = world.budgets.get(event.stream)
        transfer = world.transfers.get(event.data["transfer_id"])
        if budget is None:
            return None
        if transfer is None or transfer.state != "approved":
            return {"what": "BudgetTransferApproved"}
        target = purse(budget.fund, event.data["region"], budget.year)
        done = (budget.purse, target, event.data["fen"])
        if done != (transfer.source, transfer.target, transfer.fen):
            return {"what": ", ".join(map(str, done))}
        return None


class AYearIsClosedAfterItsEnd(Rule):
    """A year is closed when it is over, on the Asia/Shanghai date."""

    id = "closed-early"
    articles = (17,)
    reads = (f"{_B}Closed",)
    zh = "{year} 年度预算于 {day} 提前结账"
    en = "The budget of {year} was closed on {day}"

    def breach(self, event: Event, world: World) -> Breach:
        """A date within the year."""
        budget, day = world.budgets.get(event.stream), event.days()[1]
        if budget is None or day[:4] > str(budget.year):
            return None
        return {"year": budget.year, "day": day}


class AReleaseIsWhatTheBatchLeft(Rule):
    """What a closed batch gives back is what it did not issue."""

    id = "release-differs"
    articles = (17,)
    reads = (f"{_B}Released",)
    zh = "批次 {batch} 应退回 {left} 分,实退 {fen} 分"
    en = "Batch {batch} left {left} fen, {fen} fen went back"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount, or a batch that is open, unknown or of another budget."""
        batch = world.batches.get(event.data["batch_id"])
        fen, left = event.data["fen"], 0
        budget = world.budgets.get(event.stream)
        if budget is None:
            return None
        if batch is not None and batch.state == "closed" and batch.purse == budget.purse:
            left = batch.amount_fen - batch.drawn_fen
        return None if fen == left else {"batch": event.data["batch_id"], "left": left, "fen": fen}
