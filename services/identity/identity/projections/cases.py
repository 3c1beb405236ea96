"""What read models make of cases of admission."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from identity.domain.case import ACTIVE, DRAFT, IN_REVIEW, REJECTED, VERIFYING
from identity.projections.projector import PROJECTOR
from identity.tables import CASES

_OPEN = Prepared(
    insert(CASES).values(
        id=bindparam("case_id"),
        role=bindparam("role"),
        state=DRAFT,
        account_id=bindparam("account_id"),
        subject_id=bindparam("subject_id"),
        matters=bindparam("none"),
        found=bindparam("nothing"),
        submissions=0,
    )
)
_SUBMIT = """
UPDATE admissions SET state = %s, papers = %s, matters = '[]', found = '{}', refusal = NULL,
    review = NULL, submissions = submissions + 1 WHERE id = %s
"""
_REVIEW = "UPDATE admissions SET state = %s, matters = %s, found = %s WHERE id = %s"
_DECIDE = "UPDATE admissions SET state = %s, refusal = %s, review = %s WHERE id = %s"
_STATE = Prepared(
    update(CASES).where(CASES.c.id == bindparam("key")).values(state=bindparam("new_state"))
)


@PROJECTOR.on("identity.AdmissionOpened")
def opened(fact: Fact) -> Iterator[Statement]:
    """A case begins."""
    data = fact.data
    yield _OPEN(
        case_id=fact.stream,
        role=data["role"],
        account_id=data["account_id"],
        subject_id=data["subject_id"],
        none="[]",
        nothing="{}",
    )


@PROJECTOR.on("identity.AdmissionDrafted")
def drafted(fact: Fact) -> Iterator[Statement]:
    """A draft is there; what it says is in no read model."""
    yield _STATE(key=fact.stream, new_state=DRAFT)


@PROJECTOR.on("identity.AdmissionSubmitted")
def submitted(fact: Fact) -> Iterator[Statement]:
    """A new try begins; what was found at the last one stays in the log."""
    yield _SUBMIT, (VERIFYING, _json(fact.data["papers"]), fact.stream)


@PROJECTOR.on("identity.AdmissionReviewAsked")
def review_asked(fact: Fact) -> Iterator[Statement]:
    """It waits for staff."""
    matters, found = _json(fact.data["matters"]), _json(fact.data["found"])
    yield _REVIEW, (IN_REVIEW, matters, found, fact.stream)


@PROJECTOR.on("identity.AdmissionActivated")
def activated(fact: Fact) -> Iterator[Statement]:
    """It ended with an admission."""
    yield _DECIDE, (ACTIVE, None, _json(fact.data["review"]), fact.stream)


@PROJECTOR.on("identity.AdmissionRejected")
def rejected(fact: Fact) -> Iterator[Statement]:
    """It ended without one."""
    refusal = {"code": fact.data["code"], "data": fact.data["grounds"]}
    yield _DECIDE, (REJECTED, _json(refusal), _json(fact.data["review"]), fact.stream)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
