"""What is offered, from the catalog's log."""

from dataclasses import replace

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left
from oversight.domain.trade import Offer
from oversight.domain.world import World


@reads("catalog.ListingPublished")
def listing_published(event: Event, world: World) -> None:
    """A service was published."""
    data = event.data
    first = Offer(
        event.position,
        event.version,
        data["provider"],
        data["region"],
        data["category"],
        data["price_fen"],
    )
    world.listings.setdefault(event.stream, []).append(first)
    at, day = event.recorded_at, event.days()[1]
    asked = Trace(event.stream, at, event.position, day, data["price_fen"])
    left(world.traces.asked, (data["provider"], data["category"]), asked)


@reads("catalog.ListingWhitelisted")
def listing_whitelisted(event: Event, world: World) -> None:
    """Vouchers pay for a service in a period."""
    if offers := world.listings.get(event.stream):
        data = event.data
        listed = replace(
            offers[-1],
            position=event.position,
            revision=event.version,
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            rate_bp=data["rate_bp"],
            cap_fen=data["cap_fen"],
        )
        offers.append(listed)


@reads("catalog.ListingWithdrawn")
def listing_withdrawn(event: Event, world: World) -> None:
    """A service is not offered any more."""
    if offers := world.listings.get(event.stream):
        position, revision = event.position, event.version
        offers.append(replace(offers[-1], position=position, revision=revision, withdrawn=True))
