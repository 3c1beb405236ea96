"""Government purchases, for everybody to see (art. 18)."""

from typing import Any

from sqlalchemy import false, select

from chassis.database import Database
from chassis.standing import ACTIVE, STANDING
from voucher_ledger.tables import PURCHASES

_SHOWN = tuple(
    PURCHASES.c[name]
    for name in (
        *("id", "fund", "year", "region", "provider", "title", "fen", "procedure"),
        *("beneficiaries", "consents", "state", "accepted_fen", "opinion_sha256"),
    )
)


def active(database: Database, provider: str) -> bool:
    """Whether somebody is a provider for whom something new may begin, as far as was heard."""
    s = STANDING.c
    found = select(s.subject_id).where(
        s.subject_id == provider, s.provider == ACTIVE, s.stopped == false()
    )
    return database.row(found) is not None


def listed(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Purchases, in id order."""
    p = PURCHASES.c
    statement = select(*_SHOWN)
    if state is not None:
        statement = statement.where(p.state == state)
    if after is not None:
        statement = statement.where(p.id > after)
    return database.rows(statement.order_by(p.id).limit(limit))
