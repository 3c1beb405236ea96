"""What the supervisor knows of who was verified and admitted: outcomes and dates, no names."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

MONTHS: Final = 6
REMIND_DAYS: Final = 14
GRACE_DAYS: Final = 30
"""E-commerce Law, art. 27; the days are the platform's parameters."""

Change = tuple[int, str]
"""A position in identity's log, and the state from then on."""


@dataclass(slots=True)
class Questions:
    """What was asked about one number: of which subject, matches and wrong names so far."""

    subject: str
    matched: bool = False
    misses: list[tuple[str, str]] = field(default_factory=list)
    """By account, at an instant."""


@dataclass(slots=True)
class Case:
    """A case of admission, as far as it went."""

    role: str
    account: str
    subject: str
    state: str = "draft"
    papers: dict[str, Any] = field(default_factory=dict)
    matters: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    submitter: str = ""

    @property
    def documents(self) -> set[str]:
        """The kinds of documents that were submitted."""
        return {str(each["kind"]) for each in self.papers.get("evidence", ())}


@dataclass(slots=True)
class Standing:
    """A verified subject."""

    position: int
    kind: str
    document: str
    renew_by: str
    """The day by which it is verified anew; empty for who was verified without one."""

    region: str | None = None
    verified: bool = True
    announced: str = ""
    aged_out: int | None = None
    """The position at which it turned sixty."""

    provider: list[Change] = field(default_factory=list)
    may_charge: list[tuple[int, bool]] = field(default_factory=list)
    listed: str = ""
    """What the last look at the registry's lists said; empty for clear."""

    checked_on: str = ""

    def provider_at(self, position: int) -> str:
        """The state as a provider, for whoever had read identity's log up to a position."""
        return next((state for at, state in reversed(self.provider) if at <= position), "")

    def charges_at(self, position: int) -> bool:
        """Whether it may ask a price, likewise."""
        return next((may for at, may in reversed(self.may_charge) if at <= position), True)


@dataclass(slots=True)
class People:
    """By stream, unless said otherwise."""

    questions: dict[str, Questions] = field(default_factory=dict)
    asked: dict[str, Questions] = field(default_factory=dict)
    """By subject."""

    cases: dict[str, Case] = field(default_factory=dict)
    of_subject: dict[str, list[Case]] = field(default_factory=dict)
    """Cases by subject."""

    standings: dict[str, Standing] = field(default_factory=dict)

    imported: dict[str, str] = field(default_factory=dict)
    """Subjects that staff imported, and the account that claimed each; "" as long as none did."""

    def aged_out(self, subject: str, seen: int) -> bool:
        """Whether a user had turned sixty, for whoever had read identity's log up to a position."""
        standing = self.standings.get(subject)
        return standing is not None and standing.aged_out is not None and standing.aged_out <= seen

    def decided(self, subject: str, role: str) -> list[Case]:
        """A subject's cases in a role that are about to be decided, or are active."""
        return [
            case
            for case in self.of_subject.get(subject, ())
            if case.role == role and case.state in ("verifying", "in-review", "active")
        ]


def renewed(day: str) -> str:
    """Six months after a legal date; the last of the month where that day does not exist."""
    on = date.fromisoformat(day)
    months = on.month - 1 + MONTHS
    year, month = on.year + months // 12, months % 12 + 1
    for last in (on.day, 30, 29, 28):
        try:
            return date(year, month, min(on.day, last)).isoformat()
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def days_after(day: str, count: int) -> str:
    """A legal date so many days later (or earlier)."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()
