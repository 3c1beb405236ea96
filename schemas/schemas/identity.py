"""What may be asked of identity: accounts, sessions, real-name checks, admission (art. 21-29)."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.contract import Choice, Command, Id, Query, Region, Text, View
from schemas import roles

SERVICE = "identity"
PERSONAL = {"personal": True}
UNVERIFIED = PERSONAL
"""Public once a registry confirmed it; until then whatever somebody typed, an ID number too."""
PROVIDER_KINDS = ("public-agency", "recognised-institution", "certified-expert", "lawful-firm")
COMMITMENTS = ("own-resources", "good-record", "rules-and-supervision")


class Login(fields.String):
    """A login name: 3 to 64 of letters, digits and `._@+-`, in either case; personal data."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            validate=validate.Regexp(r"^[A-Za-z0-9._@+-]{3,64}\Z"),
            metadata=PERSONAL,
            **kwargs,  # type: ignore[arg-type]
        )


class Password(fields.String):
    """A password of 10 to 128 characters, NFC-normalised, spaces kept; a secret."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            validate=validate.Length(10, 128),
            load_only=True,
            metadata={"personal": True, "secret": True, "format": "password"},
            **kwargs,  # type: ignore[arg-type]
        )

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", str(super()._deserialize(value, *args, **kwargs)))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("含有控制字符 / Contains control characters.")
        return text


class Token(Text):
    """A session's token, as `SignIn` gave it. Over HTTP it comes in the header `Authorization`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(200, metadata={**PERSONAL, "bearer": True}, **kwargs)


class AccountView(View):
    """An account, and who it acts for."""

    account_id = Id()
    subject_id = Id(allow_none=True)
    roles = fields.List(fields.String())
    region = Region(allow_none=True)


class OpenAccount(Command):
    """Open an account (注册帐号). It can browse and complain; it acts once it is verified."""

    service = SERVICE
    http = "POST /accounts"
    public = True
    articles = (5, 26)
    view = AccountView
    summary = ("注册帐号", "Open an account")

    login = Login(required=True)
    password = Password(required=True)


class OpenStaffAccount(Command):
    """Open an account for staff, with a role and a region (工作人员帐号)."""

    service = SERVICE
    http = "POST /staff-accounts"
    allowed = frozenset({roles.HRSS_PROVINCE})
    articles = (3, 7, 9)
    view = AccountView
    summary = ("开设工作人员帐号", "Open a staff account")

    login = Login(required=True)
    password = Password(required=True)
    role = Choice(*sorted(roles.STAFF), required=True)
    region = Region(required=True)


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


class RegisterPerson(Command):
    """Verify the real name of a person and admit them as a user (实名认证, art. 25-26)."""

    service = SERVICE
    http = "POST /users/persons"
    articles = (25, 26)
    refusal_is_event = True
    look_first = True
    view = AccountView
    summary = ("个人实名认证并成为用户", "Verify a person and admit them as a user")

    name = Text(60, required=True, metadata=PERSONAL)
    id_number = Text(40, required=True, metadata={**PERSONAL, "example": "11010519491231002X"})


class RegisterFirm(Command):
    """Verify a firm and admit it as a user: a legal person that is not state-owned (art. 25)."""

    service = SERVICE
    http = "POST /users/firms"
    articles = (25, 26)
    refusal_is_event = True
    look_first = True
    view = AccountView
    summary = ("企业实名认证并成为用户", "Verify a firm and admit it as a user")

    name = Text(120, required=True, metadata=UNVERIFIED)
    uscc = Text(40, required=True, metadata={**UNVERIFIED, "example": "91350100M000100Y43"})
    legal_representative = Text(60, required=True, metadata=PERSONAL)


class RegisterProvider(Command):
    """Verify a firm and admit it as a provider (服务商, art. 21-23)."""

    service = SERVICE
    http = "POST /providers"
    articles = (21, 22, 23, 26)
    refusal_is_event = True
    look_first = True
    view = AccountView
    summary = ("注册成为服务商", "Register as a provider")

    kind = Choice(*PROVIDER_KINDS, required=True)
    name = Text(120, required=True, metadata=UNVERIFIED)
    uscc = Text(40, required=True, metadata={**UNVERIFIED, "example": "91350100M000100Y43"})
    legal_representative = Text(60, required=True, metadata=PERSONAL)
    resources = Text(2000, required=True, metadata=UNVERIFIED)
    commitments = fields.List(
        Choice(*COMMITMENTS), required=True, validate=validate.Length(1, len(COMMITMENTS))
    )


class GetAccount(Query):
    """One's own account."""

    service = SERVICE
    http = "GET /accounts/me"
    articles = (27,)
    view = AccountView
    summary = ("我的帐号", "My account")


CONTRACTS = (
    OpenAccount,
    OpenStaffAccount,
    SignIn,
    SignOut,
    WhoIs,
    RegisterPerson,
    RegisterFirm,
    RegisterProvider,
    GetAccount,
)
