"""The natural persons behind staff accounts (工作人员), as far as they are known.

A person is known by a keyed digest of their ID number, another one than that of the subject which
they may be as a user: the two are not linked in the log.
"""

from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.duties import clashing
from identity.domain.refusals.staff import DutiesClash


def officer_id(document_digest: str) -> str:
    """The stream of the person with this document number, given as its keyed digest."""
    return stream_id("officer", document_digest)


class Officer(IdentityAggregate):
    """A person's duties, whatever the accounts in which they hold them."""

    @event("Recorded")
    def __init__(self, id: UUID) -> None:  # noqa: A002
        self.duties: set[tuple[str, str]] = set()

    @classmethod
    def record(cls, key: str) -> "Officer":
        """A person who holds nothing yet."""
        return cls(id=UUID(key))

    def take(self, account_id: str, role: str) -> None:
        """Hold a duty in an account. Raises `DutiesClash` with what is held in any account."""
        if other := clashing((held for _, held in self.duties), role):
            raise DutiesClash(role=role, held=other, who="person")
        self._duty_taken(account_id, role)

    def lay_down(self, account_id: str, role: str) -> None:
        """Hold a duty no more in an account."""
        self._duty_laid_down(account_id, role)

    @event("DutyTaken")
    def _duty_taken(self, account_id: str, role: str) -> None:
        self.duties.add((account_id, role))

    @event("DutyLaidDown")
    def _duty_laid_down(self, account_id: str, role: str) -> None:
        self.duties.discard((account_id, role))
