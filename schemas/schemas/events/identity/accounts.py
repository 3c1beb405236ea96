"""What the events of accounts say: no login, no password."""

from chassis.contract import EventSchema, Flag, Id, Region
from schemas.events.common import SOME_ID


class AccountOpened(EventSchema):
    """An account was opened. Those of staff have a region; their roles are granted."""

    type = "identity.AccountOpened"
    staff = Flag(required=True)
    region = Region(required=True, allow_none=True)
    example = {"staff": True, "region": "340000"}


class AccountLinked(EventSchema):
    """An account acts for a verified subject."""

    type = "identity.AccountLinked"
    subject_id = Id(required=True)
    example = {"subject_id": SOME_ID}


EVENTS = (AccountOpened, AccountLinked)
