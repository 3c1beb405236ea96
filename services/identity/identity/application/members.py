"""Use cases of an organisation's accounts (art. 3, 27)."""

from datetime import timedelta
from typing import Any

from chassis import clock, context
from chassis.application import Decision
from identity.application.base import IdentityBase, present
from identity.domain.account import Account
from identity.domain.members import INVITATION_HOURS, Invitation, Members, members_id
from identity.domain.refusals.members import InvitationInvalid, NotAMember, NotAnOrganisation
from identity.domain.subject import FIRM, Subject
from identity.read_models import staff


class Memberships(IdentityBase):
    """Several accounts may act for one organisation, each answered for by its holder."""

    def invite_account(self) -> Decision:
        """Invite a colleague's account. Raises `NotAnOrganisation`."""
        account = self.acting()
        subject = self.find(Subject, account.subject_id) if account.subject_id else None
        if subject is None or subject.kind != FIRM:
            raise NotAnOrganisation
        expires = clock.timestamp(clock.now() + timedelta(hours=INVITATION_HOURS))
        invitation = Invitation(subject_id=subject.key, inviter=account.key, expires_at=expires)
        return Decision({"invitation_id": invitation.key, "expires_at": expires}, [invitation])

    def join_subject(self, code: str) -> Decision:
        """Accept an invitation. Raises `InvitationInvalid`, `StaffAccount`, `LinkedToAnother`."""
        account = self.acting()
        invitation_id = self.invitations.id_of(code)
        invitation = self.find(Invitation, invitation_id) if invitation_id else None
        if invitation is None:
            raise InvitationInvalid
        inviter = self.load(Account, invitation.inviter)
        if inviter.subject_id != invitation.subject_id:
            raise InvitationInvalid  # who invited has left meanwhile
        account.link(invitation.subject_id)
        invitation.accept(account.key, clock.timestamp())
        members = self._members(invitation.subject_id, invitation.inviter)
        members.join(account.key, invitation.key)
        subject = self.load(Subject, invitation.subject_id)
        return Decision(present(account, subject), [invitation, account, members])

    def list_members(self) -> list[dict[str, Any]]:
        """The accounts of one's organisation."""
        who = context.current()
        found = staff.of_subject(self.database, who.subject)
        return [{"account_id": each, "own": each == who.actor} for each in found]

    def remove_member(self, account_id: str) -> Decision:
        """Take an account out, or leave. Raises `NotAMember`, `LastAccount`."""
        actor = self.acting()
        other = actor if account_id == actor.key else self.find(Account, account_id)
        if other is None or actor.subject_id is None or other.subject_id != actor.subject_id:
            raise NotAMember
        members = self._members(actor.subject_id, actor.key)
        members.leave(other.key)
        other.unlink()
        return Decision({}, [other, members])

    def shown_invitation(self, result: dict[str, Any]) -> dict[str, Any]:
        """An invitation with its code, which is stored nowhere."""
        return {**result, "code": self.invitations.issue(result["invitation_id"])}

    def _members(self, subject_id: str, founder: str) -> Members:
        found = self.find(Members, members_id(subject_id))
        return found or Members.found(subject_id, founder)
