"""What the events of subjects say: no name, number or date in clear."""

from marshmallow import fields

from chassis.contract import Choice, Digest, EventSchema, Flag, Id, LegalDate, Region, Text, Whole
from schemas.events.common import SOME_ID

MOST_ROWS = 100_000_000
"""Rows that a file of an import may have; a bound on nonsense, not on files."""


class SubjectVerified(EventSchema):
    """A subject's real name was verified (实名认证), good until `renew_by`.

    By a registry, or by staff on documents (`reviewed`).
    """

    type = "identity.SubjectVerified"
    kind = fields.String(required=True)
    document = Text(60, required=True)
    region = Region(required=True, allow_none=True)
    registry = Text(60, required=True)
    outcome = Text(20, required=True)
    renew_by = LegalDate(load_default=None, allow_none=True)
    example = {
        "kind": "person",
        "document": "resident-id",
        "region": "340100",
        "registry": "public-security",
        "outcome": "match",
        "renew_by": "2026-07-01",
    }


class SubjectImported(EventSchema):
    """A subject stood in a row of a file that staff imported (批量导入); nobody acts for it yet.

    `source` is the SHA-256 of the file.
    """

    type = "identity.SubjectImported"
    source = Digest(required=True)
    row = Whole(1, MOST_ROWS, required=True)
    example = {"source": "ab" * 32, "row": 2}


class SubjectClaimed(EventSchema):
    """The holder of an imported subject came, and acts for it by an account (认领)."""

    type = "identity.SubjectClaimed"
    account_id = Id(required=True)
    example = {"account_id": SOME_ID}


class SubjectAdmittedAsUser(EventSchema):
    """A subject was admitted as a user (art. 25); what was found of each condition is kept."""

    type = "identity.SubjectAdmittedAsUser"
    region = Region(required=True)
    conditions = fields.Dict(keys=fields.String(), required=True)
    example = {
        "region": "340100",
        "conditions": {
            "real-name": "match",
            "age-16-59": True,
            "full-capacity": "adult",
            "policy": "on-birthday",
            "on": "2026-01-01",
        },
    }


class SubjectAdmittedAsProvider(EventSchema):
    """A subject was admitted as a provider; each of the seven conditions of art. 21 is kept.

    `may_charge`: whether it may ask a price (art. 14, 24).
    """

    type = "identity.SubjectAdmittedAsProvider"
    kind = Text(40, required=True)
    name = Text(120, required=True)
    region = Region(required=True)
    conditions = fields.Dict(keys=fields.String(), required=True)
    may_charge = Flag(load_default=True)
    example = {
        "kind": "lawful-firm",
        "name": "合肥示例科技有限公司",
        "region": "340100",
        "conditions": {
            "1": {"registry": "in-operation", "on": "2026-01-01"},
            "2": {
                "kind": "lawful-firm",
                "categories": ["enterprise.legal"],
                "resources_sha256": "0" * 64,
            },
            "3": {"commitment": "own-resources", "version": 1, "text_sha256": "0" * 64},
            "4": {
                "commitment": "good-record",
                "version": 1,
                "text_sha256": "0" * 64,
                "registry": "in-operation",
                "on": "2026-01-01",
            },
            "5": {"commitment": "rules-and-supervision", "version": 1, "text_sha256": "0" * 64},
            "6": {"agreement": "provider-agreement/1"},
            "7": {"agreement": "provider-agreement/1"},
        },
        "may_charge": True,
    }


class SubjectSuspendedAsProvider(EventSchema):
    """A provider was suspended (暂停): by the operator, or since a list names it (art. 21, 4)."""

    type = "identity.SubjectSuspendedAsProvider"
    ground = Choice("operator", "abnormal", "serious-violation", "not-found", required=True)
    reason = Text(500, required=True)
    example = {"ground": "abnormal", "reason": "被列入经营异常名录"}


class SubjectResumedAsProvider(EventSchema):
    """A provider's suspension ended."""

    type = "identity.SubjectResumedAsProvider"
    reason = Text(500, required=True)
    example = {"reason": "已移出经营异常名录"}


class SubjectExitedAsProvider(EventSchema):
    """A provider left the platform (退出), for a coded reason; it may apply again."""

    type = "identity.SubjectExitedAsProvider"
    reason = Text(60, required=True)
    example = {"reason": "business-change"}


class SubjectListsChecked(EventSchema):
    """The registry's lists were looked at for a provider (经营异常名录, 严重违法失信名单)."""

    type = "identity.SubjectListsChecked"
    outcome = Choice("clear", "abnormal", "serious-violation", "not-found", required=True)
    example = {"outcome": "clear"}


EVENTS = (
    SubjectVerified,
    SubjectImported,
    SubjectClaimed,
    SubjectAdmittedAsUser,
    SubjectAdmittedAsProvider,
    SubjectSuspendedAsProvider,
    SubjectResumedAsProvider,
    SubjectExitedAsProvider,
    SubjectListsChecked,
)
