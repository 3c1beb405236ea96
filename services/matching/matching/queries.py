"""Reads of matching's read models."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from chassis import context, region_scope, standing
from chassis.database import Database
from chassis.refusal import NotFound
from chassis.subscription import seen_positions
from matching.domain.deadline import Setting
from matching.domain.fee import FeeSchedule
from matching.domain.listing import Listing
from matching.domain.order import WAITED_FOR
from matching.tables import DEADLINES, FEE_SCHEDULES, LISTINGS, ORDERS
from schemas import roles

LEDGER = "voucher-ledger"
OBSERVERS = roles.STAFF - {roles.DEPARTMENT, roles.GOVERNMENT_SERVICE}
"""Staff who see the orders of their region; other departments see what they buy, later."""

_SHOWN = [column for column in ORDERS.c if column.name != "accepted_on"]
"""What an order's view has; the day is for statements."""


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
    found = database.row(select(*_SHOWN).where(ORDERS.c.id == order_id, _visible()))
    if found is None:
        raise NotFound(what="order", id=order_id)
    return found


def orders(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Orders that the caller may see, in id order."""
    statement: Select[Any] = select(*_SHOWN).where(_visible())
    if state is not None:
        statement = statement.where(ORDERS.c.state == state)
    if after is not None:
        statement = statement.where(ORDERS.c.id > after)
    return database.rows(statement.order_by(ORDERS.c.id).limit(limit))


def offered(database: Database, listing_id: str, day: str) -> tuple[Listing | None, dict[str, int]]:
    """A listing as it was learnt, with the fees in force on a legal date: one statement.

    And how far logs were seen. A listing whose provider is not active (any more) is none.
    """
    one = select(literal(1)).subquery("one")
    found = and_(LISTINGS.c.listing_id == listing_id, standing.provides(LISTINGS.c.provider))
    row = database.row(
        select(seen_positions().label("seen"), LISTINGS, _fees_on(day).label("fees")).select_from(
            one.outerjoin(LISTINGS, found)
        )
    )
    assert row is not None, "an outer join from one row"
    seen, fees = dict(row.pop("seen")), row.pop("fees")
    if row["listing_id"] is None:
        return None, seen
    return Listing(**row, fees=None if fees is None else FeeSchedule(**fees)), seen


def _fees_on(day: str) -> ScalarSelect[Any]:
    """The version in force on a day: signed, of the latest date, the last of those."""
    f = FEE_SCHEDULES.c
    names = ("number", "rate_bp", "rates", "content_sha256")
    return (
        select(func.jsonb_build_object(*(part for name in names for part in (name, f[name]))))
        .where(f.provider == LISTINGS.c.provider, f.signed, f.valid_from <= day)
        .order_by(f.valid_from.desc(), f.number.desc())
        .limit(1)
        .correlate(LISTINGS)
        .scalar_subquery()
    )


def fee_statement(database: Database, month: str, provider: str | None) -> list[dict[str, Any]]:
    """What the operator is due of each provider for the orders that were accepted in a month.

    By provider and version: how many orders, what was accepted of their prices, and the operator's
    part of each, rounded down, all in fen. A provider sees its own alone.
    """
    who, o = context.current(), ORDERS.c
    if who.role == roles.PROVIDER:
        provider = who.subject
    rate_bp = o.fee["rate_bp"].as_integer()
    part = func.coalesce(func.div(o.accepted_fen * rate_bp, 10_000), 0)
    number = o.fee["number"].as_integer()
    statement = (
        select(
            o.provider,
            number.label("number"),
            func.count().label("orders"),
            cast(func.sum(o.accepted_fen), BigInteger).label("accepted_fen"),
            cast(func.sum(part), BigInteger).label("operator_fen"),
            cast(func.sum(o.accepted_fen - part), BigInteger).label("provider_fen"),
        )
        .where(o.state == "accepted", o.accepted_on.startswith(month))
        .group_by(o.provider, number)
        .order_by(o.provider, number)
    )
    if provider is not None:
        statement = statement.where(o.provider == provider)
    return [{"month": month, **row} for row in database.rows(statement)]


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
