"""What the events of an organisation's accounts say."""

from chassis.contract import EventSchema, Id, Text
from schemas.events.common import SOME_ID


class AccountUnlinked(EventSchema):
    """An account acts for its organisation no more."""

    type = "identity.AccountUnlinked"
    subject_id = Id(required=True)
    example = {"subject_id": SOME_ID}


class InvitationIssued(EventSchema):
    """An account of an organisation invited a colleague's."""

    type = "identity.InvitationIssued"
    subject_id = Id(required=True)
    inviter = Id(required=True)
    expires_at = Text(40, required=True)
    example = {
        "subject_id": SOME_ID,
        "inviter": SOME_ID,
        "expires_at": "2026-01-04T12:00:00.000000Z",
    }


class InvitationAccepted(EventSchema):
    """An invitation was accepted by an account."""

    type = "identity.InvitationAccepted"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


class MembersFounded(EventSchema):
    """An organisation has a first account, the one that was verified for it."""

    type = "identity.MembersFounded"
    subject_id = Id(required=True)
    account_id = Id(required=True)
    example = {"subject_id": SOME_ID, "account_id": SOME_ID}


class MembersJoined(EventSchema):
    """One more account acts for an organisation, by an invitation."""

    type = "identity.MembersJoined"
    account_id = Id(required=True)
    invitation = Id(required=True)
    example = {"account_id": SOME_ID, "invitation": SOME_ID}


class MembersLeft(EventSchema):
    """An account acts for an organisation no more."""

    type = "identity.MembersLeft"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


EVENTS = (
    AccountUnlinked,
    InvitationIssued,
    InvitationAccepted,
    MembersFounded,
    MembersJoined,
    MembersLeft,
)
