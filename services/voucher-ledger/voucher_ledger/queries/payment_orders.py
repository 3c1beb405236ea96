"""Payment orders as those see them who pay and look on."""

from typing import Any

from sqlalchemy import select

from chassis.database import Database
from voucher_ledger.tables import PAYMENT_ORDERS


def listed(database: Database, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Payment orders, in id order."""
    statement = select(PAYMENT_ORDERS)
    if after is not None:
        statement = statement.where(PAYMENT_ORDERS.c.id > after)
    return database.rows(statement.order_by(PAYMENT_ORDERS.c.id).limit(limit))
