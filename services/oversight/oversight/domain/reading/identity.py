"""Who may act, from identity's log; the rest of it is in `admission`."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import Subject, World


@reads("identity.SubjectAdmittedAsUser")
def user_admitted(event: Event, world: World) -> None:
    """Somebody became a user."""
    world.users.setdefault(event.stream, event.position)
    subject = world.subjects.setdefault(event.stream, Subject())
    if subject.admitted_at is None:
        subject.region, subject.admitted_at = event.data["region"], event.position
