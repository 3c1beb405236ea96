"""What the supervisor knows of agreements (协议与承诺, art. 29): texts, and who signed them."""

from dataclasses import dataclass, field

from oversight.domain.accounts import FOR_EVER, NEVER


@dataclass(slots=True)
class Version:
    """A version of an agreement: from which position and instant on it is in force."""

    kind: str
    number: int
    digest: str
    valid_from: str
    position: int
    since: int = NEVER
    since_at: str = FOR_EVER


@dataclass(slots=True)
class Agreements:
    """Versions by stream and by kind, in order; signatures by subject and kind."""

    versions: dict[str, Version] = field(default_factory=dict)
    of_kind: dict[str, list[Version]] = field(default_factory=dict)
    signed: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)
    """Versions, with the instant at which they were signed."""

    def needed(self, kind: str, seen: int, before: str) -> int:
        """The version that had to be signed; 0 for none.

        For whoever had read identity's log up to a position, or could not have missed what took
        effect before an instant.
        """
        found = (
            version.number
            for version in self.of_kind.get(kind, ())
            if version.since <= seen or version.since_at < before
        )
        return max(found, default=0)

    def has(self, subject: str, kind: str, at: str) -> int:
        """The newest version that was signed for a subject until an instant; 0 for none."""
        found = (number for number, on in self.signed.get((subject, kind), ()) if on <= at)
        return max(found, default=0)
