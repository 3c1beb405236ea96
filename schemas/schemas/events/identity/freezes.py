"""What the events of frozen accounts say (art. 35)."""

from chassis.contract import Choice, EventSchema, Id, Region, Text
from schemas.events.common import SOME_ID

REPORTERS = ("holder", "recovery-code", "staff")
GROUNDS = ("stolen", "lost-device", "suspicious")


class AccountFrozen(EventSchema):
    """An account was frozen (冻结): its sessions and API keys ended, its vouchers are held."""

    type = "identity.AccountFrozen"
    case_id = Id(required=True)
    subject_id = Id(required=True, allow_none=True)
    example = {"case_id": SOME_ID, "subject_id": SOME_ID}


class AccountUnfrozen(EventSchema):
    """The freeze was lifted (解冻)."""

    type = "identity.AccountUnfrozen"
    case_id = Id(required=True)
    subject_id = Id(required=True, allow_none=True)
    example = {"case_id": SOME_ID, "subject_id": SOME_ID}


class FreezeCaseOpened(EventSchema):
    """A case of an account that may be in other hands."""

    type = "identity.FreezeCaseOpened"
    account_id = Id(required=True)
    subject_id = Id(required=True, allow_none=True)
    region = Region(required=True, allow_none=True)
    reported_by = Choice(*REPORTERS, required=True)
    grounds = Choice(*GROUNDS, required=True)
    example = {
        "account_id": SOME_ID,
        "subject_id": SOME_ID,
        "region": "340100",
        "reported_by": "recovery-code",
        "grounds": "stolen",
    }


class FreezeCaseClosed(EventSchema):
    """Staff closed the case and lifted the freeze, for a reason."""

    type = "identity.FreezeCaseClosed"
    account_id = Id(required=True)
    reason = Text(200, required=True)
    example = {"account_id": SOME_ID, "reason": "本人到窗口核验身份"}


EVENTS = (AccountFrozen, AccountUnfrozen, FreezeCaseOpened, FreezeCaseClosed)
