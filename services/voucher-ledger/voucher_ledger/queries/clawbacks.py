"""What the bank received of clawbacks."""

from sqlalchemy import select

from chassis.database import Database
from voucher_ledger.tables import DEPOSITS


def booked_for(database: Database, bank_reference: str) -> str | None:
    """The redemption whose demand a deposit was booked for; None when it was for none."""
    found = select(DEPOSITS.c.redemption_id).where(DEPOSITS.c.bank_reference == bank_reference)
    row = database.row(found)
    return None if row is None else str(row["redemption_id"])
