"""Agreements (协议与承诺, art. 29): versioned texts, signed for a subject by their digest."""

from marshmallow import fields

from chassis.contract import Choice, Command, Digest, Id, LegalDate, Query, Text, View
from schemas import roles
from schemas.identity.fields import SERVICE

KINDS = (roles.USER, roles.PROVIDER)
"""Whose agreement it is: 用户协议, 服务商协议."""

MOST_ZH, MOST_EN = 6000, 12_000
"""Characters: an entry of the log is under 64 KiB."""


class AgreementView(View):
    """A version of an agreement; it is signed by the SHA-256 of its Chinese text in UTF-8.

    `state` is announced, in-force or superseded.
    """

    id = Id()
    kind = fields.String()
    version = fields.Integer()
    zh = fields.String()
    en = fields.String()
    text_sha256 = fields.String(
        metadata={"description": "SHA-256 of the Chinese text in UTF-8, the binding one"}
    )
    valid_from = LegalDate()
    state = fields.String()


class OwnAgreementView(AgreementView):
    """The same, and whether it, or a later version, was signed for one's own subject."""

    signed = fields.Boolean()


class SignatureView(View):
    """A signature (签署)."""

    agreement_id = Id()
    kind = fields.String()
    version = fields.Integer()
    text_sha256 = fields.String()
    subject_id = Id()
    account_id = Id()


class PublishAgreement(Command):
    """Publish the next version of an agreement (发布协议).

    The first takes effect on its day, today at the earliest; a change is announced seven days ahead
    at the least (E-commerce Law, art. 34). From its day on, whoever it is for signs it before they
    begin anything new.
    """

    service = SERVICE
    http = "POST /agreements"
    allowed = frozenset({roles.OPERATOR, roles.HRSS_PROVINCE})
    articles = (16, 29)
    refusal_is_event = True
    view = AgreementView
    summary = ("发布协议", "Publish an agreement")

    kind = Choice(*KINDS, required=True)
    zh = Text(MOST_ZH, required=True, metadata={"example": "用户承诺遵守法律法规和云平台规定。"})
    en = Text(MOST_EN, required=True, metadata={"example": "Users keep to law and rules."})
    valid_from = LegalDate(required=True)


class SignAgreement(Command):
    """Sign a version for one's own subject (签署), by the digest of the text that was read.

    One of its accounts signs for an organisation. A version that is announced can be signed ahead.
    """

    service = SERVICE
    http = "POST /agreements/<uuid:agreement_id>/signature"
    articles = (27, 29)
    refusal_is_event = True
    view = SignatureView
    summary = ("签署协议", "Sign an agreement")

    agreement_id = Id(required=True)
    text_sha256 = Digest(required=True)


class ListAgreements(Query):
    """Every version of every agreement, the newest first; for anyone."""

    service = SERVICE
    http = "GET /agreements"
    public = True
    articles = (10, 29)
    view = AgreementView
    is_list = True
    summary = ("查询协议文本", "List agreements")

    kind = Choice(*KINDS, load_default=None)


class ListOwnAgreements(Query):
    """What is in force or announced, and whether one's own subject has signed it."""

    service = SERVICE
    http = "GET /agreements/mine"
    articles = (29,)
    view = OwnAgreementView
    is_list = True
    summary = ("本主体的协议签署情况", "List what one's own subject has signed")


CONTRACTS = (PublishAgreement, SignAgreement, ListAgreements, ListOwnAgreements)
