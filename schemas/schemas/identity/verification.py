"""The verification behind an account (实名认证), its renewal, and attestations without a number."""

from marshmallow import fields

from chassis.contract import Command, Query, Text, View
from schemas.identity.admission import AdmissionView, evidence
from schemas.identity.fields import PERSONAL, SERVICE


class VerificationView(View):
    """How the verification of one's subject stands. Dates in Asia/Shanghai."""

    subject_id = fields.String()
    kind = fields.String()
    document = fields.String()
    verified = fields.Boolean()
    aged_out = fields.Boolean()
    renew_by = fields.String(allow_none=True)
    remind_on = fields.String(allow_none=True)
    lapses_on = fields.String(allow_none=True)


class GetVerification(Query):
    """The verification of the subject that one's account acts for."""

    service = SERVICE
    http = "GET /subjects/me/verification"
    articles = (26,)
    view = VerificationView
    summary = ("我的实名认证", "My verification")


class RenewVerification(Command):
    """Have one's subject verified anew, with the name and number that were verified (定期核验).

    It happens by itself on its day; this does it earlier, or after it lapsed.
    """

    service = SERVICE
    http = "POST /subjects/me/renewal"
    articles = (26,)
    refusal_is_event = True
    look_first = True
    view = VerificationView
    summary = ("重新核验实名信息", "Renew my verification")


class RegisterAttestedPerson(Command):
    """Verify a person by a signed attestation that their age is in range (网号、网证).

    No name and no number are sent or kept. The attestation names this platform as its audience and
    the account's id as its nonce. Sent again, it renews the verification.
    """

    service = SERVICE
    http = "POST /users/attested-persons"
    articles = (25, 26)
    refusal_is_event = True
    view = AdmissionView
    summary = ("凭网号、网证实名认证并成为用户", "Verify a person by an attestation")

    attestation = Text(4000, required=True, metadata={**PERSONAL, "example": "eyJ9.c2ln"})
    evidence = evidence(load_default=list)


CONTRACTS = (GetVerification, RenewVerification, RegisterAttestedPerson)
