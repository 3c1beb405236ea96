"""Who operates the platform, from identity's log."""

from oversight.domain.accounts import NEVER, Export, Tenure
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.OperatorTenureGranted")
def tenure_granted(event: Event, world: World) -> None:
    """A company may operate the platform."""
    data = event.data
    tenure = Tenure(data["number"], data["valid_from"], data["valid_until"])
    world.staff.tenures.setdefault(event.stream, tenure)


@reads("identity.OperatorTenureRevoked")
def tenure_revoked(event: Event, world: World) -> None:
    """It may not any more."""
    if tenure := world.staff.tenures.get(event.stream):
        tenure.until, tenure.until_at = event.position, event.recorded_at


@reads("identity.OperatorTenureHandedOver")
def tenure_handed_over(event: Event, world: World) -> None:
    """Its successor is said to have everything."""
    tenure = world.staff.tenures.get(event.stream)
    ended = 0
    if tenure is not None:
        tenure.handed_over = True
        ended = tenure.until + 1 if tenure.until < NEVER else 0
    for each in event.data["logs"]:
        log, least = each["log"], ended if each["log"] == event.log else 0
        said = Export(event.position, event.recorded_at, log, each["size"], each["root"], least)
        world.staff.exports.append(said)
