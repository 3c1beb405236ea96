"""Freezing accounts that may be in other hands (帐号被盗, art. 35)."""

from marshmallow import fields

from chassis.contract import ROWS, Choice, Command, Id, Query, Region, Text, View, Whole
from schemas import roles
from schemas.identity.authorisations import FREEZES
from schemas.identity.fields import ACCOUNT_OF_CASE, ACCOUNT_OF_LOGIN, SERVICE, Address, Code, Login
from schemas.identity.passwords import HELPERS

GROUNDS = ("stolen", "lost-device", "suspicious")


class FreezeView(View):
    """A case of a frozen account."""

    id = Id()
    account_id = Id()
    subject_id = Id(allow_none=True)
    region = Region(allow_none=True)
    reported_by = fields.String()
    grounds = fields.String()
    state = fields.String()


class FreezeOwnAccount(Command):
    """Freeze one's own account, from a session: this one ends too."""

    service = SERVICE
    http = "POST /accounts/me/freeze"
    articles = (35,)
    refusal_is_event = True
    view = FreezeView
    summary = ("冻结我的帐号", "Freeze my account")

    grounds = Choice(*GROUNDS, load_default="stolen")


class ReportStolenAccount(Command):
    """Freeze one's account with a recovery code, without signing in (帐号被盗立即报告)."""

    service = SERVICE
    http = "POST /account-freezes/report"
    public = True
    articles = (35,)
    view = FreezeView
    summary = ("帐号被盗:用恢复码立即冻结", "Stolen account: freeze it with a recovery code")

    login = Login(required=True)
    code = Code(required=True)
    grounds = Choice(*GROUNDS, load_default="stolen")
    address = Address()


class FreezeAccount(Command):
    """Freeze somebody's account on their report. Accounts of staff are frozen by 省人社厅 alone."""

    service = SERVICE
    http = "POST /account-freezes"
    allowed = HELPERS
    authorised_as = FREEZES
    place = ACCOUNT_OF_LOGIN
    articles = (9, 35)
    refusal_is_event = True
    view = FreezeView
    summary = ("冻结帐号", "Freeze an account")

    login = Login(required=True)
    grounds = Choice(*GROUNDS, required=True)


class UnfreezeAccount(Command):
    """Close the case and lift the freeze, once the holder has proved who they are (解冻)."""

    service = SERVICE
    http = "POST /account-freezes/<uuid:case_id>/end"
    allowed = HELPERS
    authorised_as = FREEZES
    place = ACCOUNT_OF_CASE
    articles = (9, 35)
    refusal_is_event = True
    view = FreezeView
    summary = ("解除冻结", "Lift a freeze")

    case_id = Id(required=True)
    reason = Text(200, required=True, metadata={"example": "本人到窗口核验身份"})


class ListFreezes(Query):
    """Cases of accounts in the caller's region, newest first."""

    service = SERVICE
    http = "GET /account-freezes"
    allowed = HELPERS | {roles.SUPERVISOR}
    place = ROWS
    articles = (9, 35)
    view = FreezeView
    is_list = True
    summary = ("查询帐号冻结", "List frozen accounts")

    state = Choice("open", "closed", load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (FreezeOwnAccount, ReportStolenAccount, FreezeAccount, UnfreezeAccount, ListFreezes)
