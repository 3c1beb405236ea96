"""Staff: roles, and the persons behind the accounts (工作人员, art. 7-9, 27)."""

from marshmallow import fields

from chassis.contract import Choice, Command, Id, Query, Region, Text, View, Whole
from schemas import roles
from schemas.identity.fields import PERSONAL, SERVICE

OWNERS = frozenset({roles.HRSS_PROVINCE})


class StaffView(View):
    """A staff account. `named` says whether the person behind it is on record."""

    account_id = Id()
    roles = fields.List(fields.String())
    region = Region(allow_none=True)
    named = fields.Boolean()
    second_factor = fields.Boolean()


class GrantRole(Command):
    """Grant a staff account a further role; roles that check one another are never in one hand."""

    service = SERVICE
    http = "POST /staff-accounts/<uuid:account_id>/roles"
    allowed = OWNERS
    articles = (3, 7, 8, 9)
    refusal_is_event = True
    view = StaffView
    summary = ("授予身份", "Grant a role")

    account_id = Id(required=True)
    role = Choice(*sorted(roles.STAFF), required=True)


class RevokeRole(Command):
    """Revoke a role of a staff account; it is of no use within two seconds, everywhere."""

    service = SERVICE
    http = "POST /staff-accounts/<uuid:account_id>/roles/revocation"
    allowed = OWNERS
    articles = (3, 7, 8, 9)
    refusal_is_event = True
    view = StaffView
    summary = ("撤销身份", "Revoke a role")

    account_id = Id(required=True)
    role = Choice(*sorted(roles.STAFF), required=True)
    reason = Text(200, required=True, metadata={"example": "岗位调整"})


class NameOfficer(Command):
    """Record which person uses a staff account, so that duties are kept apart in all of theirs."""

    service = SERVICE
    http = "POST /staff-accounts/<uuid:account_id>/officer"
    allowed = OWNERS
    articles = (8, 27)
    refusal_is_event = True
    view = StaffView
    summary = ("登记工作人员帐号使用人", "Record who uses a staff account")

    account_id = Id(required=True)
    id_number = Text(40, required=True, metadata={**PERSONAL, "example": "11010519491231002X"})


class ListStaff(Query):
    """Staff accounts and their roles, in id order."""

    service = SERVICE
    http = "GET /staff-accounts"
    allowed = OWNERS | {roles.EMPLOYMENT_PROVINCE, roles.SUPERVISOR}
    articles = (7, 8)
    view = StaffView
    is_list = True
    summary = ("查询工作人员帐号", "List staff accounts")

    role = Choice(*sorted(roles.STAFF), load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (GrantRole, RevokeRole, NameOfficer, ListStaff)
