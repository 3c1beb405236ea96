"""The blacklist (黑名单, art. 28): entered with grounds and evidence, appealed, ended, referred."""

from marshmallow import fields

from chassis.contract import (
    ROWS,
    Choice,
    Command,
    Digest,
    Flag,
    Id,
    LegalDate,
    Query,
    Region,
    Text,
    View,
    Whole,
)
from schemas import roles
from schemas.identity.fields import BLACKLISTING, SERVICE, SUBJECT

GROUNDS = ("fraud", "fictitious-trade", "false-papers", "breach-of-contract", "breach-of-measures")
"""骗取资金、虚构交易、虚假材料、违约、违反本办法."""

AUTHORITIES = ("public-security", "procuratorate", "court")
"""公安机关、检察机关、法院: to whom a serious case is referred (移交司法机关)."""

STATES = ("entered", "appealed", "upheld", "lifted", "ended")
"""已纳入、申诉中、维持、撤销、届满."""

OVERSEERS = frozenset({roles.HRSS_PROVINCE, roles.EMPLOYMENT_PROVINCE})
READERS = OVERSEERS | {roles.OPERATOR, roles.SUPERVISOR}


class BlacklistingView(View):
    """An entry of the blacklist; its effects end after the day `until`, or when it is lifted.

    `state` is entered, appealed, upheld (维持), lifted (撤销) or ended.
    """

    id = Id()
    number = fields.Integer()
    subject_id = Id()
    region = Region()
    grounds = fields.String()
    reason = fields.String()
    evidence_sha256 = fields.String()
    entered_on = LegalDate()
    until = LegalDate()
    appeal_by = LegalDate()
    decide_by = LegalDate(allow_none=True)
    state = fields.String()
    referred_to = fields.String(allow_none=True)


class EnterOnBlacklist(Command):
    """Put a user or provider on the blacklist (纳入黑名单), with grounds and the evidence's digest.

    It takes effect at once; the subject is told (`GET /blacklist/mine`) and may appeal.
    """

    service = SERVICE
    http = "POST /blacklist"
    allowed = frozenset({roles.OPERATOR})
    place = SUBJECT
    articles = (28,)
    refusal_is_event = True
    view = BlacklistingView
    summary = ("纳入黑名单", "Put on the blacklist")

    subject_id = Id(required=True)
    grounds = Choice(*GROUNDS, required=True)
    reason = Text(500, required=True, metadata={"example": "与用户串通虚构交易"})
    evidence_sha256 = Digest(required=True)
    until = LegalDate(required=True)


class AppealBlacklisting(Command):
    """Appeal against one's own entry (申诉), within its days, once; by the statement's digest."""

    service = SERVICE
    http = "POST /blacklist/<uuid:blacklisting_id>/appeal"
    articles = (28,)
    refusal_is_event = True
    view = BlacklistingView
    summary = ("申诉", "Appeal against an entry of the blacklist")

    blacklisting_id = Id(required=True)
    statement_sha256 = Digest(required=True)


class DecideAppeal(Command):
    """Decide an appeal (申诉决定): the entry is upheld or lifted, by another than made it."""

    service = SERVICE
    http = "POST /blacklist/<uuid:blacklisting_id>/appeal/decision"
    allowed = OVERSEERS
    place = BLACKLISTING
    articles = (7, 28)
    refusal_is_event = True
    view = BlacklistingView
    summary = ("决定申诉", "Decide an appeal")

    blacklisting_id = Id(required=True)
    lift = Flag(required=True)
    reason = Text(500, required=True, metadata={"example": "证据不足"})


class ReferBlacklisting(Command):
    """Refer a serious case to the judiciary (移送司法机关)."""

    service = SERVICE
    http = "POST /blacklist/<uuid:blacklisting_id>/referral"
    allowed = OVERSEERS
    place = BLACKLISTING
    articles = (28,)
    refusal_is_event = True
    view = BlacklistingView
    summary = ("移送司法机关", "Refer to the judiciary")

    blacklisting_id = Id(required=True)
    authority = Choice(*AUTHORITIES, required=True)
    reason = Text(500, required=True, metadata={"example": "涉嫌骗取财政资金"})
    document_sha256 = Digest(required=True)


class ListBlacklist(Query):
    """Entries of the blacklist within the caller's region, in id order."""

    service = SERVICE
    http = "GET /blacklist"
    allowed = READERS | {roles.BUREAU}
    place = ROWS
    articles = (9, 28)
    view = BlacklistingView
    is_list = True
    summary = ("查询黑名单", "List the blacklist")

    state = Choice(*STATES, load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 200, load_default=50)


class DocumentView(View):
    """A document of a case: what it is, its SHA-256, and where the log names it."""

    what = fields.String()
    sha256 = fields.String()
    position = fields.Integer()


class ReferralView(View):
    """The file of a case (移送材料).

    Each step says who did what, when, at which position of identity's log, and with which leaf
    hash; `evidence` is a bundle for the offline verifier that proves the steps to be all there are
    (null while no signed checkpoint covers them). The documents themselves are handed over beside
    it and recognised by their digests.
    """

    format = fields.String()
    entry = fields.Nested(BlacklistingView)
    steps = fields.List(fields.Dict())
    documents = fields.List(fields.Nested(DocumentView))
    evidence = fields.Dict(allow_none=True)


class GetReferralFile(Query):
    """The file with which a case is referred to the judiciary: steps, digests, proofs."""

    service = SERVICE
    http = "GET /blacklist/<uuid:blacklisting_id>/referral"
    allowed = OVERSEERS | {roles.SUPERVISOR}
    place = BLACKLISTING
    articles = (9, 28, 32)
    view = ReferralView
    summary = ("移送材料", "Get the referral file of a case")

    blacklisting_id = Id(required=True)


class ListOwnBlacklistings(Query):
    """What one's own subject is told (告知): its entries, until when, and by when to appeal."""

    service = SERVICE
    http = "GET /blacklist/mine"
    articles = (28,)
    view = BlacklistingView
    is_list = True
    summary = ("本主体的黑名单记录", "List one's own entries of the blacklist")


CONTRACTS = (
    EnterOnBlacklist,
    AppealBlacklisting,
    DecideAppeal,
    ReferBlacklisting,
    ListBlacklist,
    GetReferralFile,
    ListOwnBlacklistings,
)
