"""What the events of agreements say (协议与承诺, art. 29)."""

from chassis.contract import Choice, Digest, EventSchema, Id, LegalDate, Text, Whole
from schemas.events.common import SOME_ID
from schemas.identity.agreements import KINDS, MOST_EN, MOST_ZH

VERSIONS = 10_000


class AgreementPublished(EventSchema):
    """A version was published, with its whole text; its digest is that of the Chinese one."""

    type = "identity.AgreementPublished"
    kind = Choice(*KINDS, required=True)
    number = Whole(1, VERSIONS, required=True)
    zh = Text(MOST_ZH, required=True)
    en = Text(MOST_EN, required=True)
    text_sha256 = Digest(required=True)
    valid_from = LegalDate(required=True)
    published_by = Id(required=True)
    example = {
        "kind": "user",
        "number": 1,
        "zh": "用户承诺遵守法律法规和云平台规定。",
        "en": "Users keep to law and rules.",
        "text_sha256": "0" * 64,
        "valid_from": "2026-05-01",
        "published_by": SOME_ID,
    }


class AgreementTookEffect(EventSchema):
    """It is in force: who it is for signs it before they begin anything new."""

    type = "identity.AgreementTookEffect"
    kind = Choice(*KINDS, required=True)
    number = Whole(1, VERSIONS, required=True)
    text_sha256 = Digest(required=True)
    example = {"kind": "user", "number": 1, "text_sha256": "0" * 64}


class AgreementSignatureGiven(EventSchema):
    """An account signed a version for its subject."""

    type = "identity.AgreementSignatureGiven"
    subject_id = Id(required=True)
    kind = Choice(*KINDS, required=True)
    number = Whole(1, VERSIONS, required=True)
    text_sha256 = Digest(required=True)
    account_id = Id(required=True)
    example = {
        "subject_id": SOME_ID,
        "kind": "user",
        "number": 1,
        "text_sha256": "0" * 64,
        "account_id": SOME_ID,
    }


EVENTS = (AgreementPublished, AgreementTookEffect, AgreementSignatureGiven)
