"""Sessions (登录会话, art. 27)."""

from marshmallow import fields

from chassis.contract import Command, Id, Query, View
from schemas.identity.accounts import AccountView
from schemas.identity.fields import SERVICE, Login, Password, Token


class SessionView(View):
    """A session and the token that stands for it."""

    session_id = Id()
    account_id = Id()
    token = fields.String()
    expires_at = fields.String()


class SignIn(Command):
    """Sign in (登录)."""

    service = SERVICE
    http = "POST /sessions"
    public = True
    articles = (27,)
    view = SessionView
    summary = ("登录", "Sign in")

    login = Login(required=True)
    password = Password(required=True)


class SignOut(Command):
    """End the session that is used (退出)."""

    service = SERVICE
    http = "POST /sessions/current/end"
    articles = (27,)
    view = View
    summary = ("退出", "Sign out")

    token = Token(required=True)


class WhoIs(Query):
    """Whom a token stands for. For the gateway."""

    service = SERVICE
    view = AccountView

    token = Token(required=True)


CONTRACTS = (SignIn, SignOut, WhoIs)
