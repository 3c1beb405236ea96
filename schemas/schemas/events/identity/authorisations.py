"""What the events of authorisations say (授权, art. 27)."""

from marshmallow import fields, validate

from chassis.contract import Choice, Digest, EventSchema, Id, LegalDate, Region, Text
from schemas.events.common import SOME_ID
from schemas.identity.authorisations import SCOPES


class AuthorisationGranted(EventSchema):
    """The head of a department authorised an account, for a scope, from a day to a day."""

    type = "identity.AuthorisationGranted"
    account_id = Id(required=True)
    region = Region(required=True)
    department = Text(100, required=True)
    scope = fields.List(Choice(*SCOPES), required=True, validate=validate.Length(1, len(SCOPES)))
    valid_from = LegalDate(required=True)
    valid_until = LegalDate(required=True)
    document_sha256 = Digest(required=True)
    granted_by = Id(required=True)
    example = {
        "account_id": SOME_ID,
        "region": "340100",
        "department": "合肥市人力资源和社会保障局",
        "scope": ["account-freezes"],
        "valid_from": "2026-05-01",
        "valid_until": "2026-12-31",
        "document_sha256": "0" * 64,
        "granted_by": SOME_ID,
    }


class AuthorisationRevoked(EventSchema):
    """It was taken back."""

    type = "identity.AuthorisationRevoked"
    reason = Text(200, required=True)
    example = {"reason": "岗位调整"}


EVENTS = (AuthorisationGranted, AuthorisationRevoked)
