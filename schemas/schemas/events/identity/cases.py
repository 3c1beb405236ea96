"""What the events of cases of admission say (准入申请): papers by digest, nothing personal."""

from marshmallow import Schema, fields

from chassis.contract import Choice, Digest, EventSchema, Flag, Id, Text
from schemas.events.common import SOME_ID, SOME_SEALED, Sealed


class EvidenceSchema(Schema):
    """A document: its kind, and the SHA-256 of the file."""

    kind = Text(40, required=True)
    sha256 = Digest(required=True)


class SignatureSchema(Schema):
    """A commitment that was signed: clause, version, and the digest of its text."""

    commitment = Text(60, required=True)
    version = fields.Integer(required=True, strict=True)
    text_sha256 = Digest(required=True)


class PapersSchema(Schema):
    """What was submitted."""

    kind = Text(40, required=True)
    document = Text(60, required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    commitments = fields.List(fields.Nested(SignatureSchema), required=True)
    categories = fields.List(Text(40), required=True)
    resources_sha256 = Digest(required=True, allow_none=True)
    civil_servant = Flag(required=True, allow_none=True)


class ReviewSchema(Schema):
    """Who decided by hand, and why."""

    reviewer = Id(required=True)
    reason = Text(500, required=True)


class AdmissionOpened(EventSchema):
    """An account began to apply for a subject's admission in a role."""

    type = "identity.AdmissionOpened"
    role = Choice("user", "provider", required=True)
    account_id = Id(required=True)
    subject_id = Id(required=True)
    example = {"role": "provider", "account_id": SOME_ID, "subject_id": SOME_ID}


class AdmissionDrafted(EventSchema):
    """A draft was written; its texts are sealed."""

    type = "identity.AdmissionDrafted"
    held = Sealed(required=True)
    example = {"held": SOME_SEALED}


class AdmissionSubmitted(EventSchema):
    """A case was submitted with these papers."""

    type = "identity.AdmissionSubmitted"
    papers = fields.Nested(PapersSchema, required=True)
    example = {
        "papers": {
            "kind": "lawful-firm",
            "document": "uscc",
            "evidence": [{"kind": "certificate", "sha256": "0" * 64}],
            "commitments": [{"commitment": "own-resources", "version": 1, "text_sha256": "0" * 64}],
            "categories": ["enterprise.legal"],
            "resources_sha256": "0" * 64,
            "civil_servant": False,
        }
    }


class AdmissionReviewAsked(EventSchema):
    """Staff are asked to look at matters; this was found of the conditions so far.

    Where no registry confirmed the name, what was sent is kept sealed until staff decide.
    """

    type = "identity.AdmissionReviewAsked"
    matters = fields.List(Text(40), required=True)
    found = fields.Dict(keys=fields.String(), required=True)
    held = Sealed(required=True, allow_none=True)
    example = {"matters": ["capacity"], "found": {"real-name": "match"}, "held": SOME_SEALED}


class AdmissionActivated(EventSchema):
    """A case ended with an admission: by the rules alone (`review` is null), or by staff."""

    type = "identity.AdmissionActivated"
    conditions = fields.Dict(keys=fields.String(), required=True)
    review = fields.Nested(ReviewSchema, required=True, allow_none=True)
    example = {
        "conditions": {"real-name": "match"},
        "review": {"reviewer": SOME_ID, "reason": "材料齐全"},
    }


class AdmissionRejected(EventSchema):
    """A case ended without an admission: by a rule's code and grounds, or by staff."""

    type = "identity.AdmissionRejected"
    code = Text(120, required=True)
    grounds = fields.Dict(keys=fields.String(), required=True)
    review = fields.Nested(ReviewSchema, required=True, allow_none=True)
    example = {
        "code": "identity.review-rejected",
        "grounds": {},
        "review": {"reviewer": SOME_ID, "reason": "材料不清晰"},
    }


EVENTS = (
    AdmissionOpened,
    AdmissionDrafted,
    AdmissionSubmitted,
    AdmissionReviewAsked,
    AdmissionActivated,
    AdmissionRejected,
)
