"""The shares of allotments."""

from sqlalchemy import bindparam, select

from chassis.database import Database, Prepared
from voucher_ledger.tables import BUDGET_SHARES

_LEFT = Prepared(
    select(BUDGET_SHARES.c.id).where(
        BUDGET_SHARES.c.allotment_id == bindparam("key"), BUDGET_SHARES.c.left_fen > 0
    )
)


def shares_with_something_left(database: Database, allotment_id: str) -> set[str]:
    """The ids of an allotment's shares that have something left."""
    return {row["id"] for row in database.rows(*_LEFT(key=allotment_id))}
