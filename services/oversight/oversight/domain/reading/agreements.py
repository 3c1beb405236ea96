"""Agreements, from identity's log."""

from oversight.domain.agreements import Version
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.AgreementPublished")
def published(event: Event, world: World) -> None:
    """There is a further version."""
    data = event.data
    version = Version(
        data["kind"], data["number"], data["text_sha256"], data["valid_from"], event.position
    )
    world.agreements.versions.setdefault(event.stream, version)
    world.agreements.of_kind.setdefault(version.kind, []).append(version)


@reads("identity.AgreementTookEffect")
def took_effect(event: Event, world: World) -> None:
    """It is in force."""
    if version := world.agreements.versions.get(event.stream):
        version.since, version.since_at = event.position, event.recorded_at


@reads("identity.AgreementSignatureGiven")
def signed(event: Event, world: World) -> None:
    """It was signed for a subject."""
    data = event.data
    known = world.agreements.signed.setdefault((data["subject_id"], data["kind"]), [])
    known.append((data["number"], event.recorded_at))
