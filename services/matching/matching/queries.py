"""Reads of matching's read models."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, true

from chassis import context, region_scope, standing
from chassis.database import Database
from chassis.refusal import NotFound
from chassis.subscription import seen_positions
from matching.domain.deadline import Setting
from matching.domain.listing import Listing
from matching.domain.order import WAITED_FOR
from matching.tables import DEADLINES, LISTINGS, ORDERS
from schemas import roles

LEDGER = "voucher-ledger"
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


def settings(database: Database, name: str) -> tuple[list[Setting], dict[str, int]]:
    """What a deadline was set to, in order, and how far the ledger's log was seen.

    One statement, so both are of the same moment.
    """
    one = select(seen_positions().label("seen")).subquery("one")
    found = (
        select(DEADLINES.c.number, DEADLINES.c.valid_from, DEADLINES.c.days)
        .where(DEADLINES.c.name == name)
        .subquery("found")
    )
    rows = database.rows(
        select(one.c.seen, found).select_from(one.outerjoin(found, true())).order_by(found.c.number)
    )
    known = [(row["valid_from"], row["days"]) for row in rows if row["number"] is not None]
    seen = rows[0]["seen"].get(LEDGER)
    return known, {} if seen is None else {LEDGER: seen}


def overdue(database: Database, day: str, after: str, limit: int) -> list[tuple[str, str]]:
    """Orders whose party was to take its step before a day: id and state, in id order."""
    o = ORDERS.c
    statement = (
        select(o.id, o.state)
        .where(o.state.in_(tuple(WAITED_FOR)), o.due_by < day, o.id > after)
        .order_by(o.id)
        .limit(limit)
    )
    return [(row["id"], row["state"]) for row in database.rows(statement)]
