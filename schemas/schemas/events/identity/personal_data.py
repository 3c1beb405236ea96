"""What the events of personal data say (个人信息, art. 36): what is personal only sealed."""

from marshmallow import fields

from chassis.contract import EventSchema, Id, LegalDate, Text
from schemas.events.common import SOME_ID


class SubjectKeyMade(EventSchema):
    """A subject got a key; what is kept of them is sealed with it."""

    type = "identity.SubjectKeyMade"
    subject = Id(required=True)
    example = {"subject": SOME_ID}


class Retained(EventSchema):
    """What stays after a key was destroyed, by which law, until when (None: as long as the log)."""

    what = Text(60, required=True)
    law = Text(120, required=True)
    until = LegalDate(required=True, allow_none=True)


class SubjectKeyDestroyed(EventSchema):
    """A subject's key was destroyed: nobody reads what was sealed with it, here or elsewhere."""

    type = "identity.SubjectKeyDestroyed"
    subject = Id(required=True)
    reason = Text(60, required=True)
    basis = Text(120, required=True)
    retained = fields.List(fields.Nested(Retained), required=True)
    example = {
        "subject": SOME_ID,
        "reason": "erasure-requested",
        "basis": "个人信息保护法 art. 47",
        "retained": [{"what": "sealed-log", "law": "管理办法 art. 32", "until": None}],
    }


EVENTS = (SubjectKeyMade, SubjectKeyDestroyed)
"""In the order of a subject's life."""
