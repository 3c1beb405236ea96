"""What the events of real-name verification say: outcomes, and the texts only sealed."""

from chassis.contract import Choice, EventSchema, Id, LegalDate, Text
from schemas.events.common import SOME_ID, SOME_SEALED, Sealed

SOME_INSTANT = "2026-01-01T12:00:00.000000Z"


class VerificationOpened(EventSchema):
    """Somebody asked for the first time about a number."""

    type = "identity.VerificationOpened"
    subject_id = Id(required=True)
    document = Text(60, required=True)
    example = {"subject_id": SOME_ID, "document": "resident-id"}


class VerificationDeferred(EventSchema):
    """No registry answered an account's question; the service asks again until one does."""

    type = "identity.VerificationDeferred"
    account_id = Id(required=True)
    case_id = Id(required=True)
    registry = Text(60, required=True)
    held = Sealed(required=True)
    example = {
        "account_id": SOME_ID,
        "case_id": SOME_ID,
        "registry": "public-security",
        "held": SOME_SEALED,
    }


class VerificationAnswered(EventSchema):
    """A registry answered an account's question."""

    type = "identity.VerificationAnswered"
    account_id = Id(required=True)
    registry = Text(60, required=True)
    outcome = Choice("match", "mismatch", "not-found", required=True)
    at = Text(40, required=True)
    example = {
        "account_id": SOME_ID,
        "registry": "public-security",
        "outcome": "match",
        "at": SOME_INSTANT,
    }


class SubjectReverificationAnnounced(EventSchema):
    """A subject is reminded: by a day it is verified anew, or else it lapses on another."""

    type = "identity.SubjectReverificationAnnounced"
    renew_by = LegalDate(required=True)
    lapses_on = LegalDate(required=True)
    example = {"renew_by": "2026-07-01", "lapses_on": "2026-07-31"}


class SubjectReverificationFailed(EventSchema):
    """A registry did not confirm a subject any more; it stands until its days of grace end."""

    type = "identity.SubjectReverificationFailed"
    registry = Text(60, required=True)
    outcome = Choice("mismatch", "not-found", "unreadable", required=True)
    example = {"registry": "public-security", "outcome": "mismatch"}


class SubjectReverified(EventSchema):
    """A subject was verified anew, and its verification is good until a day."""

    type = "identity.SubjectReverified"
    registry = Text(60, required=True)
    outcome = Choice("match", "reviewed", required=True)
    renew_by = LegalDate(required=True)
    example = {"registry": "public-security", "outcome": "match", "renew_by": "2026-07-01"}


class SubjectVerificationLapsed(EventSchema):
    """A subject's verification ended: it may act again once it is verified anew."""

    type = "identity.SubjectVerificationLapsed"
    renew_by = LegalDate(required=True)
    example = {"renew_by": "2026-07-01"}


class SubjectAgedOut(EventSchema):
    """A user turned sixty (art. 25): no new grants. Nothing else is said of the age."""

    type = "identity.SubjectAgedOut"
    policy = Text(40, required=True)
    example = {"policy": "on-birthday"}


EVENTS = (
    VerificationOpened,
    VerificationDeferred,
    VerificationAnswered,
    SubjectReverificationAnnounced,
    SubjectReverificationFailed,
    SubjectReverified,
    SubjectVerificationLapsed,
    SubjectAgedOut,
)
