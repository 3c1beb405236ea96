"""Sessions (登录会话, art. 27, 35)."""

from marshmallow import fields

from chassis.contract import Command, Flag, Id, Query, View
from schemas.identity.accounts import AccountView
from schemas.identity.fields import (
    ACCOUNT_SCOPE,
    ENROLMENT_SCOPE,
    PERSONAL,
    SERVICE,
    Address,
    Code,
    Device,
    Login,
    Mark,
    Password,
    Token,
)


class SessionView(View):
    """A session and the token that stands for it.

    `enrolling`: it may do nothing but set up the second factor that the account needs.
    """

    session_id = Id()
    account_id = Id()
    token = fields.String(metadata=PERSONAL)
    expires_at = fields.String()
    enrolling = fields.Boolean()


class SignIn(Command):
    """Sign in (登录).

    Who has a second factor gives a code of it too, or a recovery code; without one they learn
    `identity.code-needed`. Staff who have none yet get a session in which they can set one up, and
    nothing else. After five failures a login is locked for a while, whether it exists or not.

    Over HTTP the answer sets a cookie with a random mark (`__Host-device`), by which the same
    browser is known again, and which is the same for everybody who signs in with it. Of users and
    providers a keyed digest of it is recorded, once for each device that a session of theirs is
    used on, so that a payment is held when both parties of an order used one (art. 17). Who sends
    no mark is served as well.
    """

    service = SERVICE
    http = "POST /sessions"
    public = True
    articles = (27,)
    view = SessionView
    summary = ("登录", "Sign in")

    login = Login(required=True)
    password = Password(required=True)
    code = Code(load_default=None, allow_none=True)
    address = Address()
    device = Device()


class SignOut(Command):
    """End the session that is used (退出)."""

    service = SERVICE
    http = "POST /sessions/current/end"
    token_scope = ENROLMENT_SCOPE
    articles = (27,)
    view = View
    summary = ("退出", "Sign out")

    token = Token(required=True)


class SessionListView(View):
    """A session that is open: on which device, and when it was used last."""

    session_id = Id()
    current = fields.Boolean()
    device = fields.String(allow_none=True, metadata=PERSONAL)
    factor = fields.String()
    opened_at = fields.String()
    used_at = fields.String()
    expires_at = fields.String()


class ListSessions(Query):
    """One's own open sessions and their devices."""

    service = SERVICE
    http = "GET /sessions"
    articles = (27, 35)
    view = SessionListView
    is_list = True
    summary = ("我的登录设备与会话", "My devices and sessions")

    token = Token(required=True)


class EndSession(Command):
    """End one of one's own sessions."""

    service = SERVICE
    http = "POST /sessions/<uuid:session_id>/end"
    articles = (27, 35)
    view = View
    summary = ("退出某一会话", "End one session")

    session_id = Id(required=True)


class EndSessions(Command):
    """Sign out everywhere (全部退出); with `keep_this`, everywhere else."""

    service = SERVICE
    http = "POST /sessions/end"
    articles = (27, 35)
    view = View
    summary = ("在所有设备上退出", "Sign out everywhere")

    token = Token(required=True)
    keep_this = Flag(load_default=False)


class BearerView(AccountView):
    """Whom a token stands for; `scopes` is what it may do, None for everything.

    `authorities` names, by role, what the account acts on in it: an operator's tenure (运营期). A
    role that needs one is missing there when there is none in force.
    """

    authorities = fields.Dict(keys=fields.String(), values=Id())
    scopes = fields.List(fields.String(), allow_none=True)


class WhoIs(Query):
    """Whom a token stands for. For the gateway, which says on which device it is used."""

    service = SERVICE
    token_scope = ACCOUNT_SCOPE
    view = BearerView

    token = Token(required=True)
    mark = Mark()


CONTRACTS = (SignIn, SignOut, ListSessions, EndSession, EndSessions, WhoIs)
