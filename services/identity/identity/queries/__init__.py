"""Reads of identity's read models and private tables."""

from typing import Any

from sqlalchemy import Select, func, select

from chassis.database import Database
from identity.queries import cases, due, verification
from identity.tables import ACCOUNTS, CREDENTIALS, SESSIONS, SUBJECTS
from schemas import roles

__all__ = ["account", "account_of_session", "cases", "due", "password_hash", "verification"]

_ACCOUNTS: Select[Any] = select(
    ACCOUNTS.c.account_id,
    ACCOUNTS.c.subject_id,
    ACCOUNTS.c.role,
    func.coalesce(ACCOUNTS.c.region, SUBJECTS.c.region).label("region"),
    SUBJECTS.c.is_user,
    SUBJECTS.c.is_provider,
    SUBJECTS.c.verified,
).select_from(ACCOUNTS.outerjoin(SUBJECTS, SUBJECTS.c.subject_id == ACCOUNTS.c.subject_id))


def account(database: Database, account_id: str) -> dict[str, Any] | None:
    """An account as `AccountView` shows it, or None."""
    row = database.row(_ACCOUNTS.where(ACCOUNTS.c.account_id == account_id))
    return None if row is None else _shown(row)


def account_of_session(database: Database, session_id: str, now: str) -> dict[str, Any] | None:
    """The account of a session that is open at the instant `now`, or None."""
    row = database.row(
        _ACCOUNTS.add_columns(SESSIONS.c.expires_at)
        .join(SESSIONS, SESSIONS.c.account_id == ACCOUNTS.c.account_id)
        .where(SESSIONS.c.session_id == session_id, SESSIONS.c.ended.is_(False))
    )
    # Compared here: the database may collate text in another way than instants are ordered.
    return None if row is None or row["expires_at"] <= now else _shown(row)


def password_hash(database: Database, account_id: str) -> str | None:
    """The hash of an account's password, or None."""
    row = database.row(
        select(CREDENTIALS.c.password_hash).where(CREDENTIALS.c.account_id == account_id)
    )
    return None if row is None else str(row["password_hash"])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    standing = {roles.USER: row["is_user"], roles.PROVIDER: row["is_provider"]}
    held = [role for role, holds in standing.items() if holds and row["verified"]]
    held = [row["role"]] if row["role"] else held
    return {
        "account_id": row["account_id"],
        "subject_id": row["subject_id"],
        "roles": held,
        "region": row["region"],
    }
