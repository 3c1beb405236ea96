"""Subject keys (主体密钥): what makes a subject's personal fields readable, until it is destroyed.

The key itself is in no event: it stands wrapped in a private table. The log says when it was made
and when it was destroyed, on which grounds.
"""

from typing import Any
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate


def subject_key_id(subject: str) -> str:
    """The stream of a subject's key: a subject has one, once."""
    return stream_id("subject-key", subject)


class SubjectKey(IdentityAggregate):
    """The key of one subject."""

    @event("Made")
    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.destroyed = False

    @staticmethod
    def create_id(subject: str) -> UUID:
        """One stream per subject."""
        return UUID(subject_key_id(subject))

    def destroy(self, reason: str, basis: str, retained: list[dict[str, Any]]) -> None:
        """Destroy it for ever (销毁密钥); nothing happens where it is destroyed already.

        `basis` is the legal basis; `retained` says what stays, by which law and until when.
        """
        if not self.destroyed:
            self._destroyed(self.subject, reason, basis, retained)

    @event("Destroyed")
    def _destroyed(
        self, subject: str, reason: str, basis: str, retained: list[dict[str, Any]]
    ) -> None:
        self.destroyed = True
