"""Cases of admission as their applicants and as staff see them, and the review by hand."""

from marshmallow import fields

from chassis.contract import Choice, Command, Id, Query, Text, View, Whole
from schemas import roles
from schemas.identity.fields import SERVICE

CASE_STATES = ("draft", "verifying", "in-review", "active", "rejected")
OWNERSHIPS = ("private", "mixed", "state-controlled", "state-owned")


class CaseView(View):
    """A case: what was submitted (documents by digest), what was found, how it was decided."""

    id = Id()
    role = fields.String()
    kind = fields.String(allow_none=True)
    state = fields.String()
    account_id = Id()
    subject_id = Id()
    papers = fields.Dict(allow_none=True)
    matters = fields.List(fields.String())
    found = fields.Dict()
    refusal = fields.Dict(allow_none=True)
    review = fields.Dict(allow_none=True)
    submissions = fields.Integer()


class GetCase(Query):
    """A case: one's own, or for the operator's staff."""

    service = SERVICE
    http = "GET /admissions/<uuid:case_id>"
    articles = (22, 25)
    view = CaseView
    summary = ("查看准入申请", "Show an application")

    case_id = Id(required=True)


class ListCases(Query):
    """Cases: one's own; for the operator's staff all, those in review by default."""

    service = SERVICE
    http = "GET /admissions"
    articles = (22, 25)
    view = CaseView
    is_list = True
    summary = ("准入申请列表", "List applications")

    state = Choice(*CASE_STATES, load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 200, load_default=50)


class ReviewCase(Command):
    """Decide a case by hand (人工审核), with a reason; a case is decided once.

    Where the owners of a firm are a matter, an approval names what the documents show.
    """

    service = SERVICE
    http = "POST /admissions/<uuid:case_id>/review"
    allowed = frozenset({roles.OPERATOR})
    articles = (22, 23, 25)
    refusal_is_event = True
    view = CaseView
    summary = ("审核准入申请", "Review an application")

    case_id = Id(required=True)
    decision = Choice("approve", "reject", required=True)
    reason = Text(500, required=True)
    ownership = Choice(*OWNERSHIPS, load_default=None, allow_none=True)


CONTRACTS = (GetCase, ListCases, ReviewCase)
