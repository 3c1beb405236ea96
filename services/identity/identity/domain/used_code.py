"""Codes that are used once: TOTP codes (动态口令, RFC 6238) and recovery codes (恢复码)."""

from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate

TOTP: Final = "totp"
RECOVERY: Final = "recovery"


def used_code_id(account_id: str, kind: str, source: str, number: int) -> str:
    """The stream of one code: it can be used once, under any concurrency.

    `source` is the enrolment or the batch; `number` the time step or the place in the batch.
    """
    return stream_id("used-code", account_id, kind, source, str(number))


class UsedCode(IdentityAggregate):
    """A code that was used. Neither the code nor the secret is in the event."""

    @event("Recorded")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        account_id: str,
        kind: str,
        source: str,
        number: int,
    ) -> None:
        self.account_id = account_id

    @classmethod
    def of(cls, account_id: str, kind: str, source: str, number: int) -> "UsedCode":
        """Use a code."""
        return cls(
            id=UUID(used_code_id(account_id, kind, source, number)),
            account_id=account_id,
            kind=kind,
            source=source,
            number=number,
        )
