"""A case of admission (准入申请, art. 22, 25): what somebody applied for, and how it was decided.

draft → submitted (waits for the registry: `verifying`) → in review → active or rejected. A rejected
or finished case may be submitted again: its stream keeps the whole history. What is decided at once
for a user needs no case; a provider has one always. Nothing personal is in clear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.cases import CaseClosed, CaseDecided, CaseNotDraft, CaseNotInReview

DRAFT: Final = "draft"
VERIFYING: Final = "verifying"
IN_REVIEW: Final = "in-review"
ACTIVE: Final = "active"
REJECTED: Final = "rejected"
STATES: Final = (DRAFT, VERIFYING, IN_REVIEW, ACTIVE, REJECTED)


@dataclass(frozen=True, slots=True)
class Papers:
    """What was submitted, as far as it is not personal.

    `document` is the kind of identity document; `evidence` are documents by kind and digest;
    `commitments` the signatures; `kind` what somebody applies as: `person`, `firm`, or the kind of
    a provider.
    """

    kind: str
    document: str
    evidence: list[dict[str, str]] = field(default_factory=list)
    commitments: list[dict[str, Any]] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    resources_sha256: str | None = None
    civil_servant: bool | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of documents that there are."""
        return frozenset(each["kind"] for each in self.evidence)

    def plain(self) -> dict[str, Any]:
        """As the event keeps it."""
        return {
            "kind": self.kind,
            "document": self.document,
            "evidence": self.evidence,
            "commitments": self.commitments,
            "categories": self.categories,
            "resources_sha256": self.resources_sha256,
            "civil_servant": self.civil_servant,
        }


def case_id(role: str, account_id: str, subject_id: str) -> str:
    """The stream of what an account applies for, in a role, for a subject."""
    return stream_id("admission", role, account_id, subject_id)


class Admission(IdentityAggregate):
    """A case: an account applies for a subject's admission in a role."""

    @event("Opened")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        role: str,
        account_id: str,
        subject_id: str,
    ) -> None:
        self.role = role
        self.account_id = account_id
        self.subject_id = subject_id
        self.state = DRAFT
        self.papers: Papers | None = None
        self.draft: str | None = None
        """The draft's texts, sealed."""
        self.submissions = 0
        self.matters: list[str] = []
        self.found: dict[str, Any] = {}
        self.held: str | None = None

    @classmethod
    def open(cls, role: str, account_id: str, subject_id: str) -> "Admission":
        """Begin a case."""
        key = UUID(case_id(role, account_id, subject_id))
        return cls(id=key, role=role, account_id=account_id, subject_id=subject_id)

    def write_draft(self, held: str) -> None:
        """Keep a draft (草稿), sealed; it replaces another. Raises `CaseNotDraft`."""
        if self.state not in (DRAFT, REJECTED):
            raise CaseNotDraft(state=self.state)
        self._drafted(held)

    def submit(self, papers: Papers, again: bool = False) -> None:
        """Submit (提交). Raises `CaseClosed` while it is reviewed, and once it is active.

        With `again` an active case may be submitted anew: its role was given up meanwhile.
        """
        if self.state == IN_REVIEW or (self.state == ACTIVE and not again):
            raise CaseClosed(state=self.state)
        self._submitted(papers.plain())

    def ask_review(
        self, matters: Sequence[str], found: Mapping[str, Any], held: str | None = None
    ) -> None:
        """Ask staff about matters; `found` is what was found of all conditions so far.

        `held` is what was sent, sealed, where no registry confirmed it.
        """
        self._require(VERIFYING)
        self._review_asked(list(matters), dict(found), held)

    def activate(self, conditions: Mapping[str, Any]) -> None:
        """Everything was found to be as it must; nobody had to review it."""
        self._require(VERIFYING)
        self._activated(dict(conditions), None)

    def approve(self, conditions: Mapping[str, Any], reviewer: str, reason: str) -> None:
        """Staff approve. Raises `CaseDecided` and `CaseNotInReview`."""
        self.require_review()
        self._activated(dict(conditions), {"reviewer": reviewer, "reason": reason})

    def reject(self, code: str, grounds: Mapping[str, Any]) -> None:
        """A rule refuses, by its code and grounds."""
        self._require(VERIFYING)
        self._rejected(code, dict(grounds), None)

    def refuse(self, code: str, reviewer: str, reason: str) -> None:
        """Staff refuse. Raises `CaseDecided` and `CaseNotInReview`."""
        self.require_review()
        self._rejected(code, {}, {"reviewer": reviewer, "reason": reason})

    def require_review(self) -> None:
        """Raise `CaseDecided` or `CaseNotInReview` unless it waits for staff."""
        if self.state in (ACTIVE, REJECTED):
            raise CaseDecided(state=self.state)
        if self.state != IN_REVIEW:
            raise CaseNotInReview(state=self.state)

    def _require(self, state: str) -> None:
        if self.state != state:
            raise CaseClosed(state=self.state)

    @event("Drafted")
    def _drafted(self, held: str) -> None:
        self.state = DRAFT
        self.draft = held

    @event("Submitted")
    def _submitted(self, papers: dict[str, Any]) -> None:
        self.state = VERIFYING
        self.papers = Papers(**papers)
        self.submissions += 1
        self.draft = None

    @event("ReviewAsked")
    def _review_asked(self, matters: list[str], found: dict[str, Any], held: str | None) -> None:
        self.state = IN_REVIEW
        self.held = held
        self.matters = matters
        self.found = found

    @event("Activated")
    def _activated(self, conditions: dict[str, Any], review: dict[str, str] | None) -> None:
        self.state = ACTIVE

    @event("Rejected")
    def _rejected(self, code: str, grounds: dict[str, Any], review: dict[str, str] | None) -> None:
        self.state = REJECTED
