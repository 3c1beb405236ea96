"""Roles of staff accounts, and which accounts act for a subject."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import tenure
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.queries import held_roles
from identity.tables import ACCOUNT_ROLES, ACCOUNTS

_ROLE = upsert(ACCOUNT_ROLES).values(
    account_id=bindparam("account_id"), role=bindparam("role"), tenure_id=bindparam("tenure_id")
)
_GRANT = Prepared(
    _ROLE.on_conflict_do_update(
        index_elements=["account_id", "role"], set_={"tenure_id": _ROLE.excluded.tenure_id}
    )
)
_REVOKE = Prepared(
    delete(ACCOUNT_ROLES).where(
        ACCOUNT_ROLES.c.account_id == bindparam("key"), ACCOUNT_ROLES.c.role == bindparam("gone")
    )
)
_NAME = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.account_id == bindparam("key"))
    .values(officer_id=bindparam("person"))
)
_UNLINK = Prepared(
    update(ACCOUNTS).where(ACCOUNTS.c.account_id == bindparam("key")).values(subject_id=None)
)

tenure.learn(PROJECTOR)


@PROJECTOR.on("identity.AccountRoleGranted")
def role_granted(fact: Fact) -> Iterator[Statement]:
    """An account may act in a role."""
    yield _GRANT(account_id=fact.stream, role=fact.data["role"], tenure_id=fact.data["tenure_id"])


@PROJECTOR.on("identity.AccountRoleRevoked")
def role_revoked(fact: Fact) -> Iterator[Statement]:
    """It may not any more."""
    yield _REVOKE(key=fact.stream, gone=fact.data["role"])


@PROJECTOR.on("identity.AccountOfficerNamed")
def officer_named(fact: Fact) -> Iterator[Statement]:
    """The person behind an account is on record."""
    yield _NAME(key=fact.stream, person=fact.data["officer_id"])


@PROJECTOR.on("identity.AccountUnlinked")
def account_unlinked(fact: Fact) -> Iterator[Statement]:
    """An account acts for nobody."""
    yield _UNLINK(key=fact.stream)


def accounts(
    database: Database, role: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Staff accounts as `StaffView` shows them, in id order."""
    statement = select(
        ACCOUNTS.c.account_id,
        held_roles().label("roles"),
        ACCOUNTS.c.region,
        ACCOUNTS.c.officer_id.is_not(None).label("named"),
        ACCOUNTS.c.enrolment.is_not(None).label("second_factor"),
    ).where(ACCOUNTS.c.staff)
    if role is not None:
        holders = select(ACCOUNT_ROLES.c.account_id).where(ACCOUNT_ROLES.c.role == role)
        statement = statement.where(ACCOUNTS.c.account_id.in_(holders))
    if after is not None:
        statement = statement.where(ACCOUNTS.c.account_id > after)
    rows = database.rows(statement.order_by(ACCOUNTS.c.account_id).limit(limit))
    return [{**row, "roles": sorted(row["roles"])} for row in rows]


def of_subject(database: Database, subject_id: str | None) -> list[str]:
    """The accounts that act for a subject, in id order."""
    rows = database.rows(
        select(ACCOUNTS.c.account_id)
        .where(ACCOUNTS.c.subject_id == subject_id)
        .order_by(ACCOUNTS.c.account_id)
    )
    return [str(row["account_id"]) for row in rows]
