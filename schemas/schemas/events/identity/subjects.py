"""What the events of subjects say: no name, number or date in clear."""

from marshmallow import fields

from chassis.contract import EventSchema, Region, Text


class SubjectVerified(EventSchema):
    """A subject's real name was verified by a registry (实名认证)."""

    type = "identity.SubjectVerified"
    kind = fields.String(required=True)
    document = Text(60, required=True)
    region = Region(required=True, allow_none=True)
    registry = Text(60, required=True)
    outcome = Text(20, required=True)
    example = {
        "kind": "person",
        "document": "resident-id",
        "region": "340100",
        "registry": "public-security",
        "outcome": "match",
    }


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
            "on": "2026-01-01",
        },
    }


class SubjectAdmittedAsProvider(EventSchema):
    """A subject was admitted as a provider; each of the seven conditions of art. 21 is kept."""

    type = "identity.SubjectAdmittedAsProvider"
    kind = Text(40, required=True)
    name = Text(120, required=True)
    region = Region(required=True)
    conditions = fields.Dict(keys=fields.String(), required=True)
    example = {
        "kind": "lawful-firm",
        "name": "合肥示例科技有限公司",
        "region": "340100",
        "conditions": {
            "1": {"registry": "in-operation", "on": "2026-01-01"},
            "2": {"kind": "lawful-firm", "resources_sha256": "0" * 64},
            "3": {"commitment": "own-resources"},
            "4": {"commitment": "good-record", "registry": "in-operation", "on": "2026-01-01"},
            "5": {"commitment": "rules-and-supervision"},
            "6": {"agreement": "provider-agreement/1"},
            "7": {"agreement": "provider-agreement/1"},
        },
    }


EVENTS = (SubjectVerified, SubjectAdmittedAsUser, SubjectAdmittedAsProvider)
