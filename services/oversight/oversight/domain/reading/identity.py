"""Who may act, from identity's log; the rest of it is in `admission`."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.SubjectAdmittedAsUser")
def user_admitted(event: Event, world: World) -> None:
    """Somebody became a user."""
    world.users.setdefault(event.stream, event.position)
