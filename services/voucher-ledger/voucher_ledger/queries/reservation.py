"""What reservations are decided on."""

from sqlalchemy import bindparam, select

from chassis import standing
from chassis.database import Database, Prepared
from chassis.standing import STANDING
from chassis.subscription import seen_positions
from voucher_ledger.domain.voucher import Offer
from voucher_ledger.tables import OFFERS

_OFFER = Prepared(
    select(
        *(column for column in OFFERS.c if column.name != "listing_id"),
        STANDING.c.provider_kind,
        STANDING.c.may_charge,
        standing.held(bindparam("user")).label("held"),
        seen_positions().label("seen"),
    )
    .select_from(OFFERS.outerjoin(STANDING, STANDING.c.subject_id == OFFERS.c.provider))
    .where(OFFERS.c.listing_id == bindparam("key"))
)


def offer(
    database: Database, listing_id: str, user: str
) -> tuple[Offer | None, bool, dict[str, int]]:
    """A listing as it was learnt, whether a user's vouchers are held, how far logs had been seen.

    One statement, so all three are of the same moment.
    """
    row = database.row(*_OFFER(key=listing_id, user=user))
    if row is None:
        return None, False, {}
    held, seen = bool(row.pop("held")), dict(row.pop("seen"))
    return Offer(**row), held, seen
