"""Real-name verification (实名认证, art. 22, 26): what was asked about one number, and answered.

There is one `Verification` for each document number, whatever account asks. A question that no
registry could answer stays pending and is asked again by the clock; it never passes by itself.
Wrong names are counted, by account and in all: whoever has a number must not find out its name by
trying.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.verification import TooManyMismatches
from identity.domain.registry import Outcome

WINDOW_HOURS: Final = 24
WINDOW: Final = timedelta(hours=WINDOW_HOURS)
OF_ACCOUNT: Final = 3
"""Wrong names for one number, from one account, within the window."""
OF_NUMBER: Final = 10
"""Wrong names for one number, from all accounts, within the window."""
IN_ALL: Final = 10
"""Wrong names from one account, for all numbers, within the window."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that waits for a registry, for a case; `held` are its texts, sealed."""

    case_id: str
    registry: str
    held: str


def verification_id(subject_id: str) -> str:
    """The stream of what was asked about a subject's number."""
    return stream_id("verification", subject_id)


class Verification(IdentityAggregate):
    """What registries were asked about one number. Instants are RFC 3339 text in UTC."""

    @event("Opened")
    def __init__(self, id: UUID, subject_id: str, document: str) -> None:  # noqa: A002
        self.subject_id = subject_id
        self.document = document
        self.pending: dict[str, Pending] = {}
        self.misses: list[tuple[str, str]] = []

    @classmethod
    def open(cls, subject_id: str, document: str) -> "Verification":
        """The first question about a number."""
        return cls(id=UUID(verification_id(subject_id)), subject_id=subject_id, document=document)

    def may_ask(self, account_id: str, since: str) -> None:
        """Raise `TooManyMismatches` where too many wrong names were tried after an instant."""
        recent = [who for who, at in self.misses if at > since]
        if recent.count(account_id) >= OF_ACCOUNT or len(recent) >= OF_NUMBER:
            raise TooManyMismatches(hours=WINDOW_HOURS)

    def defer(self, account_id: str, case_id: str, registry: str, held: str) -> None:
        """No registry answered: it is asked again until it does."""
        self._deferred(account_id, case_id, registry, held)

    def answer(self, account_id: str, registry: str, outcome: Outcome, at: str) -> None:
        """A registry answered, at an instant. Raises ValueError for what is no answer."""
        if outcome is Outcome.UNAVAILABLE:
            raise ValueError("no answer")
        self._answered(account_id, registry, outcome.value, at)

    @event("Deferred")
    def _deferred(self, account_id: str, case_id: str, registry: str, held: str) -> None:
        self.pending[account_id] = Pending(case_id, registry, held)

    @event("Answered")
    def _answered(self, account_id: str, registry: str, outcome: str, at: str) -> None:
        self.pending.pop(account_id, None)
        if outcome != Outcome.MATCH:
            self.misses.append((account_id, at))
