"""Real-name checks and admission of users (实名认证, art. 2, 25, 26)."""

from typing import Any

from marshmallow import Schema, fields, validate

from chassis.contract import Choice, Command, Digest, Id, Text
from schemas.identity.accounts import AccountView
from schemas.identity.fields import PERSONAL, SERVICE, UNVERIFIED

EVIDENCE_KINDS = (
    "identity-document",
    "own-income",
    "ownership",
    "legal-person",
    "affiliation",
    "recognition",
    "certificate",
)


class EvidenceField(Schema):
    """A document: what it shows, and the SHA-256 of the file; the file itself is not sent here."""

    kind = Choice(*EVIDENCE_KINDS, required=True)
    sha256 = Digest(required=True)


def evidence(**kwargs: Any) -> fields.Field[Any]:
    """The field of documents that a person reviews."""
    example = [{"kind": EVIDENCE_KINDS[0], "sha256": "ab" * 32}]
    return fields.List(
        fields.Nested(EvidenceField),
        validate=validate.Length(0, 10),
        metadata={"example": example},
        **kwargs,
    )


class AdmissionView(AccountView):
    """An account after an application: what it may do now, and how the application stands.

    `state` is `active`, `verifying` (a registry did not answer; it is asked again, nothing more is
    to be done), or `in-review`; `case_id` is the id to ask with, where there is a case.
    """

    state = fields.String()
    case_id = Id(allow_none=True)


class RegisterPerson(Command):
    """Verify the real name of a person and admit them as a user (实名认证, art. 25-26).

    At 16 and 17 a document of `own-income` is needed, which staff review. With an
    `identity-document` staff review a name that the registry does not confirm.
    """

    service = SERVICE
    http = "POST /users/persons"
    articles = (25, 26)
    refusal_is_event = True
    look_first = True
    view = AdmissionView
    summary = ("个人实名认证并成为用户", "Verify a person and admit them as a user")

    name = Text(60, required=True, metadata=PERSONAL)
    id_number = Text(40, required=True, metadata={**PERSONAL, "example": "11010519491231002X"})
    evidence = evidence(load_default=list)


class RegisterFirm(Command):
    """Verify a firm and admit it as a user: a start-up, a legal person, not the state's (art. 25).

    Where the registry does not tell the owners, or the name shows no company, staff review a
    document (`ownership`, `legal-person`).
    """

    service = SERVICE
    http = "POST /users/firms"
    articles = (2, 25, 26)
    refusal_is_event = True
    look_first = True
    view = AdmissionView
    summary = ("企业实名认证并成为用户", "Verify a firm and admit it as a user")

    name = Text(120, required=True, metadata=UNVERIFIED)
    uscc = Text(40, required=True, metadata={**UNVERIFIED, "example": "91350100M000100Y43"})
    legal_representative = Text(60, required=True, metadata=PERSONAL)
    evidence = evidence(load_default=list)


CONTRACTS = (RegisterPerson, RegisterFirm)
