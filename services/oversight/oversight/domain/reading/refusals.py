"""Refusals, from every log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads(
    "identity.CommandRefused",
    "catalog.CommandRefused",
    "voucher-ledger.CommandRefused",
    "matching.CommandRefused",
    "oversight.CommandRefused",
)
def command_refused(event: Event, world: World) -> None:
    """A refusal is counted by its code."""
    code = event.data["code"]
    code = code if code.isascii() else "other"
    world.refusals[code] = world.refusals.get(code, 0) + 1
