"""How events of personal data change what the supervisor knows."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.SubjectKeyMade")
def key_made(event: Event, world: World) -> None:
    """A subject got a key."""
    world.privacy.made.setdefault(event.data["subject"], event.position)


@reads("identity.SubjectKeyDestroyed")
def key_destroyed(event: Event, world: World) -> None:
    """A subject's key is gone."""
    world.privacy.destroyed.setdefault(event.data["subject"], event.position)
