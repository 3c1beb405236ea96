"""What the calendar or a registry makes due: read on every tick, a page at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from chassis.database import Database
from identity.tables import AGE_WATCH, LIST_CHECKS, PENDING, RENEWALS

Rows = list[dict[str, Any]]


def pending(database: Database, after: str, limit: int) -> Rows:
    """Questions that wait for a registry, in the order of their cases."""
    return database.rows(
        select(PENDING.c.case_id, PENDING.c.version)
        .where(PENDING.c.case_id > after)
        .order_by(PENDING.c.case_id)
        .limit(limit)
    )


def to_remind(database: Database, today: str, after: str, limit: int) -> Rows:
    """Subjects whose verification is made anew soon and who have not been told."""
    return database.rows(
        select(RENEWALS.c.subject_id, RENEWALS.c.renew_by)
        .where(
            RENEWALS.c.remind_on <= today,
            RENEWALS.c.reminded.is_(False),
            RENEWALS.c.subject_id > after,
        )
        .order_by(RENEWALS.c.subject_id)
        .limit(limit)
    )


def to_renew(database: Database, today: str, after: str, limit: int) -> Rows:
    """Subjects whose verification is to be made anew, as long as no registry said no.

    Also those whose days of grace are over: the service itself may have been away.
    """
    return database.rows(
        select(RENEWALS.c.subject_id, RENEWALS.c.renew_by)
        .where(
            RENEWALS.c.renew_by <= today,
            RENEWALS.c.failed.is_(False),
            RENEWALS.c.subject_id > after,
        )
        .order_by(RENEWALS.c.subject_id)
        .limit(limit)
    )


def to_lapse(database: Database, today: str, after: str, limit: int) -> Rows:
    """Subjects whose days of grace are over."""
    return database.rows(
        select(RENEWALS.c.subject_id, RENEWALS.c.renew_by)
        .where(RENEWALS.c.lapses_on <= today, RENEWALS.c.subject_id > after)
        .order_by(RENEWALS.c.subject_id)
        .limit(limit)
    )


def to_check(database: Database, today: str, after: str, limit: int) -> Rows:
    """Firms that provide, for which the registry's lists are to be looked at."""
    return database.rows(
        select(LIST_CHECKS.c.subject_id, LIST_CHECKS.c.check_on)
        .where(LIST_CHECKS.c.check_on <= today, LIST_CHECKS.c.subject_id > after)
        .order_by(LIST_CHECKS.c.subject_id)
        .limit(limit)
    )


def past_sixty(database: Database, digests: Sequence[str], after: str, limit: int) -> list[str]:
    """Users whose sixtieth birthday is one of those that the digests stand for."""
    rows = database.rows(
        select(AGE_WATCH.c.subject_id)
        .where(AGE_WATCH.c.digest.in_(digests), AGE_WATCH.c.subject_id > after)
        .order_by(AGE_WATCH.c.subject_id)
        .limit(limit)
    )
    return [str(row["subject_id"]) for row in rows]
