"""Authorisations (授权, art. 27): on which a 政务服务管理员 acts."""

from marshmallow import fields, validate

from chassis.contract import (
    ROWS,
    Choice,
    Command,
    Digest,
    Flag,
    Id,
    LegalDate,
    Query,
    Text,
    View,
    Whole,
)
from schemas import roles
from schemas.identity.fields import ACCOUNT, AUTHORISATION, SERVICE

FREEZES, RESETS, LOCKS = "account-freezes", "password-resets", "sign-in-locks"
PERSONAL_DATA = "personal-data"
SCOPES = (FREEZES, RESETS, LOCKS, PERSONAL_DATA)
"""What somebody can be authorised for: 帐号冻结与解冻、口令重置、解除登录锁定、查询个人信息.

The last needs the person's consent or a legal basis besides (art. 36).
"""

HEADS = frozenset({roles.HRSS_PROVINCE, roles.BUREAU, roles.DEPARTMENT})
"""As whom the head of a department authorises (本部门负责人)."""


class AuthorisationView(View):
    """An authorisation: who may do what, from which day to which, by which document."""

    id = Id()
    account_id = Id()
    region = fields.String()
    department = fields.String()
    scope = fields.List(fields.String())
    valid_from = LegalDate()
    valid_until = LegalDate()
    document_sha256 = fields.String()
    granted_by = Id()
    revoked = fields.Boolean()
    in_force = fields.Boolean()


class GrantAuthorisation(Command):
    """The head of a department authorises one of its 政务服务管理员 beforehand (事先授权).

    The account is in the head's region, and another person's.
    """

    service = SERVICE
    http = "POST /authorisations"
    allowed = HEADS
    place = ACCOUNT
    articles = (9, 27)
    refusal_is_event = True
    view = AuthorisationView
    summary = ("授权政务服务管理员", "Authorise a government service administrator")

    account_id = Id(required=True)
    department = Text(100, required=True, metadata={"example": "合肥市人力资源和社会保障局"})
    scope = fields.List(Choice(*SCOPES), required=True, validate=validate.Length(1, len(SCOPES)))
    valid_from = LegalDate(required=True)
    valid_until = LegalDate(required=True)
    document_sha256 = Digest(required=True)


class RevokeAuthorisation(Command):
    """Take an authorisation back (撤销授权), before it ends by itself."""

    service = SERVICE
    http = "POST /authorisations/<uuid:authorisation_id>/revocation"
    allowed = HEADS
    place = AUTHORISATION
    articles = (9, 27)
    refusal_is_event = True
    view = AuthorisationView
    summary = ("撤销授权", "Revoke an authorisation")

    authorisation_id = Id(required=True)
    reason = Text(200, required=True, metadata={"example": "岗位调整"})


class ListAuthorisations(Query):
    """Authorisations, in id order: one's own, or those within the region of heads and observers."""

    service = SERVICE
    http = "GET /authorisations"
    allowed = HEADS | {roles.GOVERNMENT_SERVICE, roles.SUPERVISOR}
    place = ROWS
    articles = (9, 27)
    view = AuthorisationView
    is_list = True
    summary = ("查询授权", "List authorisations")

    in_force = Flag(load_default=False)
    after = Id(load_default=None)
    limit = Whole(1, 200, load_default=50)


CONTRACTS = (GrantAuthorisation, RevokeAuthorisation, ListAuthorisations)
