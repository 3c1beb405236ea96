"""Who may act, from identity's log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World

PUBLIC_AGENCY = "public-agency"


@reads("identity.SubjectAdmittedAsUser")
def user_admitted(event: Event, world: World) -> None:
    """Somebody became a user."""
    world.users.setdefault(event.stream, event.position)


@reads("identity.SubjectAdmittedAsProvider")
def provider_admitted(event: Event, world: World) -> None:
    """Somebody became a provider."""
    world.providers.setdefault(event.stream, event.position)
    if event.data["kind"] == PUBLIC_AGENCY:
        world.public_agencies.add(event.stream)


@reads("identity.SubjectVerified")
def subject_verified(event: Event, world: World) -> None:
    """A registry answered about a real name."""
    if event.data["outcome"] == "match":
        world.verified.add(event.stream)
