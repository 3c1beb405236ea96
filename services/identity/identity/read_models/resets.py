"""Password resets by two persons of staff."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, String, Table, bindparam, insert, select, update

from chassis import region_scope
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.tables import ACCOUNTS, METADATA, SUBJECTS

PASSWORD_RESETS = Table(
    "password_resets",
    METADATA,
    Column("id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("requester", String, nullable=False),
    Column("grounds", String, nullable=False),
    Column("second_factor", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("until", String),
    Column("asked_at", String, nullable=False, index=True),
)

_ADD = Prepared(
    insert(PASSWORD_RESETS).values(
        id=bindparam("id"),
        account_id=bindparam("account_id"),
        requester=bindparam("requester"),
        grounds=bindparam("grounds"),
        second_factor=bindparam("second_factor"),
        asked_at=bindparam("asked_at"),
        state="requested",
    )
)
_MOVE = Prepared(
    update(PASSWORD_RESETS)
    .where(PASSWORD_RESETS.c.id == bindparam("key"))
    .values(state=bindparam("to"))
)
_APPROVE = Prepared(
    update(PASSWORD_RESETS)
    .where(PASSWORD_RESETS.c.id == bindparam("key"))
    .values(state="approved", until=bindparam("end"))
)


@PROJECTOR.on("identity.PasswordResetRequested")
def reset_requested(fact: Fact) -> Iterator[Statement]:
    """A reset waits for a second person."""
    names = ("account_id", "requester", "grounds", "second_factor")
    said = {name: fact.data[name] for name in names}
    yield _ADD(id=fact.stream, asked_at=fact.recorded_at, **said)


@PROJECTOR.on("identity.PasswordResetApproved")
def reset_approved(fact: Fact) -> Iterator[Statement]:
    """Its ticket is good for a while."""
    yield _APPROVE(key=fact.stream, end=fact.data["until"])


@PROJECTOR.on("identity.PasswordResetRejected")
def reset_rejected(fact: Fact) -> Iterator[Statement]:
    """It came to nothing."""
    yield _MOVE(key=fact.stream, to="rejected")


@PROJECTOR.on("identity.PasswordResetCompleted")
def reset_completed(fact: Fact) -> Iterator[Statement]:
    """Its ticket was used."""
    yield _MOVE(key=fact.stream, to="completed")


def resets(
    database: Database, region: str | None, state: str | None, limit: int
) -> list[dict[str, Any]]:
    """Resets of accounts within a staff region, newest first."""
    accounts = ACCOUNTS.outerjoin(SUBJECTS, SUBJECTS.c.subject_id == ACCOUNTS.c.subject_id)
    statement = (
        select(PASSWORD_RESETS)
        .select_from(
            PASSWORD_RESETS.join(accounts, ACCOUNTS.c.account_id == PASSWORD_RESETS.c.account_id)
        )
        .where(region_scope.within(region, SUBJECTS.c.region, ACCOUNTS.c.region))
    )
    if state is not None:
        statement = statement.where(PASSWORD_RESETS.c.state == state)
    newest = PASSWORD_RESETS.c.asked_at.desc(), PASSWORD_RESETS.c.id
    return database.rows(statement.order_by(*newest).limit(limit))
