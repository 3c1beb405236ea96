"""Cases of frozen accounts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, String, Table, bindparam, insert, select, update

from chassis import region_scope
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.read_models.sessions import all_end
from identity.tables import ACCOUNTS, METADATA

_NAMES = ("account_id", "subject_id", "region", "reported_by", "grounds")

FREEZE_CASES = Table(
    "freeze_cases",
    METADATA,
    Column("id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("subject_id", String),
    Column("region", String),
    Column("reported_by", String, nullable=False),
    Column("grounds", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", String, nullable=False, index=True),
)

_OPEN = Prepared(
    insert(FREEZE_CASES).values(
        {name: bindparam(name) for name in ("id", *_NAMES, "opened_at")} | {"state": "open"}
    )
)
_CLOSE = Prepared(
    update(FREEZE_CASES).where(FREEZE_CASES.c.id == bindparam("key")).values(state="closed")
)
_SET_CASE = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.account_id == bindparam("key"))
    .values(case_id=bindparam("case"))
)


@PROJECTOR.on("identity.FreezeCaseOpened")
def case_opened(fact: Fact) -> Iterator[Statement]:
    """A case waits for staff."""
    said = {name: fact.data[name] for name in _NAMES}
    yield _OPEN(id=fact.stream, opened_at=fact.recorded_at, **said)


@PROJECTOR.on("identity.FreezeCaseClosed")
def case_closed(fact: Fact) -> Iterator[Statement]:
    """It is dealt with."""
    yield _CLOSE(key=fact.stream)


@PROJECTOR.on("identity.AccountFrozen")
def account_frozen(fact: Fact) -> Iterator[Statement]:
    """Whoever is in the account is out, and nobody comes in."""
    yield _SET_CASE(key=fact.stream, case=fact.data["case_id"])
    yield from all_end(fact.stream, None, keys_too=True)


@PROJECTOR.on("identity.AccountUnfrozen")
def account_unfrozen(fact: Fact) -> Iterator[Statement]:
    """Its holder may sign in again."""
    yield _SET_CASE(key=fact.stream, case=None)


def cases(
    database: Database, region: str | None, state: str | None, limit: int
) -> list[dict[str, Any]]:
    """Cases within a staff region, newest first."""
    statement = select(FREEZE_CASES).where(region_scope.within(region, FREEZE_CASES.c.region))
    if state is not None:
        statement = statement.where(FREEZE_CASES.c.state == state)
    newest = FREEZE_CASES.c.opened_at.desc(), FREEZE_CASES.c.id
    return database.rows(statement.order_by(*newest).limit(limit))
