"""Budgets and transfers."""

from typing import Any

from sqlalchemy import or_, select

from chassis import context, region_scope
from chassis.database import Database
from voucher_ledger.queries.visibility import in_region
from voucher_ledger.tables import BUDGETS, TRANSFERS


def listed(
    database: Database, fund: str | None, year: int | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Budgets of the caller's region, in id order."""
    b = BUDGETS.c
    free = (b.received_fen - b.given_fen - b.committed_fen).label("free_fen")
    statement = in_region(select(BUDGETS, free), b.region)
    if fund is not None:
        statement = statement.where(b.fund == fund)
    if year is not None:
        statement = statement.where(b.year == year)
    if after is not None:
        statement = statement.where(b.id > after)
    return database.rows(statement.order_by(b.id).limit(limit))


def transfers(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Transfers from or to the caller's region, in id order."""
    t, who = TRANSFERS.c, context.current()
    either = [region_scope.covers(who.region, side) for side in (t.source_region, t.target_region)]
    statement = select(TRANSFERS).where(or_(*either))
    if state is not None:
        statement = statement.where(t.state == state)
    if after is not None:
        statement = statement.where(t.id > after)
    return database.rows(statement.order_by(t.id).limit(limit))
