"""Reads about the verification of a subject, and about wrong names."""

from typing import Any

from sqlalchemy import func, select

from chassis.database import Database
from identity.tables import ACCOUNTS, MISSES, RENEWALS, SUBJECTS


def misses(database: Database, account_id: str, since: str) -> int:
    """How many wrong names an account has tried after an instant, for all numbers."""
    statement = select(func.count()).where(MISSES.c.account_id == account_id, MISSES.c.at > since)
    row = database.row(statement)
    return 0 if row is None else int(row["count_1"])


def of_account(database: Database, account_id: str) -> dict[str, Any] | None:
    """The verification of the subject that an account acts for, as `VerificationView` shows it."""
    return database.row(
        select(
            SUBJECTS.c.subject_id,
            SUBJECTS.c.kind,
            SUBJECTS.c.document,
            SUBJECTS.c.verified,
            SUBJECTS.c.aged_out,
            RENEWALS.c.renew_by,
            RENEWALS.c.remind_on,
            RENEWALS.c.lapses_on,
        )
        .select_from(
            ACCOUNTS.join(SUBJECTS, SUBJECTS.c.subject_id == ACCOUNTS.c.subject_id).outerjoin(
                RENEWALS, RENEWALS.c.subject_id == SUBJECTS.c.subject_id
            )
        )
        .where(ACCOUNTS.c.account_id == account_id)
    )
