"""What reservations are decided on."""

from sqlalchemy import select

from chassis.database import Database
from chassis.subscription import seen_positions
from voucher_ledger.domain.voucher import Offer
from voucher_ledger.tables import OFFERS


def offer(database: Database, listing_id: str) -> tuple[Offer | None, dict[str, int]]:
    """A listing as it was learnt, and how far other logs had been seen."""
    statement = select(OFFERS, seen_positions().label("seen"))
    row = database.row(statement.where(OFFERS.c.listing_id == listing_id))
    if row is None:
        return None, {}
    seen, _ = row.pop("seen"), row.pop("listing_id")
    return Offer(**row), dict(seen)
