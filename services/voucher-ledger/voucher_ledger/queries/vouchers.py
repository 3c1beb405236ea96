"""Vouchers as their holders and observers see them."""

from typing import Any

from sqlalchemy import false, select

from chassis.database import Database
from chassis.refusal import NotFound
from voucher_ledger.queries.visibility import visible
from voucher_ledger.tables import BATCHES, SHARES, VOUCHERS


def listed(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Vouchers that the caller may see, in id order."""
    statement = visible(select(VOUCHERS), VOUCHERS.c.holder, VOUCHERS.c.region)
    if state is not None:
        statement = statement.where(VOUCHERS.c.state == state)
    if after is not None:
        statement = statement.where(VOUCHERS.c.id > after)
    return database.rows(statement.order_by(VOUCHERS.c.id).limit(limit))


def shown(database: Database, voucher_id: str) -> dict[str, Any]:
    """A voucher that the caller may see. Raises `NotFound`."""
    statement = visible(select(VOUCHERS), VOUCHERS.c.holder, VOUCHERS.c.region)
    found = database.row(statement.where(VOUCHERS.c.id == voucher_id))
    if found is None:
        raise NotFound(what="voucher", id=voucher_id)
    return found


def due_for_expiry(
    database: Database, day: str, after: str, limit: int
) -> list[tuple[str, int, int]]:
    """Vouchers with something left that were to be used before a day, in id order.

    Each as (id, available fen, reserved fen).
    """
    columns = VOUCHERS.c.id, VOUCHERS.c.available_fen, VOUCHERS.c.reserved_fen
    left = select(*columns).where(VOUCHERS.c.use_by < day, VOUCHERS.c.available_fen > 0)
    rows = database.rows(left.where(VOUCHERS.c.id > after).order_by(VOUCHERS.c.id).limit(limit))
    return [(row["id"], row["available_fen"], row["reserved_fen"]) for row in rows]


def unasked(database: Database, day: str, limit: int) -> dict[str, str]:
    """Shares that nobody asked for, and which were to be redeemed before a day: order → voucher."""
    s, b = SHARES.c, BATCHES.c
    joined = SHARES.join(VOUCHERS, s.voucher_id == VOUCHERS.c.id).join(
        BATCHES, VOUCHERS.c.batch_id == b.id
    )
    owed = s.redeemed_fen > 0, s.applied == false(), b.redeem_by < day
    found = select(s.order_id, s.voucher_id).select_from(joined).where(*owed)
    rows = database.rows(found.order_by(s.order_id).limit(limit))
    return {row["order_id"]: row["voucher_id"] for row in rows}
