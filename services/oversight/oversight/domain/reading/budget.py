"""Budgets and transfers between them, from the ledger's log."""

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.funds import Budget, Gift, Transfer
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.BudgetOpened")
def budget_opened(event: Event, world: World) -> None:
    """A region's year began."""
    data = event.data
    budget = world.budgets[event.stream] = Budget(data["fund"], data["region"], data["year"])
    world.budget_of[budget.purse] = budget


@reads("voucher-ledger.BudgetAppropriated")
def budget_appropriated(event: Event, world: World) -> None:
    """New money."""
    if budget := world.budgets.get(event.stream):
        budget.free_fen += event.data["fen"]


@reads("voucher-ledger.BudgetAllocated", "voucher-ledger.BudgetTransferred")
def budget_gave(event: Event, world: World) -> None:
    """Money is on its way to another region."""
    if budget := world.budgets.get(event.stream):
        fen = event.data["fen"]
        budget.free_fen -= fen
        target = purse(budget.fund, event.data["region"], budget.year)
        world.under_way[target, event.stream] = Gift(fen, event.command)


@reads("voucher-ledger.BudgetReceived")
def budget_received(event: Event, world: World) -> None:
    """Money has arrived."""
    if budget := world.budgets.get(event.stream):
        budget.free_fen += event.data["fen"]
        world.under_way.pop((budget.purse, event.data["source"]), None)


@reads("voucher-ledger.BudgetCommitted")
def budget_committed(event: Event, world: World) -> None:
    """Money was set aside for a batch."""
    if budget := world.budgets.get(event.stream):
        batch, fen = event.data["batch_id"], event.data["fen"]
        budget.free_fen -= fen
        budget.committed[batch] = budget.committed.get(batch, 0) + fen


@reads("voucher-ledger.BudgetReleased")
def budget_released(event: Event, world: World) -> None:
    """A batch left some of its money."""
    if budget := world.budgets.get(event.stream):
        batch, fen = event.data["batch_id"], event.data["fen"]
        budget.free_fen += fen
        budget.committed[batch] = budget.committed.get(batch, 0) - fen


@reads("voucher-ledger.BudgetFrozen")
def budget_frozen(event: Event, world: World) -> None:
    """Nothing may move."""
    if budget := world.budgets.get(event.stream):
        budget.state = "frozen"


@reads("voucher-ledger.BudgetUnfrozen")
def budget_unfrozen(event: Event, world: World) -> None:
    """It may move again."""
    if budget := world.budgets.get(event.stream):
        budget.state = "open"


@reads("voucher-ledger.BudgetClosed")
def budget_closed(event: Event, world: World) -> None:
    """The year is over."""
    if budget := world.budgets.get(event.stream):
        fen = event.data["fen"]
        budget.state = "closed"
        budget.free_fen -= fen
        if fen and event.data["remainder"] == "carry-over":
            target = purse(budget.fund, budget.region, budget.year + 1)
            world.under_way[target, event.stream] = Gift(fen, event.command)


@reads("voucher-ledger.BudgetTransferProposed")
def transfer_proposed(event: Event, world: World) -> None:
    """A transfer waits for approvals."""
    data = event.data
    source, target = (
        purse(data["fund"], data[side], data["year"]) for side in ("source_region", "target_region")
    )
    world.transfers[event.stream] = Transfer(source, target, data["fen"], data["proposer"])


@reads("voucher-ledger.BudgetTransferApproved")
def transfer_approved(event: Event, world: World) -> None:
    """One more has approved."""
    if transfer := world.transfers.get(event.stream):
        transfer.approvers.append(event.data["approver"])
        if len(transfer.approvers) >= 2:
            transfer.state = "approved"


@reads("voucher-ledger.BudgetTransferRejected")
def transfer_rejected(event: Event, world: World) -> None:
    """It is not to be carried out."""
    if transfer := world.transfers.get(event.stream):
        transfer.state = "rejected"
