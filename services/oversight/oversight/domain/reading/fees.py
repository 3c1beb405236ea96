"""Fee schedules of operator and provider, from the catalog's log."""

from oversight.domain.event import Event
from oversight.domain.fees import Fees, FeeVersion
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("catalog.FeeScheduleOpened")
def fees_opened(event: Event, world: World) -> None:
    """A provider and the operator began to agree."""
    fees = Fees(event.data["provider"])
    world.fees[event.stream] = fees
    world.fees_of.setdefault(fees.provider, fees)


@reads("catalog.FeeScheduleProposed")
def fees_proposed(event: Event, world: World) -> None:
    """One side proposed a version."""
    if fees := world.fees.get(event.stream):
        fees.versions.append(FeeVersion(**event.data))


@reads("catalog.FeeScheduleSigned")
def fees_signed(event: Event, world: World) -> None:
    """The other side signed it."""
    fees = world.fees.get(event.stream)
    if fees is not None and (version := fees.waiting) is not None:
        version.state, version.signed_at = "signed", event.position


@reads("catalog.FeeScheduleDeclined", "catalog.FeeScheduleWithdrawn")
def fees_ended(event: Event, world: World) -> None:
    """It came to nothing."""
    fees = world.fees.get(event.stream)
    if fees is not None and (version := fees.waiting) is not None:
        version.state = "ended"
