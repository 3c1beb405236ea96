"""Who may act, from identity's log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import Subject, World

PUBLIC_AGENCY = "public-agency"


@reads("identity.SubjectAdmittedAsUser")
def user_admitted(event: Event, world: World) -> None:
    """Somebody became a user."""
    world.users.setdefault(event.stream, event.position)
    subject = world.subjects.setdefault(event.stream, Subject())
    if subject.admitted_at is None:
        subject.region, subject.admitted_at = event.data["region"], event.position


@reads("identity.SubjectAdmittedAsProvider")
def provider_admitted(event: Event, world: World) -> None:
    """Somebody became a provider."""
    world.providers.setdefault(event.stream, event.position)
    if event.data["kind"] == PUBLIC_AGENCY:
        world.public_agencies.add(event.stream)


@reads("identity.SubjectVerified")
def subject_verified(event: Event, world: World) -> None:
    """A registry answered about a real name."""
    matched = event.data["outcome"] == "match"
    if matched:
        world.verified.add(event.stream)
    subject = world.subjects.setdefault(event.stream, Subject())
    subject.verifications.append((event.position, event.data["kind"], matched))
