"""Real-name checks and admission (实名认证, art. 21-26)."""

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Text
from schemas.identity.accounts import AccountView
from schemas.identity.fields import PERSONAL, SERVICE, UNVERIFIED

PROVIDER_KINDS = ("public-agency", "recognised-institution", "certified-expert", "lawful-firm")


COMMITMENTS = ("own-resources", "good-record", "rules-and-supervision")


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


CONTRACTS = (RegisterPerson, RegisterFirm, RegisterProvider)
