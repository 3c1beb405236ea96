"""The operator's tenures (运营期, art. 7): granted, warned, revoked, handed over."""

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Digest, Id, LegalDate, Query, Text, View, Whole
from schemas import roles
from schemas.identity.fields import SERVICE
from schemas.log import LOGS

GROUNDS = ("law", "contract", "evaluation")
"""违反法律法规、违反合同约定、年度绩效评价不达标 (art. 7 (五))."""

OVERSEERS = frozenset({roles.HRSS_PROVINCE, roles.EMPLOYMENT_PROVINCE})


class TenureView(View):
    """A tenure: which company operates the platform, by which contract, from when to when.

    `state` is granted, revoked, or handed-over; `in_force` says whether its staff may act today.
    """

    id = Id()
    number = fields.Integer()
    operator = fields.String()
    uscc = fields.String()
    contract_number = fields.String()
    valid_from = LegalDate()
    valid_until = LegalDate()
    warnings = fields.Integer()
    state = fields.String()
    in_force = fields.Boolean()
    successor_id = Id(allow_none=True)


class GrantTenure(Command):
    """Grant a company the right to operate the platform (授予运营权); one has it at a time."""

    service = SERVICE
    http = "POST /operator-tenures"
    allowed = frozenset({roles.HRSS_PROVINCE})
    articles = (5, 7)
    refusal_is_event = True
    view = TenureView
    summary = ("授予运营权", "Grant the right to operate")

    operator = Text(100, required=True, metadata={"example": "安徽示例运营有限公司"})
    uscc = Text(40, required=True, metadata={"example": "91350100M000100Y43"})
    contract_number = Text(80, required=True, metadata={"example": "皖人社合〔2026〕1号"})
    document_sha256 = Digest(required=True)
    valid_from = LegalDate(required=True)
    valid_until = LegalDate(required=True)


class WarnOperator(Command):
    """Warn the operator, with a day by which it puts things right (警告、限期整改)."""

    service = SERVICE
    http = "POST /operator-tenures/<uuid:tenure_id>/warnings"
    allowed = OVERSEERS
    articles = (7,)
    refusal_is_event = True
    view = TenureView
    summary = ("警告运营商", "Warn the operator")

    tenure_id = Id(required=True)
    grounds = Choice(*GROUNDS, required=True)
    reason = Text(500, required=True, metadata={"example": "投诉逾期未办结"})
    document_sha256 = Digest(required=True)
    rectify_by = LegalDate(required=True)


class RevokeTenure(Command):
    """Take the right to operate back (收回运营权): the operator's staff can do nothing any more."""

    service = SERVICE
    http = "POST /operator-tenures/<uuid:tenure_id>/revocation"
    allowed = OVERSEERS
    articles = (7,)
    refusal_is_event = True
    view = TenureView
    summary = ("收回运营权", "Revoke the right to operate")

    tenure_id = Id(required=True)
    grounds = Choice(*GROUNDS, required=True)
    reason = Text(500, required=True, metadata={"example": "年度绩效评价不达标"})
    document_sha256 = Digest(required=True)


class ExportedLog(View):
    """How much of a service's log an export holds, and the root of the tree over it."""

    log = Choice(*LOGS, required=True)
    size = Whole(1, 2**53, required=True)
    root = Digest(required=True)


class HandOverTenure(Command):
    """Confirm that the successor has everything (移交), by the export's digest and its logs.

    `wanchuang export` writes the export; the supervisor compares the roots with the logs.
    """

    service = SERVICE
    http = "POST /operator-tenures/<uuid:tenure_id>/handover"
    allowed = frozenset({roles.HRSS_PROVINCE})
    articles = (7, 32)
    refusal_is_event = True
    view = TenureView
    summary = ("确认移交", "Confirm the handover")

    tenure_id = Id(required=True)
    successor_id = Id(required=True)
    export_sha256 = Digest(required=True)
    logs = fields.List(
        fields.Nested(ExportedLog),
        required=True,
        validate=validate.Length(len(LOGS), len(LOGS)),
        metadata={"example": [{"log": log, "size": 42, "root": "0" * 64} for log in LOGS]},
    )


class ListTenures(Query):
    """Who operates and has operated the platform, the newest first."""

    service = SERVICE
    http = "GET /operator-tenures"
    public = True
    articles = (4, 5, 7)
    view = TenureView
    is_list = True
    summary = ("查询运营权", "List the operator's tenures")


CONTRACTS = (GrantTenure, WarnOperator, RevokeTenure, HandOverTenure, ListTenures)
