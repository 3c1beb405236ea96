"""Attempts to sign in with logins that nobody has: counted together, never one by one."""

from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate


class Strangers(IdentityAggregate):
    """What came to nothing in one stretch of time: a summary, however many attempts there were."""

    @event("Refused")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        failures: int,
        logins: int,
        addresses: int,
    ) -> None:
        self.failures = failures

    @classmethod
    def refused(cls, slot: str, failures: int, logins: int, addresses: int) -> "Strangers":
        """Sum up one stretch (`slot`): failures, logins tried, addresses locked out meanwhile."""
        return cls(
            id=UUID(stream_id("strangers", slot)),
            failures=failures,
            logins=logins,
            addresses=addresses,
        )
