"""What the supervisor knows of personal data (个人信息): keys and grounds, never what they open."""

from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a subject: where in identity's log, on which legal date."""

    position: int
    day: str


@dataclass(slots=True)
class Request:
    """A request for erasure, until it is withdrawn."""

    position: int
    requested_on: str
    destroy_on: str
    withdrawn_at: int | None = None

    def stands_at(self, position: int) -> bool:
        """Whether whoever had read identity's log up to a position knew of it."""
        return self.position <= position and (
            self.withdrawn_at is None or position < self.withdrawn_at
        )


@dataclass(slots=True)
class Consent:
    """A consent of a subject; `given_to` is `role:<role>` or `subject:<id>`."""

    subject: str
    given_to: str
    purpose: str
    scope: frozenset[str]
    valid_until: str
    withdrawn: bool = False


@dataclass(slots=True)
class Privacy:
    """By subject, unless said otherwise."""

    made: dict[str, int] = field(default_factory=dict)
    """Keys, with the position at which they were made."""

    destroyed: dict[str, Change] = field(default_factory=dict)
    requests: dict[str, list[Request]] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    """By consent."""

    devices: dict[str, dict[str, str]] = field(default_factory=dict)
    """Devices that were used, as keyed digests, with the legal date of the first use."""

    kept_for: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Of subjects whose key is gone: (duty, legal date) of what happened before."""

    parties: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By redemption: provider and user, where one of them is gone."""

    @property
    def keys(self) -> set[str]:
        """The subjects whose keys should be there."""
        return self.made.keys() - self.destroyed.keys()

    def has_key(self, subject: str) -> bool:
        """Whether the subject has a key now."""
        return subject in self.made and subject not in self.destroyed

    def request(self, subject: str, position: int) -> Request | None:
        """The request for erasure that stands at a position, if one does."""
        for request in self.requests.get(subject, ()):
            if request.stands_at(position):
                return request
        return None

    def gone(self, subject: str, position: int) -> bool:
        """Whether a subject's key had been destroyed by a position of identity's log."""
        change = self.destroyed.get(subject)
        return change is not None and change.position <= position

    def parties_of(self, redemption: str, provider: str, user: str) -> None:
        """Who is paid by a redemption and who benefited; only who is gone is noted."""
        if provider in self.destroyed or user in self.destroyed:
            self.parties[redemption] = (provider, user)

    def note(self, subject: str, duty: str, day: str) -> None:
        """Something happened to a subject that has to be kept; only who is gone is noted."""
        if subject in self.destroyed:
            self.kept_for.setdefault(subject, []).append((duty, day))


def keys_digest(subjects: set[str]) -> str:
    """The digest of which subjects have keys: SHA-256 over their ids, a line each, ascending."""
    return sha256("".join(f"{subject}\n" for subject in sorted(subjects)).encode()).hexdigest()
