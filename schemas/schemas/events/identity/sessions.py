"""What the events of sessions and API keys say: no token, no device, no address."""

from marshmallow import fields

from chassis.contract import Choice, EventSchema, Flag, Id, Text, Whole
from schemas.events.common import SOME_ID

FACTORS = ("password", "totp", "recovery")
SESSION_ENDS = ("signed-out", "ended-elsewhere", "idle", "expired")


def epoch() -> Whole:
    """Counts how often all sessions (or all API keys) of an account ended at once."""
    return Whole(0, 2**31, required=True)


class SessionOpened(EventSchema):
    """Somebody signed in to an account, with the password and what `factor` says beside it.

    `enrolling`: it may do nothing but set up the second factor that the account needs.
    """

    type = "identity.SessionOpened"
    account_id = Id(required=True)
    expires_at = Text(40, required=True)
    factor = Choice(*FACTORS, required=True)
    enrolling = Flag(required=True)
    epoch = epoch()
    example = {
        "account_id": SOME_ID,
        "expires_at": "2026-01-01T12:00:00.000000Z",
        "factor": "totp",
        "enrolling": False,
        "epoch": 0,
    }


class SessionRaised(EventSchema):
    """The second factor was set up in this session, which may do everything from now on."""

    type = "identity.SessionRaised"
    account_id = Id(required=True)
    factor = Choice(*FACTORS, required=True)
    example = {"account_id": SOME_ID, "factor": "totp"}


class SessionEnded(EventSchema):
    """A session ended: by its holder, in another session of theirs, or by the clock."""

    type = "identity.SessionEnded"
    account_id = Id(required=True)
    reason = Choice(*SESSION_ENDS, required=True)
    example = {"account_id": SOME_ID, "reason": "signed-out"}


class SessionUsedAfterEnd(EventSchema):
    """The token of a session was used after its holder had ended it; refused, and said once."""

    type = "identity.SessionUsedAfterEnd"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


class ApiKeyIssued(EventSchema):
    """An API key was issued (接口密钥): for what, and until when."""

    type = "identity.ApiKeyIssued"
    account_id = Id(required=True)
    scopes = fields.List(Text(60), required=True)
    expires_at = Text(40, required=True)
    epoch = epoch()
    example = {
        "account_id": SOME_ID,
        "scopes": ["matching.read"],
        "expires_at": "2026-03-01T12:00:00.000000Z",
        "epoch": 0,
    }


class ApiKeyRevoked(EventSchema):
    """An API key was revoked by its holder."""

    type = "identity.ApiKeyRevoked"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


EVENTS = (
    SessionOpened,
    SessionRaised,
    SessionEnded,
    SessionUsedAfterEnd,
    ApiKeyIssued,
    ApiKeyRevoked,
)
