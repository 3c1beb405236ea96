"""API keys (接口密钥): bearer tokens for programs, with scopes and an end (art. 27, 34)."""

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Id, Query, Text, View, Whole
from schemas.identity.fields import PERSONAL, SERVICE

SCOPES = (
    *(
        f"{service}.{kind}"
        for service in ("catalog", "voucher-ledger", "matching", "oversight")
        for kind in ("read", "write")
    ),
    "logs.read",
)
"""What an API key may be for. Nothing of identity: an account is changed in a session alone."""


class ApiKeyView(View):
    """An API key: what it may do, until when, and when it was used last."""

    key_id = Id()
    label = fields.String(metadata=PERSONAL)
    scopes = fields.List(fields.String())
    expires_at = fields.String()
    used_at = fields.String(allow_none=True)
    state = fields.String()


class NewApiKeyView(ApiKeyView):
    """A new API key with its token, which is shown here alone."""

    token = fields.String(metadata=PERSONAL)


class IssueApiKey(Command):
    """Issue an API key for a program of one's own. Keys of staff can only read."""

    service = SERVICE
    http = "POST /api-keys"
    articles = (27, 34)
    view = NewApiKeyView
    summary = ("签发接口密钥", "Issue an API key")

    label = Text(60, required=True, metadata={**PERSONAL, "example": "会计软件"})
    scopes = fields.List(Choice(*SCOPES), required=True, validate=validate.Length(1, len(SCOPES)))
    days = Whole(1, 365, load_default=90)


class RevokeApiKey(Command):
    """Revoke an API key of one's own; it is of no use from then on."""

    service = SERVICE
    http = "POST /api-keys/<uuid:key_id>/revocation"
    articles = (27, 34, 35)
    view = View
    summary = ("撤销接口密钥", "Revoke an API key")

    key_id = Id(required=True)


class ListApiKeys(Query):
    """One's own API keys."""

    service = SERVICE
    http = "GET /api-keys"
    articles = (27, 34)
    view = ApiKeyView
    is_list = True
    summary = ("我的接口密钥", "My API keys")


CONTRACTS = (IssueApiKey, RevokeApiKey, ListApiKeys)
