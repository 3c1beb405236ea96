"""Accounts that act for one organisation (同一单位的多个帐号), and invitations to join them."""

from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.members import (
    InvitationInvalid,
    LastAccount,
    NotAMember,
)

INVITATION_HOURS: Final = 72


def members_id(subject_id: str) -> str:
    """The stream of a subject's accounts: there is one."""
    return stream_id("members", subject_id)


class Members(IdentityAggregate):
    """The accounts of an organisation, once there is more than one."""

    @event("Founded")
    def __init__(self, id: UUID, subject_id: str, account_id: str) -> None:  # noqa: A002
        self.subject_id = subject_id
        self.accounts = {account_id}

    @classmethod
    def found(cls, subject_id: str, account_id: str) -> "Members":
        """The account that was verified is the first."""
        return cls(id=UUID(members_id(subject_id)), subject_id=subject_id, account_id=account_id)

    def join(self, account_id: str, invitation: str) -> None:
        """One more account acts for the organisation."""
        self._joined(account_id, invitation)

    def leave(self, account_id: str) -> None:
        """One account less. Raises `NotAMember`, `LastAccount`: somebody has to act for it."""
        if account_id not in self.accounts:
            raise NotAMember
        if len(self.accounts) == 1:
            raise LastAccount
        self._left(account_id)

    @event("Joined")
    def _joined(self, account_id: str, invitation: str) -> None:
        self.accounts.add(account_id)

    @event("Left")
    def _left(self, account_id: str) -> None:
        self.accounts.discard(account_id)


class Invitation(IdentityAggregate):
    """An invitation to act for an organisation: for one account, for three days."""

    @event("Issued")
    def __init__(self, subject_id: str, inviter: str, expires_at: str) -> None:
        self.subject_id = subject_id
        self.inviter = inviter
        self.expires_at = expires_at
        self.accepted = False

    def accept(self, account_id: str, now: str) -> None:
        """Accept it. Raises `InvitationInvalid` when it was accepted, or its time is over."""
        if self.accepted or self.expires_at <= now:
            raise InvitationInvalid
        self._accepted(account_id)

    @event("Accepted")
    def _accepted(self, account_id: str) -> None:
        self.accepted = True
