"""Reads of the ledger's read models."""

from typing import Any

from sqlalchemy import Select, select

from chassis import context, region_scope
from chassis.database import Database
from chassis.refusal import NotFound
from chassis.seal import stream_evidence
from chassis.sealing.evidence import LogKeys
from chassis.subscription import seen_positions
from schemas.voucher_ledger import OBSERVERS
from voucher_ledger.domain.refusals import NotWitnessed
from voucher_ledger.domain.voucher import Offer
from voucher_ledger.tables import COSIGNED, OFFERS, REDEMPTIONS, SHARES, STANDINGS, VOUCHERS

_BALANCES = """
SELECT split_part(account, '/', 2) AS fund, split_part(account, '/', 3) AS region,
       split_part(account, '/', 4)::integer AS year,
       split_part(account, '/', 1) AS bucket, sum(fen)::bigint AS fen
FROM postings p {where} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_UP_TO = """
WHERE EXISTS (
    SELECT FROM events e JOIN entries n ON n.tx = e.tx AND n.event_id = e.id
    WHERE e.stream = p.stream::uuid AND e.version = p.version AND n.position <= %s)
"""


def _mine(statement: Select[Any], owner: Any, region: Any) -> Select[Any]:
    """Narrow to what the caller may see: their own, or their region for observers."""
    who = context.current()
    if who.role in OBSERVERS:
        return statement.where(region_scope.covers(who.region, region))
    return statement.where(owner == who.subject)


def vouchers(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Vouchers that the caller may see, in id order."""
    statement = _mine(select(VOUCHERS), VOUCHERS.c.holder, VOUCHERS.c.region)
    if state is not None:
        statement = statement.where(VOUCHERS.c.state == state)
    if after is not None:
        statement = statement.where(VOUCHERS.c.id > after)
    return database.rows(statement.order_by(VOUCHERS.c.id).limit(limit))


def voucher(database: Database, voucher_id: str) -> dict[str, Any]:
    """A voucher that the caller may see. Raises `NotFound`."""
    statement = _mine(select(VOUCHERS), VOUCHERS.c.holder, VOUCHERS.c.region)
    found = database.row(statement.where(VOUCHERS.c.id == voucher_id))
    if found is None:
        raise NotFound(what="voucher", id=voucher_id)
    return found


def redemptions(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Redemptions that the caller may see, in id order."""
    statement = _mine(select(REDEMPTIONS), REDEMPTIONS.c.provider, REDEMPTIONS.c.region)
    if state is not None:
        statement = statement.where(REDEMPTIONS.c.state == state)
    if after is not None:
        statement = statement.where(REDEMPTIONS.c.id > after)
    return database.rows(statement.order_by(REDEMPTIONS.c.id).limit(limit))


def balances(database: Database, position: int | None) -> list[dict[str, Any]]:
    """Balances by fund, region and year in fen, as of a position or of now."""
    where, values = ("", ()) if position is None else (_UP_TO, (position,))
    purses: dict[tuple[str, str, int], dict[str, int]] = {}
    for row in database.rows(_BALANCES.format(where=where), values):
        key = (row["fund"], row["region"], row["year"])
        purses.setdefault(key, {})[row["bucket"]] = row["fen"]
    return [
        {"fund": fund, "region": region, "year": year, "balances": found}
        for (fund, region, year), found in sorted(purses.items())
    ]


def voucher_of_order(database: Database, order_id: str) -> str | None:
    """Which voucher pays a share of an order."""
    row = database.row(select(SHARES.c.voucher_id).where(SHARES.c.order_id == order_id))
    return None if row is None else str(row["voucher_id"])


def users_among(database: Database, subjects: list[str]) -> tuple[set[str], dict[str, int]]:
    """Which of these subjects are admitted users, and how far other logs had been seen."""
    statement = select(STANDINGS.c.subject_id, seen_positions().label("seen")).where(
        STANDINGS.c.subject_id.in_(subjects), STANDINGS.c.is_user
    )
    rows = database.rows(statement)
    return {row["subject_id"] for row in rows}, dict(rows[0]["seen"]) if rows else {}


def offer(database: Database, listing_id: str) -> tuple[Offer | None, dict[str, int]]:
    """A listing as it was learnt, and how far other logs had been seen."""
    statement = select(OFFERS, seen_positions().label("seen"))
    row = database.row(statement.where(OFFERS.c.listing_id == listing_id))
    if row is None:
        return None, {}
    seen, _ = row.pop("seen"), row.pop("listing_id")
    return Offer(**row), dict(seen)


def holders_of(database: Database, voucher_ids: list[str]) -> set[str]:
    """The holders of those vouchers among these that exist."""
    rows = database.rows(select(VOUCHERS.c.holder).where(VOUCHERS.c.id.in_(voucher_ids)))
    return {row["holder"] for row in rows}


def due_for_expiry(
    database: Database, day: str, after: str, limit: int
) -> list[tuple[str, int, int]]:
    """Vouchers with something left that were to be used before a day, in id order.

    Each as (id, available fen, reserved fen).
    """
    columns = VOUCHERS.c.id, VOUCHERS.c.available_fen, VOUCHERS.c.reserved_fen
    left = select(*columns).where(VOUCHERS.c.use_by < day, VOUCHERS.c.available_fen > 0)
    rows = database.rows(left.where(VOUCHERS.c.id > after).order_by(VOUCHERS.c.id).limit(limit))
    return [(row["id"], row["available_fen"], row["reserved_fen"]) for row in rows]


def witnessed(database: Database, stream: str, version: int) -> bool:
    """Whether a checkpoint that the supervisor cosigned covers this version of a stream."""
    row = database.row(
        "SELECT n.position < (SELECT max(size) FROM cosigned) AS covered FROM events e "
        "JOIN entries n ON n.tx = e.tx AND n.event_id = e.id "
        "WHERE e.stream = %s AND e.version = %s",
        (stream, version),
    )
    return bool(row and row["covered"])


def evidence(database: Database, voucher_id: str, keys: LogKeys | None) -> dict[str, Any]:
    """The evidence bundle of a voucher that the caller may see: its complete history, cosigned.

    Raises `NotFound`, and `NotWitnessed` while no cosigned checkpoint covers all of it.
    """
    voucher(database, voucher_id)
    if keys is None:
        raise NotWitnessed
    found = stream_evidence(
        database, "voucher-ledger", voucher_id, keys, lambda size: _cosigned(database, size)
    )
    if found is None:
        raise NotWitnessed
    return found


def _cosigned(database: Database, size: int) -> str | None:
    statement = select(COSIGNED.c.note).where(COSIGNED.c.size >= size).order_by(COSIGNED.c.size)
    row = database.row(statement.limit(1))
    return None if row is None else str(row["note"])
