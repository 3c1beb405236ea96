"""Payment orders as those see them who pay and look on."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import false, or_, select

from chassis.database import Database
from chassis.standing import STANDING
from voucher_ledger.domain.voucher import PUBLIC_AGENCY
from voucher_ledger.tables import PAYMENT_ORDERS


def listed(database: Database, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Payment orders, in id order."""
    statement = select(PAYMENT_ORDERS)
    if after is not None:
        statement = statement.where(PAYMENT_ORDERS.c.id > after)
    return database.rows(statement.order_by(PAYMENT_ORDERS.c.id).limit(limit))


def of_the_government(database: Database, subjects: Collection[str]) -> list[str]:
    """Which of these providers are bodies of the government, as far as was heard (art. 6)."""
    s = STANDING.c
    public = or_(s.provider_kind == PUBLIC_AGENCY, s.may_charge == false())
    found = select(s.subject_id).where(s.subject_id.in_(subjects), s.provider.is_not(None), public)
    return [row["subject_id"] for row in database.rows(found.order_by(s.subject_id))]
