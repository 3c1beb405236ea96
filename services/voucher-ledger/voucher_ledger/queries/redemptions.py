"""Redemptions as providers and observers see them."""

from typing import Any

from sqlalchemy import select

from chassis.database import Database
from voucher_ledger.domain.redemption import SETTLED
from voucher_ledger.queries.visibility import visible
from voucher_ledger.queries.witness import AWAITING_COSIGNATURE
from voucher_ledger.tables import DELIVERIES, REDEMPTIONS, SHARES


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


def evidence_of_order(database: Database, order_id: str) -> str | None:
    """The digest of the evidence with which an order was delivered."""
    found = select(DELIVERIES.c.evidence_sha256).where(DELIVERIES.c.order_id == order_id)
    row = database.row(found)
    return None if row is None else str(row["evidence_sha256"])


def publicised(database: Database, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Redemptions that everybody can see before they are paid, in id order."""
    r = REDEMPTIONS.c
    statement = select(r.id, r.order_id, r.provider, r.region, r.fen, r.payable_from).where(
        r.state.in_(("publicised", "instructed", "returned"))
    )
    if after is not None:
        statement = statement.where(r.id > after)
    return database.rows(statement.order_by(r.id).limit(limit))


def overdue(database: Database, day: str, limit: int) -> list[str]:
    """Redemptions that were to be paid before a day, are not, and were not flagged yet."""
    r = REDEMPTIONS.c
    statement = select(r.id).where(r.pay_by < day, r.state.not_in(SETTLED), r.overdue.is_(False))
    return [row["id"] for row in database.rows(statement.order_by(r.pay_by, r.id).limit(limit))]
