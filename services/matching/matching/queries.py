"""Reads of matching's read models."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select

from chassis import context, region_scope, standing
from chassis.database import Database
from chassis.refusal import NotFound
from chassis.subscription import seen_positions
from matching.domain.listing import Listing
from matching.tables import LISTINGS, ORDERS
from schemas import roles

OBSERVERS = roles.STAFF - {roles.DEPARTMENT, roles.GOVERNMENT_SERVICE}
"""Staff who see the orders of their region; other departments see what they buy, later."""


def _visible() -> ColumnElement[bool]:
    """What the caller may see: the supervisor all, staff their region, a party its own orders."""
    who = context.current()
    if who.role == roles.SUPERVISOR:
        return literal(True)
    if who.role in OBSERVERS:
        return region_scope.covers(who.region, ORDERS.c.region)
    return or_(ORDERS.c.user == who.subject, ORDERS.c.provider == who.subject)


def order(database: Database, order_id: str) -> dict[str, Any]:
    """An order that the caller may see. Raises `NotFound`."""
    found = database.row(select(ORDERS).where(ORDERS.c.id == order_id, _visible()))
    if found is None:
        raise NotFound(what="order", id=order_id)
    return found


def orders(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Orders that the caller may see, in id order."""
    statement: Select[Any] = select(ORDERS).where(_visible())
    if state is not None:
        statement = statement.where(ORDERS.c.state == state)
    if after is not None:
        statement = statement.where(ORDERS.c.id > after)
    return database.rows(statement.order_by(ORDERS.c.id).limit(limit))


def offered(database: Database, listing_id: str) -> tuple[Listing | None, dict[str, int]]:
    """A listing as it was learnt, and how far logs were seen: one statement.

    A listing whose provider is not active (any more) is none.
    """
    one = select(literal(1)).subquery("one")
    found = and_(LISTINGS.c.listing_id == listing_id, standing.provides(LISTINGS.c.provider))
    row = database.row(
        select(seen_positions().label("seen"), LISTINGS).select_from(one.outerjoin(LISTINGS, found))
    )
    assert row is not None, "an outer join from one row"
    seen = dict(row.pop("seen"))
    return Listing(**row) if row["listing_id"] is not None else None, seen
