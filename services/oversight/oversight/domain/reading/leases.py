"""Allotments, their shares and users' allowances, from the ledger's log."""

from oversight.domain.event import Event
from oversight.domain.funds import Allotment, Allowance, Share
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.AllotmentOpened")
def allotment_opened(event: Event, world: World) -> None:
    """There is an amount that many draw from."""
    data = event.data
    world.allotments[event.stream] = Allotment(
        data["kind"], data["batch_id"], data["category"], data["year"], data["fen"]
    )


@reads("voucher-ledger.AllotmentLeased")
def allotment_leased(event: Event, world: World) -> None:
    """A share is about to begin."""
    if allotment := world.allotments.get(event.stream):
        allotment.left_fen -= event.data["fen"]
        allotment.leased[event.data["share_id"]] = event.data["fen"]


@reads("voucher-ledger.AllotmentReturned")
def allotment_returned(event: Event, world: World) -> None:
    """A share's rest is back."""
    if allotment := world.allotments.get(event.stream):
        allotment.left_fen += event.data["fen"]
    if share := world.shares.get(event.data["share_id"]):
        share.surrendered_fen = 0


@reads("voucher-ledger.AllotmentHeld")
def allotment_held(event: Event, world: World) -> None:
    """It leases nothing."""
    if allotment := world.allotments.get(event.stream):
        allotment.state = "held"


@reads("voucher-ledger.AllotmentResumed")
def allotment_resumed(event: Event, world: World) -> None:
    """It leases again."""
    if allotment := world.allotments.get(event.stream):
        allotment.state = "open"


@reads("voucher-ledger.AllotmentClosed")
def allotment_closed(event: Event, world: World) -> None:
    """It leases nothing any more."""
    if allotment := world.allotments.get(event.stream):
        allotment.left_fen = 0
        allotment.state = "closed"


@reads("voucher-ledger.BudgetShareLeased")
def share_leased(event: Event, world: World) -> None:
    """A share begins."""
    data = event.data
    world.shares[event.stream] = Share(data["allotment_id"], data["fen"])
    if allotment := world.allotments.get(data["allotment_id"]):
        allotment.leased.pop(event.stream, None)
        allotment.shares.add(event.stream)


@reads("voucher-ledger.BudgetShareDrawn")
def share_drawn(event: Event, world: World) -> None:
    """Some of it was used."""
    _move(event, world, -event.data["fen"])
    share = world.shares.get(event.stream)
    if share is None:
        return
    fen, purpose = event.data["fen"], event.data["purpose"]
    share.drawn[purpose] = share.drawn.get(purpose, 0) + fen
    allotment = world.allotments.get(share.allotment_id)
    batch = world.batches.get(allotment.batch_id) if allotment else None
    if allotment is not None and batch is not None and allotment.kind == "issue":
        batch.drawn_fen += fen
        batch.drawn_by = event.command


@reads("voucher-ledger.BudgetShareRestored")
def share_restored(event: Event, world: World) -> None:
    """Some of it was not needed."""
    _move(event, world, event.data["fen"])
    if share := world.shares.get(event.stream):
        fen, purpose = event.data["fen"], event.data["purpose"]
        share.drawn[purpose] = share.drawn.get(purpose, 0) - fen


@reads("voucher-ledger.BudgetShareSurrendered")
def share_surrendered(event: Event, world: World) -> None:
    """Its rest is on its way back."""
    _move(event, world, -event.data["fen"])
    if share := world.shares.get(event.stream):
        share.surrendered_fen, share.surrendered_by = event.data["fen"], event.command


def _move(event: Event, world: World, fen: int) -> None:
    share = world.shares.get(event.stream)
    if share is None:
        return
    share.left_fen += fen
    if allotment := world.allotments.get(share.allotment_id):
        (allotment.shares.add if share.left_fen else allotment.shares.discard)(event.stream)


@reads("voucher-ledger.AllowanceOpened")
def allowance_opened(event: Event, world: World) -> None:
    """A user's year with a fund begins."""
    data = event.data
    world.allowances[event.stream] = Allowance(data["fund"], data["user"], data["year"])


@reads("voucher-ledger.AllowanceUsed", "voucher-ledger.AllowanceRestored")
def allowance_moved(event: Event, world: World) -> None:
    """An order counts, or does not after all."""
    if allowance := world.allowances.get(event.stream):
        order, fen = event.data["order_id"], event.data["fen"]
        sign = 1 if event.type.endswith("Used") else -1
        allowance.used[order] = allowance.used.get(order, 0) + sign * fen
