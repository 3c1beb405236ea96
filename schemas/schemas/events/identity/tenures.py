"""What the events of the operator's tenures say (运营期, art. 7)."""

from marshmallow import fields

from chassis.contract import Choice, Digest, EventSchema, Id, LegalDate, Text, Whole
from schemas.events.common import SOME_ID
from schemas.identity.tenures import GROUNDS, ExportedLog

_WHY = {"grounds": "evaluation", "reason": "年度绩效评价不达标", "document_sha256": "0" * 64}


class OperatorTenureGranted(EventSchema):
    """A company was granted the right to operate the platform; from its first day to its last."""

    type = "identity.OperatorTenureGranted"
    number = Whole(1, 10_000, required=True)
    operator = Text(100, required=True)
    uscc = Text(18, required=True)
    contract_number = Text(80, required=True)
    document_sha256 = Digest(required=True)
    valid_from = LegalDate(required=True)
    valid_until = LegalDate(required=True)
    example = {
        "number": 1,
        "operator": "安徽示例运营有限公司",
        "uscc": "91350100M000100Y43",
        "contract_number": "皖人社合〔2026〕1号",
        "document_sha256": "0" * 64,
        "valid_from": "2026-01-01",
        "valid_until": "2028-12-31",
    }


class OperatorTenureWarned(EventSchema):
    """The operator was warned, and has to put things right by a day."""

    type = "identity.OperatorTenureWarned"
    grounds = Choice(*GROUNDS, required=True)
    reason = Text(500, required=True)
    document_sha256 = Digest(required=True)
    rectify_by = LegalDate(required=True)
    example = {**_WHY, "rectify_by": "2026-06-30"}


class OperatorTenureRevoked(EventSchema):
    """The right to operate was taken back: the operator's staff can do nothing any more."""

    type = "identity.OperatorTenureRevoked"
    grounds = Choice(*GROUNDS, required=True)
    reason = Text(500, required=True)
    document_sha256 = Digest(required=True)
    example = _WHY


class OperatorTenureHandedOver(EventSchema):
    """The successor has everything: so many entries of each log, with these roots."""

    type = "identity.OperatorTenureHandedOver"
    successor_id = Id(required=True)
    export_sha256 = Digest(required=True)
    logs = fields.List(fields.Nested(ExportedLog), required=True)
    example = {
        "successor_id": SOME_ID,
        "export_sha256": "0" * 64,
        "logs": [{"log": "identity", "size": 42, "root": "0" * 64}],
    }


EVENTS = (
    OperatorTenureGranted,
    OperatorTenureWarned,
    OperatorTenureRevoked,
    OperatorTenureHandedOver,
)
