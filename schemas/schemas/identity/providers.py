"""Admission of providers (服务商, art. 21-24), and what becomes of them."""

from typing import Any

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Digest, Flag, Id, Query, Text, View
from schemas import roles
from schemas.categories import CATEGORIES
from schemas.identity.admission import AdmissionView, evidence
from schemas.identity.fields import PERSONAL, SERVICE, UNVERIFIED

PROVIDER_KINDS = ("public-agency", "recognised-institution", "certified-expert", "lawful-firm")
ORGANISATIONS = ("public-agency", "recognised-institution", "lawful-firm")
COMMITMENTS = ("own-resources", "good-record", "rules-and-supervision")
EXIT_REASONS = ("business-change", "closing", "other-platform", "other")


def _categories(**kwargs: Any) -> fields.Field[Any]:
    return fields.List(
        Choice(*CATEGORIES),
        validate=validate.Length(0 if "load_default" in kwargs else 1, len(CATEGORIES)),
        **kwargs,
    )


def _commitments(**kwargs: Any) -> fields.Field[Any]:
    return fields.List(
        Digest(metadata={"example": "ab" * 32}), validate=validate.Length(0, 10), **kwargs
    )


class CommitmentView(View):
    """A text that a provider commits to; it is signed by its digest."""

    clause = fields.String()
    version = fields.Integer()
    valid_from = fields.String()
    zh = fields.String()
    en = fields.String()
    sha256 = fields.String(metadata={"description": "SHA-256 of the Chinese text in UTF-8"})


class ListCommitments(Query):
    """The texts in force that every provider commits to (承诺, art. 21, 3 to 5)."""

    service = SERVICE
    http = "GET /providers/commitments"
    public = True
    articles = (21,)
    view = CommitmentView
    is_list = True
    summary = ("服务商承诺书", "List what providers commit to")


class RegisterProvider(Command):
    """Verify an organisation and admit it as a provider (服务商, art. 21-23).

    A lawful firm in good standing is active at once; the other kinds show a document (`affiliation`
    or `recognition`) that staff review. `commitments` are the digests of the texts in force.
    """

    service = SERVICE
    http = "POST /providers"
    articles = (21, 22, 23, 24, 26)
    refusal_is_event = True
    look_first = True
    view = AdmissionView
    summary = ("注册成为服务商", "Register as a provider")

    kind = Choice(*ORGANISATIONS, required=True)
    name = Text(120, required=True, metadata=UNVERIFIED)
    uscc = Text(40, required=True, metadata={**UNVERIFIED, "example": "91350100M000100Y43"})
    legal_representative = Text(60, required=True, metadata=PERSONAL)
    resources = Text(2000, required=True, metadata=UNVERIFIED)
    categories = _categories(required=True)
    commitments = _commitments(required=True)
    evidence = evidence(load_default=list)


class RegisterExpert(Command):
    """Verify a person and admit them as a provider, a certified expert (专家, art. 21-24).

    Staff review the `certificate`. Who is a civil servant (公职人员) declares it and offers no
    paid services.
    """

    service = SERVICE
    http = "POST /providers/experts"
    articles = (21, 22, 23, 24, 26)
    refusal_is_event = True
    look_first = True
    view = AdmissionView
    summary = ("专家注册成为服务商", "Register as an expert")

    name = Text(60, required=True, metadata=PERSONAL)
    id_number = Text(40, required=True, metadata={**PERSONAL, "example": "11010519491231002X"})
    civil_servant = Flag(required=True)
    resources = Text(2000, required=True, metadata=UNVERIFIED)
    categories = _categories(required=True)
    commitments = _commitments(required=True)
    evidence = evidence(required=True)


class DraftProvider(Command):
    """Keep a draft of an application as a provider (草稿); it is checked when it is submitted.

    `number` is the USCC, of an expert the ID number.
    """

    service = SERVICE
    http = "POST /providers/drafts"
    articles = (22,)
    view = AdmissionView
    summary = ("保存服务商申请草稿", "Keep a draft of an application as a provider")

    kind = Choice(*PROVIDER_KINDS, required=True)
    name = Text(120, required=True, metadata=PERSONAL)
    number = Text(40, required=True, metadata={**PERSONAL, "example": "91350100M000100Y43"})
    legal_representative = Text(60, load_default="", least=0, metadata=PERSONAL)
    civil_servant = Flag(load_default=None, allow_none=True)
    resources = Text(2000, load_default="", least=0, metadata=UNVERIFIED)
    categories = _categories(load_default=list)
    commitments = _commitments(load_default=list)
    evidence = evidence(load_default=list)


class SubmitDraft(Command):
    """Submit a draft (提交): from here on it goes as if all had been sent at once."""

    service = SERVICE
    http = "POST /admissions/<uuid:case_id>/submission"
    articles = (21, 22, 23, 24, 26)
    refusal_is_event = True
    look_first = True
    view = AdmissionView
    summary = ("提交服务商申请", "Submit an application as a provider")

    case_id = Id(required=True)


class ProviderView(View):
    """A provider's state."""

    subject_id = Id()
    state = fields.String()
    may_charge = fields.Boolean()


class SuspendProvider(Command):
    """Suspend a provider (暂停): it publishes nothing until it is resumed."""

    service = SERVICE
    http = "POST /providers/<uuid:subject_id>/suspension"
    allowed = frozenset({roles.OPERATOR})
    articles = (10, 21)
    refusal_is_event = True
    view = ProviderView
    summary = ("暂停服务商", "Suspend a provider")

    subject_id = Id(required=True)
    reason = Text(500, required=True)


class ResumeProvider(Command):
    """End a suspension (恢复). The registry's lists are looked at anew where there are any."""

    service = SERVICE
    http = "POST /providers/<uuid:subject_id>/resumption"
    allowed = frozenset({roles.OPERATOR})
    articles = (10, 21)
    refusal_is_event = True
    look_first = True
    view = ProviderView
    summary = ("恢复服务商", "Resume a provider")

    subject_id = Id(required=True)
    reason = Text(500, required=True)


class ExitProvider(Command):
    """Leave the platform as a provider (退出). The account stays, and may apply again."""

    service = SERVICE
    http = "POST /providers/me/exit"
    allowed = frozenset({roles.PROVIDER})
    articles = (10, 22)
    refusal_is_event = True
    view = ProviderView
    summary = ("服务商退出", "Leave as a provider")

    reason = Choice(*EXIT_REASONS, required=True)


CONTRACTS = (
    ListCommitments,
    RegisterProvider,
    RegisterExpert,
    DraftProvider,
    SubmitDraft,
    SuspendProvider,
    ResumeProvider,
    ExitProvider,
)
