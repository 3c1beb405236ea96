"""What the supervisor knows of the blacklist (黑名单, art. 28): every entry, as far as it went."""

from dataclasses import dataclass, field

from oversight.domain.accounts import Freeze


@dataclass(slots=True)
class Entry:
    """An entry. Legal dates, the last day included; `span` is the time in which it holds."""

    subject: str
    number: int
    entered_by: str
    until: str
    appeal_by: str
    position: int
    span: Freeze
    state: str = "entered"
    decide_by: str = ""
    decided_on: str = ""
    referred: bool = False

    @property
    def stands(self) -> bool:
        """Whether it was neither lifted nor ended yet."""
        return self.state not in ("lifted", "ended")


@dataclass(slots=True)
class Blacklist:
    """The entries by stream, and by subject."""

    entries: dict[str, Entry] = field(default_factory=dict)
    of_subject: dict[str, list[Entry]] = field(default_factory=dict)

    def on_it(self, subject: str, seen: int) -> bool:
        """Whether a subject was on it, for whoever had read identity's log up to a position."""
        found = self.of_subject.get(subject, ())
        return any(entry.span.since <= seen < entry.span.until for entry in found)
