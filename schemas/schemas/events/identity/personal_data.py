"""What the events of personal data say (个人信息, art. 36): what is personal only sealed."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length

from chassis.contract import Choice, Digest, EventSchema, Id, LegalDate, Region, Text, View
from schemas.events.common import SOME_ID, SOME_SEALED, Sealed
from schemas.identity.personal_data import FIELDS, PURPOSES, Recipient


class SubjectKeyMade(EventSchema):
    """A subject got a key; what is kept of them is sealed with it."""

    type = "identity.SubjectKeyMade"
    subject = Id(required=True)
    example = {"subject": SOME_ID}


class Retained(View):
    """What stays, by which law, until when (None: as long as the log)."""

    what = Text(60, required=True)
    law = Text(120, required=True)
    until = LegalDate(required=True, allow_none=True)


_SOME_RETAINED = {"what": "trades", "law": "电子商务法 art. 31", "until": "2029-05-01"}


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
        "retained": [_SOME_RETAINED],
    }


class PublicData(View):
    """What anyone can read in the registry of firms; of a person nothing is public."""

    name = Text(120)
    uscc = Text(18)


class SealedData(View):
    """Personal fields, each sealed for its event and its name."""

    name = Sealed()
    id_number = Sealed()
    uscc = Sealed()
    legal_representative = Sealed()


class PersonalDataRecorded(EventSchema):
    """What a registry confirmed of a subject is kept: sealed, but for what is public of firms."""

    type = "identity.PersonalDataRecorded"
    subject = Id(required=True)
    registry = Text(60, required=True)
    public = fields.Nested(PublicData, required=True)
    sealed = fields.Nested(SealedData, required=True)
    example = {
        "subject": SOME_ID,
        "registry": "public-security",
        "public": {},
        "sealed": {"name": SOME_SEALED, "id_number": SOME_SEALED},
    }


class PersonalDataCorrected(EventSchema):
    """What is kept of a subject was put right (更正): by whom, with which consent."""

    type = "identity.PersonalDataCorrected"
    subject = Id(required=True)
    registry = Text(60, required=True)
    public = fields.Nested(PublicData, required=True)
    sealed = fields.Nested(SealedData, required=True)
    by = Choice("self", "on-behalf", "registration", required=True)
    consent_id = Id(required=True, allow_none=True)
    example = {
        "subject": SOME_ID,
        "registry": "market-regulation",
        "public": {"name": "合肥示例科技有限公司", "uscc": "91350100M000100Y43"},
        "sealed": {"legal_representative": SOME_SEALED},
        "by": "self",
        "consent_id": None,
    }


class SealedContact(View):
    """Contact data, each sealed for its event and its name."""

    phone = Sealed()
    email = Sealed()
    address = Sealed()
    bank_account = Sealed()


class ContactDigests(View):
    """Keyed digests (HMAC-SHA256): two subjects who gave the same have the same, no more."""

    phone = Digest()
    email = Digest()
    address = Digest()
    bank_account = Digest()


class PersonalDataContactChanged(EventSchema):
    """A subject gave contact data (联系方式): these are kept from now on, and no others.

    A digest is made with the platform's look-up key over the one form in which a value is kept;
    that of an account with a key of its own, which the payment institution has too. Without the key
    nobody learns a number from it. It lets a tie between two subjects be found (art. 17).
    """

    type = "identity.PersonalDataContactChanged"
    subject = Id(required=True)
    sealed = fields.Nested(SealedContact, required=True)
    digests = fields.Nested(ContactDigests, required=True)
    example = {
        "subject": SOME_ID,
        "sealed": {"phone": SOME_SEALED},
        "digests": {"phone": "0" * 64},
    }

    @validates_schema
    def one_digest_for_each(self, data: dict[str, Any], **_: Any) -> None:
        """What is sealed has its digest, and nothing else has one."""
        if data["sealed"].keys() != data["digests"].keys():
            raise ValidationError("digests are not those of what is sealed")


MANY: Final = 200
"""Shareholders of an organisation, at the most (公司法 art. 92: 200 promoters)."""


class Related(View):
    """The persons and organisations behind one, each by the id that their number has here."""

    representative = fields.List(Id(), required=True, validate=Length(max=MANY))
    shareholder = fields.List(Id(), required=True, validate=Length(max=MANY))


class PersonalDataRelatedTold(EventSchema):
    """Who is behind an organisation (关联人): legal representative, shareholders, as somebody told.

    `source` is a registry, or `declared` by the organisation itself. Whoever is named is named by
    the id of the subject with that number, whether or not there is one: a keyed digest (art. 17).
    """

    type = "identity.PersonalDataRelatedTold"
    subject = Id(required=True)
    source = Choice("market-regulation", "institution-registration", "declared", required=True)
    related = fields.Nested(Related, required=True)
    example = {
        "subject": SOME_ID,
        "source": "market-regulation",
        "related": {"representative": [SOME_ID], "shareholder": [SOME_ID]},
    }


class PersonalDataDeviceUsed(EventSchema):
    """Somebody who acts for a subject used a session on a device that was not known of it (设备).

    `device` is the keyed digest (HMAC-SHA256) of a random mark that the browser keeps: whoever
    reads two of them learns that both were the same browser, and nothing else (art. 17).
    """

    type = "identity.PersonalDataDeviceUsed"
    subject = Id(required=True)
    account_id = Id(required=True)
    device = Digest(required=True)
    first_on = LegalDate(required=True)
    example = {
        "subject": SOME_ID,
        "account_id": SOME_ID,
        "device": "0" * 64,
        "first_on": "2026-05-01",
    }


class Basis(View):
    """On which grounds somebody saw personal data: a consent, or a law and a file number."""

    consent_id = Id(required=True, allow_none=True)
    law = Text(60, required=True, allow_none=True)
    file_number = Text(60, required=True, allow_none=True)


class PersonalDataAccessed(EventSchema):
    """Somebody saw personal data of another: who, whose, which fields, on which grounds."""

    type = "identity.PersonalDataAccessed"
    subject = Id(required=True)
    accessor = Text(80, required=True)
    role = Text(40, required=True, allow_none=True)
    scope = fields.List(Choice(*FIELDS), required=True)
    basis = fields.Nested(Basis, required=True)
    at = Text(40, required=True)
    example = {
        "subject": SOME_ID,
        "accessor": SOME_ID,
        "role": "employment-province",
        "scope": ["name"],
        "basis": {"consent_id": None, "law": "redemption-review", "file_number": "皖兑〔2026〕3号"},
        "at": "2026-05-01T08:00:00.000000Z",
    }


class PersonalDataErasureRequested(EventSchema):
    """A subject asked for erasure: processing stops; the key is destroyed on that day or later."""

    type = "identity.PersonalDataErasureRequested"
    subject = Id(required=True)
    roles = fields.List(Choice("user", "provider"), required=True)
    requested_on = LegalDate(required=True)
    destroy_on = LegalDate(required=True)
    retained = fields.List(fields.Nested(Retained), required=True)
    preview = Digest(required=True)
    example = {
        "subject": SOME_ID,
        "roles": ["user"],
        "requested_on": "2026-05-01",
        "destroy_on": "2029-05-01",
        "retained": [_SOME_RETAINED],
        "preview": "0" * 64,
    }


class PersonalDataErasureWithdrawn(EventSchema):
    """The request for erasure was withdrawn; the subject has these roles again."""

    type = "identity.PersonalDataErasureWithdrawn"
    subject = Id(required=True)
    roles = fields.List(Choice("user", "provider"), required=True)
    region = Region(required=True)
    example = {"subject": SOME_ID, "roles": ["user"], "region": "340100"}


class Reason(View):
    """Why an erasure waits: a duty or a piece of business, and its last day where it has one."""

    kind = Text(40, required=True)
    id = Text(80, required=True)
    until = LegalDate(required=True, allow_none=True)


class PersonalDataErasureDeferred(EventSchema):
    """An erasure that was due is put off: a duty to keep or open business has come to light."""

    type = "identity.PersonalDataErasureDeferred"
    subject = Id(required=True)
    destroy_on = LegalDate(required=True)
    because = fields.List(fields.Nested(Reason), required=True)
    example = {
        "subject": SOME_ID,
        "destroy_on": "2029-06-01",
        "because": [{"kind": "order", "id": SOME_ID, "until": None}],
    }


class PersonalDataErased(EventSchema):
    """The erasure was carried out: the key was destroyed with this event."""

    type = "identity.PersonalDataErased"
    subject = Id(required=True)
    example = {"subject": SOME_ID}


class ConsentGiven(EventSchema):
    """A subject lets somebody have some of its personal data (授权): for what, until when."""

    type = "identity.ConsentGiven"
    subject = Id(required=True)
    given_to = Recipient(required=True)
    purpose = Choice(*PURPOSES, required=True)
    scope = fields.List(Choice(*FIELDS), required=True)
    valid_until = LegalDate(required=True)
    example = {
        "subject": SOME_ID,
        "given_to": "role:operator",
        "purpose": "editing",
        "scope": ["name"],
        "valid_until": "2026-12-31",
    }


class ConsentWithdrawn(EventSchema):
    """A subject took a consent back (撤回)."""

    type = "identity.ConsentWithdrawn"
    subject = Id(required=True)
    example = {"subject": SOME_ID}


EVENTS = (
    SubjectKeyMade,
    PersonalDataRecorded,
    PersonalDataCorrected,
    PersonalDataContactChanged,
    PersonalDataRelatedTold,
    PersonalDataDeviceUsed,
    PersonalDataAccessed,
    ConsentGiven,
    ConsentWithdrawn,
    PersonalDataErasureRequested,
    PersonalDataErasureWithdrawn,
    PersonalDataErasureDeferred,
    SubjectKeyDestroyed,
    PersonalDataErased,
)
"""In the order of a subject's life."""
