"""On what a 政务服务管理员 acts, from identity's log."""

from oversight.domain.accounts import Authorisation
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.AuthorisationGranted")
def granted(event: Event, world: World) -> None:
    """An account may act, for a scope, from a day to a day."""
    data = event.data
    found = Authorisation(
        data["account_id"], tuple(data["scope"]), data["valid_from"], data["valid_until"]
    )
    world.staff.authorisations.setdefault(event.stream, found)


@reads("identity.AuthorisationRevoked")
def revoked(event: Event, world: World) -> None:
    """It may not any more."""
    if found := world.staff.authorisations.get(event.stream):
        found.until, found.until_at = event.position, event.recorded_at
