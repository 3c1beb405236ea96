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
        *(column for column in OFFERS.c if column.name not in ("listing_id", "published_on")),
        STANDING.c.provider_kind,
        STANDING.c.may_charge,
        standing.held(bindparam("user")).label("frozen"),
        standing.blacklisted(bindparam("user"), OFFERS.c.provider).label("blacklisted"),
        seen_positions().label("seen"),
    )
    .select_from(OFFERS.outerjoin(STANDING, STANDING.c.subject_id == OFFERS.c.provider))
    .where(OFFERS.c.listing_id == bindparam("key"))
)


def offer(
    database: Database, listing_id: str, user: str
) -> tuple[Offer | None, str | None, dict[str, int]]:
    """A listing as it was learnt, why nothing is reserved for it, how far logs had been seen.

    The cause is `FROZEN` for a user of whom an account is, `BLACKLISTED` where the user or the
    provider is. One statement, so all three are of the same moment.
    """
    row = database.row(*_OFFER(key=listing_id, user=user))
    if row is None:
        return None, None, {}
    frozen, blacklisted, seen = row.pop("frozen"), row.pop("blacklisted"), dict(row.pop("seen"))
    held = standing.BLACKLISTED if blacklisted else standing.FROZEN if frozen else None
    return Offer(**row), held, seen
