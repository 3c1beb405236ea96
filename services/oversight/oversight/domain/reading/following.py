"""What services say of following other logs."""

from oversight.domain.completeness import ACKNOWLEDGED, FOLLOWS, RELEASED, Claim
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads(*(f"{log}.{ACKNOWLEDGED}" for log in FOLLOWS))
def subscription_acknowledged(event: Event, world: World) -> None:
    """A subscriber says how far it applied a log."""
    data = event.data
    applied = world.completeness.of(event.log, data["followed"])
    applied.claims.append(Claim(event.position, event.recorded_at, data["size"], data["root"]))
    applied.parked.update(dict.fromkeys(data["parked"]))


@reads(*(f"{log}.{RELEASED}" for log in FOLLOWS))
def subscription_released(event: Event, world: World) -> None:
    """A subscriber dealt with a parked entry."""
    applied = world.completeness.of(event.log, event.data["followed"])
    applied.parked.pop(event.data["position"], None)
    if event.data["outcome"] == "dismissed":
        applied.dismissed.add(event.data["position"])
