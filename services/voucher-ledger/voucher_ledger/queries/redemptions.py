"""Redemptions as providers and observers see them."""

from typing import Any

from sqlalchemy import select

from chassis.database import Database
from voucher_ledger.queries.visibility import visible
from voucher_ledger.queries.witness import AWAITING_COSIGNATURE
from voucher_ledger.tables import REDEMPTIONS, SHARES


def listed(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Redemptions that the caller may see, in id order."""
    rows = select(REDEMPTIONS, AWAITING_COSIGNATURE)
    statement = visible(rows, REDEMPTIONS.c.provider, REDEMPTIONS.c.region)
    if state is not None:
        statement = statement.where(REDEMPTIONS.c.state == state)
    if after is not None:
        statement = statement.where(REDEMPTIONS.c.id > after)
    return database.rows(statement.order_by(REDEMPTIONS.c.id).limit(limit))


def voucher_of_order(database: Database, order_id: str) -> str | None:
    """Which voucher pays a share of an order."""
    row = database.row(select(SHARES.c.voucher_id).where(SHARES.c.order_id == order_id))
    return None if row is None else str(row["voucher_id"])
