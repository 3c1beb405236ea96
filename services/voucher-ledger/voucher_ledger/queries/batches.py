"""Batches, with what was granted of them."""

from typing import Any

from sqlalchemy import func, select

from chassis.database import Database
from voucher_ledger.domain.book import Purse
from voucher_ledger.domain.lease import ISSUE
from voucher_ledger.queries.visibility import in_region
from voucher_ledger.tables import ALLOTMENTS, BATCHES, BUDGET_SHARES


def open_batches(database: Database, purse: Purse) -> list[str]:
    """The ids of a budget's batches that are not closed, in order."""
    b = BATCHES.c
    statement = select(b.id).where(
        b.fund == purse.fund,
        b.year == purse.year,
        b.region == purse.region,
        b.state == "open",
    )
    return [str(row["id"]) for row in database.rows(statement.order_by(b.id))]


def listed(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Batches of the caller's region, in id order."""
    granted = (
        select(func.coalesce(func.sum(BUDGET_SHARES.c.drawn_fen), 0))
        .join(ALLOTMENTS, ALLOTMENTS.c.id == BUDGET_SHARES.c.allotment_id)
        .where(ALLOTMENTS.c.batch_id == BATCHES.c.id, ALLOTMENTS.c.kind == ISSUE)
        .scalar_subquery()
        .label("granted_fen")
    )
    statement = in_region(select(BATCHES, granted), BATCHES.c.region)
    if state is not None:
        statement = statement.where(BATCHES.c.state == state)
    if after is not None:
        statement = statement.where(BATCHES.c.id > after)
    rows = database.rows(statement.order_by(BATCHES.c.id).limit(limit))
    for row in rows:
        row["granted_fen"] = int(row["granted_fen"])
        row["granted"] = row["granted_fen"] // row["face_fen"]
    return rows
