"""What the events of staff say: no name, no number."""

from chassis.contract import EventSchema, Id, Text
from schemas.events.common import SOME_ID


class AccountRoleGranted(EventSchema):
    """A staff account was granted a role; an operator's is that of one tenure (运营期)."""

    type = "identity.AccountRoleGranted"
    role = Text(40, required=True)
    tenure_id = Id(required=True, allow_none=True)
    example = {"role": "operator", "tenure_id": SOME_ID}


class AccountRoleRevoked(EventSchema):
    """A role of a staff account was revoked."""

    type = "identity.AccountRoleRevoked"
    role = Text(40, required=True)
    reason = Text(200, required=True)
    example = {"role": "operator", "reason": "岗位调整"}


class AccountOfficerNamed(EventSchema):
    """The person who uses a staff account is on record, by a keyed digest of their ID number."""

    type = "identity.AccountOfficerNamed"
    officer_id = Id(required=True)
    example = {"officer_id": SOME_ID}


class OfficerRecorded(EventSchema):
    """A person of staff is on record."""

    type = "identity.OfficerRecorded"
    example = {}


class OfficerDutyTaken(EventSchema):
    """A person holds a role in an account."""

    type = "identity.OfficerDutyTaken"
    account_id = Id(required=True)
    role = Text(40, required=True)
    example = {"account_id": SOME_ID, "role": "supervisor"}


class OfficerDutyLaidDown(EventSchema):
    """A person holds a role in an account no more."""

    type = "identity.OfficerDutyLaidDown"
    account_id = Id(required=True)
    role = Text(40, required=True)
    example = {"account_id": SOME_ID, "role": "supervisor"}


EVENTS = (
    AccountRoleGranted,
    AccountRoleRevoked,
    AccountOfficerNamed,
    OfficerRecorded,
    OfficerDutyTaken,
    OfficerDutyLaidDown,
)
