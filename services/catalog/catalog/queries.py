"""Reads of the catalog's read models."""

from typing import Any

from sqlalchemy import or_, select

from catalog.tables import FEE_SCHEDULES, LISTINGS
from chassis import clock, context, region_scope, standing
from chassis.database import Database
from chassis.refusal import NotFound
from schemas import roles
from schemas.categories import CATEGORIES

_TERMS = ("valid_from", "valid_until", "rate_bp", "cap_fen")


def categories() -> list[dict[str, Any]]:
    """The closed tree of categories (art. 12)."""
    return [
        {
            "code": category.code,
            "zh": category.zh,
            "en": category.en,
            "function": category.function,
            "chargeable": category.chargeable,
        }
        for category in CATEGORIES.values()
    ]


def listings(
    database: Database,
    category: str | None,
    region: str | None,
    text: str | None,
    vouchers: bool,
    after: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Published listings in id order, those that meet every condition given.

    `region` finds those of every region below it; `text` those whose title or description holds
    it, in either case; `vouchers` those that vouchers pay for today. Listings of who is on the
    blacklist are not among them (art. 28).
    """
    hidden = standing.blacklisted(LISTINGS.c.provider)
    statement = select(LISTINGS).where(LISTINGS.c.state == "published", ~hidden)
    if category is not None:
        statement = statement.where(LISTINGS.c.category == category)
    if region is not None:
        statement = statement.where(region_scope.covers(region, LISTINGS.c.region))
    if text is not None:
        statement = statement.where(
            or_(
                LISTINGS.c.title.icontains(text, autoescape=True),
                LISTINGS.c.description.icontains(text, autoescape=True),
            )
        )
    if vouchers:
        today = clock.legal_date().isoformat()
        statement = statement.where(LISTINGS.c.valid_from <= today, LISTINGS.c.valid_until >= today)
    if after is not None:
        statement = statement.where(LISTINGS.c.id > after)
    return [_shown(row) for row in database.rows(statement.order_by(LISTINGS.c.id).limit(limit))]


def listing(database: Database, listing_id: str) -> dict[str, Any]:
    """One listing, a withdrawn one too. Raises `NotFound`."""
    row = database.row(select(LISTINGS).where(LISTINGS.c.id == listing_id))
    if row is None:
        raise NotFound(what="Listing", id=listing_id)
    return _shown(row)


def fee_schedules(
    database: Database, provider: str | None, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Versions of fee schedules by provider and number; a provider sees its own alone.

    `after` is the last provider of the page before: a page ends with all versions of a provider.
    """
    who, f = context.current(), FEE_SCHEDULES.c
    if who.role == roles.PROVIDER:
        provider = who.subject
    wanted = select(f.provider).distinct().order_by(f.provider).limit(limit)
    if provider is not None:
        wanted = wanted.where(f.provider == provider)
    if after is not None:
        wanted = wanted.where(f.provider > after)
    if state is not None:
        wanted = wanted.where(f.state == state)
    statement = select(FEE_SCHEDULES).where(f.provider.in_(wanted))
    if state is not None:
        statement = statement.where(f.state == state)
    return database.rows(statement.order_by(f.provider, f.number))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    terms = {name: row.pop(name) for name in _TERMS}
    row["voucher"] = None if terms["valid_from"] is None else terms
    return row
