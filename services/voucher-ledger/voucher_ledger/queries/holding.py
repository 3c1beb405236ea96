"""Whose vouchers are held (冻结, art. 35)."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from chassis.database import Database
from chassis.subscription import seen_positions
from voucher_ledger.tables import HOLDS


def is_held(subject: Any) -> ColumnElement[bool]:
    """A column: whether an account of a subject is frozen."""
    return exists().where(HOLDS.c.subject_id == subject)


def held(database: Database, subject: str | None) -> tuple[bool, dict[str, int]]:
    """Whether an account of a subject is frozen, and how far other logs had been seen."""
    row = database.row(select(is_held(subject).label("held"), seen_positions().label("seen")))
    assert row is not None, "a query without a table"
    return bool(row["held"]), dict(row["seen"])
