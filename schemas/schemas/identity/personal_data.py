"""Personal data (个人信息, art. 36): one's own, another's, consents, erasure."""

from marshmallow import fields, validate

from chassis.contract import Choice, Command, Digest, Id, LegalDate, Query, Text, View, Whole
from chassis.messages import both
from schemas import roles
from schemas.evidence import EvidenceView
from schemas.identity.authorisations import PERSONAL_DATA
from schemas.identity.devices import DeviceView
from schemas.identity.fields import PERSONAL, SERVICE, SUBJECT, UNVERIFIED

CONTACT = ("phone", "email", "address", "bank_account")
FIELDS = ("name", "id_number", "uscc", "legal_representative", *CONTACT)
PURPOSES = ("service-delivery", "policy-application", "verification", "complaint", "editing")
LEGAL_BASES = ("supervision", "redemption-review", "complaint", "authority-request")
ACCESSORS = roles.STAFF | {roles.PROVIDER}


class Recipient(fields.String):
    """Who a consent is for: `role:<role>` or `subject:<subject id>`."""

    def __init__(self, **kwargs: object) -> None:
        named = "|".join(sorted(ACCESSORS))
        form = rf"^(role:({named})|subject:[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})\Z"
        super().__init__(
            validate=validate.Regexp(
                form,
                error=both(
                    "应为 role:角色 或 subject:主体编号",
                    "Neither role:<role> nor subject:<subject id>.",
                ),
            ),
            metadata={"example": "role:operator"},
            **kwargs,  # type: ignore[arg-type]
        )


class Scope(fields.List[str]):
    """Which fields of personal data: at least one."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            Choice(*FIELDS),
            validate=validate.Length(1, len(FIELDS)),
            **kwargs,  # type: ignore[arg-type]
        )


class ConsentView(View):
    """A consent; `state` is given, expired or withdrawn."""

    id = Id()
    given_to = Recipient()
    purpose = fields.String()
    scope = fields.List(fields.String())
    given_at = fields.String()
    valid_until = LegalDate()
    state = fields.String()


class AccessView(View):
    """Who saw personal data, when, on which grounds."""

    at = fields.String()
    role = fields.String(allow_none=True)
    scope = fields.List(fields.String())
    basis = fields.Dict(keys=fields.String())


class PersonalDataView(View):
    """What the platform keeps of the caller's subject, and who has seen it."""

    subject = Id()
    region = fields.String()
    data = fields.Dict(keys=fields.String(), values=fields.String(), metadata=PERSONAL)
    accesses = fields.List(fields.Nested(AccessView))
    consents = fields.List(fields.Nested(ConsentView))
    devices = fields.List(fields.Nested(DeviceView))
    requested_on = LegalDate(allow_none=True)
    destroy_on = LegalDate(allow_none=True)


class GetPersonalData(Query):
    """One's own personal data (查阅、复制), as JSON or, asked for as `text/html`, as a page."""

    service = SERVICE
    http = "GET /me/personal-data"
    articles = (36,)
    view = PersonalDataView
    page = "personal_data.html"
    summary = ("我的个人信息", "My personal data")


class CorrectPersonalData(Command):
    """Correct personal data (更正); the registry confirms it anew.

    `number` is the document number or USCC that the subject was verified with. Staff of the
    operator correct on a user's behalf with that user's consent for the purpose `editing`.
    """

    service = SERVICE
    http = "POST /me/personal-data/corrections"
    articles = (26, 36)
    refusal_is_event = True
    look_first = True
    view = View
    summary = ("更正个人信息", "Correct personal data")

    name = Text(120, required=True, metadata=UNVERIFIED)
    number = Text(40, required=True, metadata={**PERSONAL, "example": "11010519491231002X"})
    legal_representative = Text(60, load_default=None, allow_none=True, metadata=PERSONAL)
    subject_id = Id(load_default=None, allow_none=True)
    consent_id = Id(load_default=None, allow_none=True)


class ContactView(View):
    """Which contact data is kept of the caller's subject."""

    subject = Id()
    kept = fields.List(Choice(*CONTACT))


class ChangeContact(Command):
    """Give, correct or take away one's contact data (联系方式): what is not given is kept no more.

    A telephone number of the mainland, with or without +86; an e-mail address; a postal address;
    the account that one pays from or is paid to. All are shown to nobody but under a consent or a
    legal basis that names them.
    """

    service = SERVICE
    http = "POST /me/contact"
    articles = (36,)
    refusal_is_event = True
    view = ContactView
    summary = ("填写或更正联系方式", "Give or correct one's contact data")

    phone = Text(
        40, load_default=None, allow_none=True, metadata={**PERSONAL, "example": "13800138000"}
    )
    email = Text(
        320, load_default=None, allow_none=True, metadata={**PERSONAL, "example": "a@example.com"}
    )
    address = Text(
        300,
        load_default=None,
        allow_none=True,
        metadata={**PERSONAL, "example": "安徽省合肥市蜀山区示例路1号"},
    )
    bank_account = Text(
        60,
        load_default=None,
        allow_none=True,
        metadata={**PERSONAL, "example": "1302010109200012345"},
    )


class AccessedView(View):
    """Personal data of another, as it may be seen for a short time."""

    subject = Id()
    data = fields.Dict(keys=fields.String(), values=fields.String(), metadata=PERSONAL)
    until = fields.String()


class AccessPersonalData(Command):
    """See personal data of another, with a consent or on a legal basis; it is recorded (art. 36).

    Providers need a consent; a bureau sees subjects of its region.
    """

    service = SERVICE
    http = "POST /subjects/<uuid:subject_id>/personal-data-accesses"
    allowed = ACCESSORS
    place = SUBJECT
    authorised_as = PERSONAL_DATA
    articles = (9, 36, 37)
    dry_run = False
    refusal_is_event = True
    view = AccessedView
    summary = ("查询他人个人信息", "See personal data of another")

    subject_id = Id(required=True)
    scope = Scope(required=True)
    consent_id = Id(load_default=None, allow_none=True)
    legal_basis = Choice(*LEGAL_BASES, load_default=None, allow_none=True)
    file_number = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(
            r"^(?=.*[0-9])[\w〔〕()()/-]{3,40}\Z",
            error=both(
                "案号应为 3 至 40 位文字、数字或 〔〕()/-,至少一位数字",
                "Not a file number: 3 to 40 letters, digits and 〔〕()/-, one digit at least.",
            ),
        ),
        metadata={"example": "皖兑〔2026〕3号"},
    )


class GiveConsent(Command):
    """Let somebody see some of one's personal data, for a purpose, until a day (授权)."""

    service = SERVICE
    http = "POST /me/consents"
    articles = (36,)
    view = ConsentView
    summary = ("给予授权", "Give a consent")

    given_to = Recipient(required=True)
    purpose = Choice(*PURPOSES, required=True)
    scope = Scope(required=True)
    valid_until = LegalDate(required=True)


class WithdrawConsent(Command):
    """Take a consent back (撤回授权); it ends at once."""

    service = SERVICE
    http = "POST /me/consents/<uuid:consent_id>/withdrawal"
    articles = (36,)
    view = ConsentView
    summary = ("撤回授权", "Withdraw a consent")

    consent_id = Id(required=True)


class ListConsents(Query):
    """One's own consents, whatever their state."""

    service = SERVICE
    http = "GET /me/consents"
    articles = (36,)
    view = ConsentView
    is_list = True
    summary = ("我的授权", "My consents")

    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


class DutyView(View):
    """A duty to keep data; `certain` is false where it is a default until the authority decides."""

    what = fields.String()
    law = fields.String()
    zh = fields.String()
    en = fields.String()
    until = LegalDate()
    certain = fields.Boolean()


class BusinessView(View):
    """Something that still goes on."""

    kind = fields.String()
    id = fields.String()
    until = LegalDate(allow_none=True)


class ErasurePreviewView(View):
    """Deletion against retention: what happens at once, what stays, until when.

    `state` is none, under-way or erased. `preview` is what a request for erasure confirms.
    """

    subject = Id()
    state = fields.String()
    scope = fields.List(fields.String())
    at_once = fields.List(fields.String())
    remains = fields.List(fields.String())
    retained = fields.List(fields.Nested(DutyView))
    waits_for = fields.List(fields.Nested(BusinessView))
    blocked_by = fields.List(fields.Nested(BusinessView))
    destroy_on = LegalDate(allow_none=True)
    preview = Digest()


class PreviewErasure(Query):
    """What erasing one's personal data would mean; nothing happens yet (删除预览)."""

    service = SERVICE
    http = "GET /me/erasure"
    articles = (36,)
    view = ErasurePreviewView
    summary = ("删除个人信息预览", "Preview of an erasure")


class ErasureEvidence(Query):
    """That a subject's key was destroyed, with proofs, to be verified offline (删除证据包).

    Whoever was erased has no account any more, so nobody is asked who they are: the id is a
    pseudonym that only the subject was told, and the bundle says nothing but when the key was made
    and destroyed, and by which law.
    """

    service = SERVICE
    http = "GET /subjects/<uuid:subject_id>/erasure-evidence"
    public = True
    articles = (32, 36)
    view = EvidenceView
    summary = ("下载个人信息删除证据包", "Download the evidence of an erasure")

    subject_id = Id(required=True)


class RequestErasure(Command):
    """Ask for the erasure of one's personal data, having read the preview (申请删除)."""

    service = SERVICE
    http = "POST /me/erasure"
    articles = (36,)
    refusal_is_event = True
    view = ErasurePreviewView
    summary = ("申请删除个人信息", "Ask for erasure")

    preview = Digest(required=True)


class WithdrawErasure(Command):
    """Withdraw the request, as long as the key is there (撤回删除申请)."""

    service = SERVICE
    http = "POST /me/erasure/withdrawal"
    articles = (36,)
    view = ErasurePreviewView
    summary = ("撤回删除申请", "Withdraw the request for erasure")


class KeysView(View):
    """How many subject keys there are as of a position of identity's log, and their digest.

    `digest` is the SHA-256 of the subjects' ids in ascending order, each followed by a line feed.
    """

    position = fields.Integer()
    keys = fields.Integer()
    digest = Digest()


class SubjectKeysDigest(Query):
    """Which subjects have keys, as a digest, as of the first `position` entries of the log.

    For the supervisor: the log alone says which keys should be there.
    """

    service = SERVICE
    allowed = frozenset({roles.SUPERVISOR})
    view = KeysView

    position = Whole(0, 2**53, load_default=None, allow_none=True)


CONTRACTS = (
    GetPersonalData,
    CorrectPersonalData,
    ChangeContact,
    AccessPersonalData,
    GiveConsent,
    WithdrawConsent,
    ListConsents,
    PreviewErasure,
    ErasureEvidence,
    RequestErasure,
    WithdrawErasure,
    SubjectKeysDigest,
)
