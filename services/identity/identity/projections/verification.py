"""What read models make of questions to registries: what waits, and wrong names by account."""

from collections.abc import Iterator

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from identity.projections.projector import PROJECTOR
from identity.tables import MISSES, PENDING

_WAIT = upsert(PENDING).values(
    verification_id=bindparam("verification_id"),
    account_id=bindparam("account_id"),
    case_id=bindparam("case_id"),
    registry=bindparam("registry"),
    version=bindparam("version"),
    since=bindparam("since"),
)
_DEFER = Prepared(
    _WAIT.on_conflict_do_update(
        index_elements=["verification_id", "account_id"],
        set_={name: _WAIT.excluded[name] for name in ("case_id", "registry", "version", "since")},
    )
)
_ANSWERED = Prepared(
    delete(PENDING).where(
        PENDING.c.verification_id == bindparam("verification"),
        PENDING.c.account_id == bindparam("account"),
    )
)
_DECIDED = Prepared(delete(PENDING).where(PENDING.c.case_id == bindparam("case")))
_MISSED = Prepared(
    insert(MISSES).values(
        verification_id=bindparam("verification_id"),
        account_id=bindparam("account_id"),
        at=bindparam("instant"),
    )
)


@PROJECTOR.on("identity.VerificationDeferred")
def deferred(fact: Fact) -> Iterator[Statement]:
    """A question waits for its registry."""
    data = fact.data
    yield _DEFER(
        verification_id=fact.stream,
        account_id=data["account_id"],
        case_id=data["case_id"],
        registry=data["registry"],
        version=fact.version,
        since=fact.recorded_at,
    )


@PROJECTOR.on("identity.VerificationAnswered")
def answered(fact: Fact) -> Iterator[Statement]:
    """The account's question waits no more; a wrong name is counted."""
    data = fact.data
    yield _ANSWERED(verification=fact.stream, account=data["account_id"])
    if data["outcome"] != "match":
        yield _MISSED(
            verification_id=fact.stream, account_id=data["account_id"], instant=data["at"]
        )


@PROJECTOR.on("identity.AdmissionRejected", "identity.AdmissionActivated")
def decided(fact: Fact) -> Iterator[Statement]:
    """What a decided case waited for is asked no more."""
    yield _DECIDED(case=fact.stream)
