"""How events of personal data change what the supervisor knows."""

from oversight.domain.event import Event
from oversight.domain.privacy import Change, Consent, Request
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left
from oversight.domain.world import World


@reads("identity.SubjectKeyMade")
def key_made(event: Event, world: World) -> None:
    """A subject got a key."""
    world.privacy.made.setdefault(event.data["subject"], event.position)


@reads("identity.SubjectKeyDestroyed")
def key_destroyed(event: Event, world: World) -> None:
    """A subject's key is gone."""
    change = Change(event.position, event.days()[1])
    world.privacy.destroyed.setdefault(event.data["subject"], change)


@reads("identity.PersonalDataErasureRequested")
def erasure_requested(event: Event, world: World) -> None:
    """A subject asked for erasure."""
    data = event.data
    request = Request(event.position, data["requested_on"], data["destroy_on"])
    world.privacy.requests.setdefault(data["subject"], []).append(request)


@reads("identity.PersonalDataErasureWithdrawn")
def erasure_withdrawn(event: Event, world: World) -> None:
    """It changed its mind."""
    if request := world.privacy.request(event.data["subject"], event.position):
        request.withdrawn_at = event.position


@reads("identity.PersonalDataErasureDeferred")
def erasure_deferred(event: Event, world: World) -> None:
    """It has to wait."""
    if request := world.privacy.request(event.data["subject"], event.position):
        request.destroy_on = event.data["destroy_on"]


@reads("identity.ConsentGiven")
def consent_given(event: Event, world: World) -> None:
    """A subject lets somebody have some of its data."""
    data = event.data
    world.privacy.consents[event.stream] = Consent(
        data["subject"],
        data["given_to"],
        data["purpose"],
        frozenset(data["scope"]),
        data["valid_until"],
    )


@reads("identity.ConsentWithdrawn")
def consent_withdrawn(event: Event, world: World) -> None:
    """It took that back."""
    if consent := world.privacy.consents.get(event.stream):
        consent.withdrawn = True


@reads("identity.PersonalDataContactChanged")
def contact_changed(event: Event, world: World) -> None:
    """Somebody gave contact data: who gives the same is tied to them."""
    at, position = event.recorded_at, event.position
    for kind, digest in event.data["digests"].items():
        trace = Trace(f"{kind} {digest}", at, position, "")
        left(world.traces.contacts, event.data["subject"], trace)


@reads("identity.PersonalDataDeviceUsed")
def device_used(event: Event, world: World) -> None:
    """Somebody used a device: who uses the same is tied to them."""
    subject, device = event.data["subject"], event.data["device"]
    trace = Trace(f"device {device}", event.recorded_at, event.position, "")
    left(world.traces.contacts, subject, trace)
    world.traces.devices.setdefault(device, {}).setdefault(subject, event.position)
    world.privacy.devices.setdefault(subject, {}).setdefault(device, event.data["first_on"])


@reads("identity.PersonalDataRelatedTold")
def related_told(event: Event, world: World) -> None:
    """Somebody is behind an organisation: who they are, and whom else they are behind, is tied."""
    at, position = event.recorded_at, event.position
    for kind, ids in event.data["related"].items():
        for each in ids:
            left(
                world.traces.contacts,
                event.data["subject"],
                Trace(f"{kind} {each}", at, position, ""),
            )
