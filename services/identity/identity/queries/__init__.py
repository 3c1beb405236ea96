"""Reads of identity's read models and private tables."""

from typing import Any

from sqlalchemy import Select, func, select

from chassis import tenure
from chassis.database import Database
from chassis.tenure import TENURES
from identity.queries import cases, due, referral, verification
from identity.tables import ACCOUNT_ROLES, ACCOUNTS, CREDENTIALS, SUBJECTS
from schemas import roles

__all__ = [
    "ACCOUNT_ROWS",
    "account",
    "cases",
    "due",
    "held_roles",
    "password_hash",
    "referral",
    "shown",
    "verification",
]


def held_roles() -> Any:
    """A column: the roles of a staff account, as a list."""
    found = select(func.jsonb_agg(ACCOUNT_ROLES.c.role)).where(
        ACCOUNT_ROLES.c.account_id == ACCOUNTS.c.account_id
    )
    return func.coalesce(found.scalar_subquery(), "[]")


def tenure_held() -> Any:
    """A column: the tenure of which a staff account is the operator's; None for others."""
    dates = {name: TENURES.c[name] for name in ("tenure_id", "state", "valid_from", "valid_until")}
    pairs = [each for name, column in dates.items() for each in (name, column)]
    return (
        select(func.jsonb_build_object(*pairs))
        .join(ACCOUNT_ROLES, ACCOUNT_ROLES.c.tenure_id == TENURES.c.tenure_id)
        .where(
            ACCOUNT_ROLES.c.account_id == ACCOUNTS.c.account_id,
            ACCOUNT_ROLES.c.role == roles.OPERATOR,
        )
        .scalar_subquery()
    )


ACCOUNT_ROWS: Select[Any] = select(
    ACCOUNTS.c.account_id,
    ACCOUNTS.c.subject_id,
    ACCOUNTS.c.staff,
    held_roles().label("held"),
    tenure_held().label("tenure"),
    func.coalesce(ACCOUNTS.c.region, SUBJECTS.c.region).label("region"),
    SUBJECTS.c.is_user,
    SUBJECTS.c.is_provider,
    SUBJECTS.c.verified,
).select_from(ACCOUNTS.outerjoin(SUBJECTS, SUBJECTS.c.subject_id == ACCOUNTS.c.subject_id))


def account(database: Database, account_id: str) -> dict[str, Any] | None:
    """An account as `AccountView` shows it, or None."""
    row = database.row(ACCOUNT_ROWS.where(ACCOUNTS.c.account_id == account_id))
    return None if row is None else shown(row)


def password_hash(database: Database, account_id: str) -> str | None:
    """The hash of an account's password, or None."""
    row = database.row(
        select(CREDENTIALS.c.password_hash).where(CREDENTIALS.c.account_id == account_id)
    )
    return None if row is None else str(row["password_hash"])


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `ACCOUNT_ROWS` as `AccountView` shows it."""
    standing = {roles.USER: row["is_user"], roles.PROVIDER: row["is_provider"]}
    of_subject = [role for role, holds in standing.items() if holds and row["verified"]]
    return {
        "account_id": row["account_id"],
        "subject_id": row["subject_id"],
        "roles": sorted(row["held"]) if row["staff"] else of_subject,
        "region": row["region"],
    }


def bearer(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `ACCOUNT_ROWS` as `BearerView` shows it, but for what its token may do."""
    held = row["tenure"]
    stands = held is not None and tenure.in_force(held)
    return {**shown(row), "authorities": {roles.OPERATOR: held["tenure_id"]} if stands else {}}
