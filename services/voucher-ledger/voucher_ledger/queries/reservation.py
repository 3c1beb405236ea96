"""What reservations are decided on."""

from sqlalchemy import bindparam, select

from chassis.database import Database, Prepared
from chassis.subscription import seen_positions
from voucher_ledger.domain.voucher import Offer
from voucher_ledger.tables import OFFERS, STANDINGS

_OFFER = Prepared(
    select(
        *(column for column in OFFERS.c if column.name != "listing_id"),
        STANDINGS.c.provider_kind,
        seen_positions().label("seen"),
    )
    .select_from(OFFERS.outerjoin(STANDINGS, STANDINGS.c.subject_id == OFFERS.c.provider))
    .where(OFFERS.c.listing_id == bindparam("key"))
)


def offer(database: Database, listing_id: str) -> tuple[Offer | None, dict[str, int]]:
    """A listing as it was learnt, and how far other logs had been seen."""
    row = database.row(*_OFFER(key=listing_id))
    if row is None:
        return None, {}
    seen: dict[str, int] = row.pop("seen")
    return Offer(**row), seen
