"""The blacklist, from identity's log."""

from oversight.domain.accounts import Freeze
from oversight.domain.blacklist import Entry
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.BlacklistingEntered")
def entered(event: Event, world: World) -> None:
    """A subject is on the list."""
    data = event.data
    entry = Entry(
        data["subject_id"],
        data["number"],
        data["entered_by"],
        data["until"],
        data["appeal_by"],
        event.position,
        Freeze(event.position, event.recorded_at),
    )
    world.blacklist.entries.setdefault(event.stream, entry)
    world.blacklist.of_subject.setdefault(entry.subject, []).append(entry)


@reads("identity.BlacklistingAppealed")
def appealed(event: Event, world: World) -> None:
    """The subject appealed."""
    if entry := world.blacklist.entries.get(event.stream):
        entry.state, entry.decide_by = "appealed", event.data["decide_by"]


@reads("identity.BlacklistingAppealDecided")
def appeal_decided(event: Event, world: World) -> None:
    """It was upheld, or lifted."""
    if entry := world.blacklist.entries.get(event.stream):
        entry.state, entry.decided_on = "upheld", event.days()[0]
        if event.data["lift"]:
            _over(entry, "lifted", event)


@reads("identity.BlacklistingReferred")
def referred(event: Event, world: World) -> None:
    """It is with the judiciary."""
    if entry := world.blacklist.entries.get(event.stream):
        entry.referred = True


@reads("identity.BlacklistingEnded")
def ended(event: Event, world: World) -> None:
    """Its last day is past."""
    if entry := world.blacklist.entries.get(event.stream):
        _over(entry, "ended", event)


def _over(entry: Entry, state: str, event: Event) -> None:
    entry.state = state
    entry.span.until, entry.span.until_at = event.position, event.recorded_at
