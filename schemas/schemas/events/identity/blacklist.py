"""What the events of the blacklist say (黑名单, art. 28)."""

from chassis.contract import Choice, Digest, EventSchema, Flag, Id, LegalDate, Region, Text, Whole
from schemas.events.common import SOME_ID
from schemas.identity.blacklist import AUTHORITIES, GROUNDS


class BlacklistingEntered(EventSchema):
    """A subject was put on the blacklist, until a day; it may appeal by another."""

    type = "identity.BlacklistingEntered"
    number = Whole(1, 10_000, required=True)
    subject_id = Id(required=True)
    region = Region(required=True)
    grounds = Choice(*GROUNDS, required=True)
    reason = Text(500, required=True)
    evidence_sha256 = Digest(required=True)
    entered_on = LegalDate(required=True)
    until = LegalDate(required=True)
    appeal_by = LegalDate(required=True)
    entered_by = Id(required=True)
    example = {
        "number": 1,
        "subject_id": SOME_ID,
        "region": "340100",
        "grounds": "fraud",
        "reason": "与用户串通虚构交易",
        "evidence_sha256": "0" * 64,
        "entered_on": "2026-05-01",
        "until": "2027-05-01",
        "appeal_by": "2026-05-16",
        "entered_by": SOME_ID,
    }


class BlacklistingAppealed(EventSchema):
    """The subject appealed."""

    type = "identity.BlacklistingAppealed"
    statement_sha256 = Digest(required=True)
    decide_by = LegalDate(required=True)
    example = {"statement_sha256": "0" * 64, "decide_by": "2026-05-31"}


class BlacklistingAppealDecided(EventSchema):
    """The appeal was decided: the entry is lifted, or upheld."""

    type = "identity.BlacklistingAppealDecided"
    subject_id = Id(required=True)
    lift = Flag(required=True)
    reason = Text(500, required=True)
    decided_by = Id(required=True)
    example = {"subject_id": SOME_ID, "lift": True, "reason": "证据不足", "decided_by": SOME_ID}


class BlacklistingReferred(EventSchema):
    """The case was referred to the judiciary."""

    type = "identity.BlacklistingReferred"
    authority = Choice(*AUTHORITIES, required=True)
    reason = Text(500, required=True)
    document_sha256 = Digest(required=True)
    example = {
        "authority": "public-security",
        "reason": "涉嫌骗取财政资金",
        "document_sha256": "0" * 64,
    }


class BlacklistingEnded(EventSchema):
    """Its last day is past."""

    type = "identity.BlacklistingEnded"
    subject_id = Id(required=True)
    example = {"subject_id": SOME_ID}


EVENTS = (
    BlacklistingEntered,
    BlacklistingAppealed,
    BlacklistingAppealDecided,
    BlacklistingReferred,
    BlacklistingEnded,
)
