"""What the events of accounts and sessions say: no login, no password."""

from chassis.contract import EventSchema, Id, Region, Text
from schemas.events.common import SOME_ID


class AccountOpened(EventSchema):
    """An account was opened. Staff accounts have a role and a region."""

    type = "identity.AccountOpened"
    role = Text(40, required=True, allow_none=True)
    region = Region(required=True, allow_none=True)
    example = {"role": "supervisor", "region": "340000"}


class AccountLinked(EventSchema):
    """An account acts for a verified subject."""

    type = "identity.AccountLinked"
    subject_id = Id(required=True)
    example = {"subject_id": SOME_ID}


class SessionOpened(EventSchema):
    """Somebody signed in to an account."""

    type = "identity.SessionOpened"
    account_id = Id(required=True)
    expires_at = Text(40, required=True)
    example = {"account_id": SOME_ID, "expires_at": "2026-01-01T12:00:00.000000Z"}


class SessionEnded(EventSchema):
    """A session was ended by its holder."""

    type = "identity.SessionEnded"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


EVENTS = (AccountOpened, AccountLinked, SessionOpened, SessionEnded)
