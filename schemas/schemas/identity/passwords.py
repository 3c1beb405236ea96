"""Changing, recovering and resetting passwords (口令, art. 27, 31, 35)."""

from marshmallow import fields

from chassis.contract import ROWS, Choice, Command, Flag, Id, Query, Text, View, Whole
from schemas import roles
from schemas.identity.authorisations import LOCKS, RESETS
from schemas.identity.fields import (
    ACCOUNT_OF_LOGIN,
    ACCOUNT_OF_RESET,
    PERSONAL,
    SECRET,
    SERVICE,
    Address,
    Code,
    Login,
    Password,
    Token,
)

HELPERS = frozenset(
    {
        roles.OPERATOR,
        roles.HRSS_PROVINCE,
        roles.EMPLOYMENT_PROVINCE,
        roles.BUREAU,
        roles.GOVERNMENT_SERVICE,
    }
)
"""Staff who help people that cannot sign in; for other staff only 省人社厅 does.

A 政务服务管理员 does so as its department head authorised it (`authorised_as`, art. 27).
"""

GROUNDS = ("forgotten", "lost-device", "stolen")


class ChangePassword(Command):
    """Change one's password (修改口令); every other session of the account ends."""

    service = SERVICE
    http = "POST /accounts/me/password"
    articles = (27, 35)
    view = View
    summary = ("修改口令", "Change the password")

    token = Token(required=True)
    password = Password(required=True)
    new_password = Password(required=True)


class RecoverPassword(Command):
    """Set a new password with a recovery code; every session and API key ends."""

    service = SERVICE
    http = "POST /password-recoveries"
    public = True
    articles = (27, 35)
    view = View
    summary = ("用恢复码找回口令", "Recover the password with a recovery code")

    login = Login(required=True)
    code = Code(required=True)
    new_password = Password(required=True)
    address = Address()


class ResetView(View):
    """A password reset: asked for by one of staff, decided by another."""

    id = Id()
    account_id = Id()
    requester = Id()
    grounds = fields.String()
    second_factor = fields.Boolean()
    state = fields.String()
    until = fields.String(allow_none=True)


class RequestPasswordReset(Command):
    """Ask that somebody's password be reset; another person has to approve it (双人).

    With `second_factor` the second factor is taken away too. For staff only 省人社厅 may ask.
    """

    service = SERVICE
    http = "POST /password-resets"
    allowed = HELPERS
    authorised_as = RESETS
    place = ACCOUNT_OF_LOGIN
    articles = (9, 27, 35)
    dry_run = False
    refusal_is_event = True
    view = ResetView
    summary = ("申请重置他人口令", "Ask for a password reset")

    login = Login(required=True)
    grounds = Choice(*GROUNDS, required=True)
    second_factor = Flag(load_default=False)


class DecidedResetView(ResetView):
    """A decided reset; an approved one with its ticket, for the account's holder alone."""

    ticket = fields.String(allow_none=True, metadata=PERSONAL)


class DecidePasswordReset(Command):
    """Approve or reject a reset that another person asked for. The ticket is shown here alone."""

    service = SERVICE
    http = "POST /password-resets/<uuid:reset_id>/decision"
    allowed = HELPERS
    authorised_as = RESETS
    place = ACCOUNT_OF_RESET
    articles = (9, 27, 35)
    refusal_is_event = True
    view = DecidedResetView
    summary = ("审批口令重置", "Decide a password reset")

    reset_id = Id(required=True)
    approve = Flag(required=True)


class CompletePasswordReset(Command):
    """Set a new password with the ticket of an approved reset; every session and API key ends."""

    service = SERVICE
    http = "POST /password-resets/completion"
    public = True
    articles = (27, 35)
    view = View
    summary = ("凭重置凭证设置新口令", "Set a new password with a ticket")

    ticket = Text(200, required=True, metadata=SECRET)
    new_password = Password(required=True)


class ListPasswordResets(Query):
    """Password resets that the caller may see, newest first."""

    service = SERVICE
    http = "GET /password-resets"
    allowed = HELPERS | {roles.SUPERVISOR}
    place = ROWS
    articles = (9, 27, 35)
    view = ResetView
    is_list = True
    summary = ("查询口令重置", "List password resets")

    state = Choice("requested", "approved", "rejected", "completed", load_default=None)
    limit = Whole(1, 500, load_default=100)


class ReleaseLock(Command):
    """Lift the lock of a login after too many failures, before it ends by itself."""

    service = SERVICE
    http = "POST /sign-in-locks/release"
    allowed = HELPERS
    authorised_as = LOCKS
    place = ACCOUNT_OF_LOGIN
    articles = (9, 27)
    refusal_is_event = True
    view = View
    summary = ("解除登录锁定", "Lift the lock of a login")

    login = Login(required=True)
    reason = Text(200, required=True, metadata={"example": "本人到窗口核验身份"})


CONTRACTS = (
    ChangePassword,
    RecoverPassword,
    RequestPasswordReset,
    DecidePasswordReset,
    CompletePasswordReset,
    ListPasswordResets,
    ReleaseLock,
)
