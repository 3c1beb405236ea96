"""What grants are decided on."""

from sqlalchemy import select

from chassis.database import Database
from chassis.subscription import seen_positions
from voucher_ledger.tables import STANDINGS, VOUCHERS


def users_among(database: Database, subjects: list[str]) -> tuple[set[str], dict[str, int]]:
    """Which of these subjects are admitted users, and how far other logs had been seen."""
    statement = select(STANDINGS.c.subject_id, seen_positions().label("seen")).where(
        STANDINGS.c.subject_id.in_(subjects), STANDINGS.c.is_user
    )
    rows = database.rows(statement)
    return {row["subject_id"] for row in rows}, dict(rows[0]["seen"]) if rows else {}


def aged_out_among(database: Database, subjects: list[str]) -> list[str]:
    """Those of these subjects who turned sixty, as far as is known."""
    rows = database.rows(
        select(STANDINGS.c.subject_id)
        .where(STANDINGS.c.subject_id.in_(subjects), STANDINGS.c.aged_out)
        .order_by(STANDINGS.c.subject_id)
    )
    return [row["subject_id"] for row in rows]


def holders_of(database: Database, voucher_ids: list[str]) -> set[str]:
    """The holders of those vouchers among these that exist."""
    rows = database.rows(select(VOUCHERS.c.holder).where(VOUCHERS.c.id.in_(voucher_ids)))
    return {row["holder"] for row in rows}
