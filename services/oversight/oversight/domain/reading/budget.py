"""The budget, from the ledger's log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.AppropriationOpened")
def appropriation_opened(event: Event, world: World) -> None:
    """A fund's year began."""
    world.appropriations[event.stream] = (event.data["fund"], event.data["year"])


@reads("voucher-ledger.AppropriationAllocated")
def appropriation_allocated(event: Event, world: World) -> None:
    """Money was set aside for a batch."""
    if opened := world.appropriations.get(event.stream):
        fund, year = opened
        data = event.data
        world.allocations[data["batch_id"]] = (fund, data["region"], year, data["fen"])
