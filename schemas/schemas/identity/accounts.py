"""Accounts (帐号, art. 3, 9, 27)."""

from marshmallow import fields

from chassis.contract import Choice, Command, Id, Query, Region, Text, View
from schemas import roles
from schemas.identity.fields import ACCOUNT_SCOPE, PERSONAL, SERVICE, Login, Password


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
    """Open an account for staff, with a role and a region (工作人员帐号).

    `id_number` puts the person who uses it on record, as a keyed digest: duties that check one
    another are then kept apart in all of that person's accounts.
    """

    service = SERVICE
    http = "POST /staff-accounts"
    allowed = frozenset({roles.HRSS_PROVINCE})
    articles = (3, 7, 8, 9)
    refusal_is_event = True
    view = AccountView
    summary = ("开设工作人员帐号", "Open a staff account")

    login = Login(required=True)
    password = Password(required=True)
    role = Choice(*sorted(roles.STAFF), required=True)
    region = Region(required=True)
    id_number = Text(
        40,
        load_default=None,
        allow_none=True,
        metadata={**PERSONAL, "example": "11010519491231002X"},
    )


class GetAccount(Query):
    """One's own account."""

    service = SERVICE
    http = "GET /accounts/me"
    token_scope = ACCOUNT_SCOPE
    articles = (27,)
    view = AccountView
    summary = ("我的帐号", "My account")


CONTRACTS = (OpenAccount, OpenStaffAccount, GetAccount)
