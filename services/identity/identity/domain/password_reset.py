"""Resetting a password with two persons of staff (双人重置口令), for who has lost all else."""

from typing import Final

from chassis.domain import event
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.resets import (
    OwnReset,
    ResetDecided,
    SecondPersonNeeded,
    TicketInvalid,
)

GROUNDS: Final = ("forgotten", "lost-device", "stolen")
TICKET_HOURS: Final = 24


class PasswordReset(IdentityAggregate):
    """Asked for by one, decided by another; then its ticket sets a new password, once.

    `second_factor` says that the second factor is taken away too: its device is lost.
    """

    @event("Requested")
    def __init__(self, account_id: str, requester: str, grounds: str, second_factor: bool) -> None:
        self.account_id = account_id
        self.requester = requester
        self.grounds = grounds
        self.second_factor = second_factor
        self.state = "requested"
        self.until = ""

    @classmethod
    def request(
        cls, account_id: str, requester: str, grounds: str, second_factor: bool
    ) -> "PasswordReset":
        """Ask for a reset. Raises `OwnReset`: nobody asks for their own."""
        if requester == account_id:
            raise OwnReset
        return cls(
            account_id=account_id,
            requester=requester,
            grounds=grounds,
            second_factor=second_factor,
        )

    def decide(self, approver: str, approve: bool, until: str) -> None:
        """Decide. Raises `ResetDecided`, `SecondPersonNeeded`, `OwnReset`."""
        if self.state != "requested":
            raise ResetDecided(state=self.state)
        if approver == self.account_id:
            raise OwnReset
        if approver == self.requester:
            raise SecondPersonNeeded
        if approve:
            self._approved(approver, until)
        else:
            self._rejected(approver)

    def complete(self, now: str) -> None:
        """Use its ticket. Raises `TicketInvalid` when it is not open, or its time is over."""
        if self.state != "approved" or self.until <= now:
            raise TicketInvalid
        self._completed(self.account_id)

    @event("Approved")
    def _approved(self, approver: str, until: str) -> None:
        self.state = "approved"
        self.until = until

    @event("Rejected")
    def _rejected(self, approver: str) -> None:
        self.state = "rejected"

    @event("Completed")
    def _completed(self, account_id: str) -> None:
        self.state = "completed"
