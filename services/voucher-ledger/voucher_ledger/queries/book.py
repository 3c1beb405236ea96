"""The book: the trial balance at any position, and what batches, users and orders have of it.

The trial balance stands on the totals that the sequencer seals into every checkpoint, and adds the
postings of what came after: no row is fought over, and its cost does not grow with the log. What
batches, users, orders and providers have is summed from their vouchers and shares, which are
written in the transaction of the events themselves.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from chassis import context, region_scope
from chassis.database import Database
from chassis.log import LogReader
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.note import Note
from chassis.tlog import OutsideTheLog
from schemas import roles
from schemas.voucher_ledger.common import OBSERVERS, SERVICE
from voucher_ledger.domain.book import Bucket, is_purchase_fund
from voucher_ledger.queries.visibility import visible
from voucher_ledger.tables import BATCHES, SHARES, VOUCHERS
from voucher_ledger.totals import LedgerTotals

_SEALED = """
SELECT c.size, c.note, n.tx::text, n.event_id FROM checkpoints c
JOIN entries n ON n.position = c.size - 1 WHERE c.size <= %s ORDER BY c.size DESC LIMIT 1
"""
_POSTED = """
SELECT p.value->>'account' AS account, sum((p.value->>'fen')::bigint)::bigint AS fen
FROM {events}, jsonb_array_elements(e.body::jsonb #> '{{data,postings}}') AS p
WHERE {where} AND e.body LIKE '%%"postings":[{{%%' GROUP BY 1
"""
_SINCE = _POSTED.format(events="events e", where="(e.tx, e.id) > (%s::xid8, %s)")
_BETWEEN = _POSTED.format(
    events="entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id",
    where="n.position >= %s AND n.position <= %s",
)

_ON_VOUCHERS = (
    Bucket.ISSUED.value,
    Bucket.RESERVED.value,
    Bucket.REDEEMED.value,
    Bucket.PAID.value,
    Bucket.CLAWED_BACK.value,
)
_BESIDE = """
SELECT (SELECT coalesce(jsonb_agg(p), '[]') FROM (:since) p) AS postings,
    (SELECT coalesce(jsonb_agg(s), '[]') FROM (
        SELECT b.fund, b.region, b.year, sum(v.available_fen)::bigint AS issued,
            sum(v.reserved_fen)::bigint AS reserved,
            sum(v.redeemed_fen - v.paid_fen)::bigint AS redeemed,
            sum(v.paid_fen)::bigint AS paid, sum(v.clawed_fen)::bigint AS "clawed-back"
        FROM vouchers v JOIN batches b ON b.id = v.batch_id GROUP BY 1, 2, 3) s) AS sums
""".replace(":since", _SINCE)


def balances(
    database: Database,
    position: int | None = None,
    fund: str | None = None,
    region: str | None = None,
    year: int | None = None,
) -> list[dict[str, Any]]:
    """Balances by fund, region and year in fen, as of a position or of now.

    Raises `OutsideTheLog` for a position that the log does not have yet.
    """
    who = context.current()
    scope = region_scope.prefix(who.region) if who.role in OBSERVERS else ""
    wanted = {"fund": fund, "region": region, "year": year}
    return [
        row
        for row in _all_balances(database, position)
        if row["region"].startswith(scope)
        and all(value in (None, row[name]) for name, value in wanted.items())
    ]


def beside_vouchers(database: Database) -> list[dict[str, Any]]:
    """The trial balance beside the sum of all vouchers, purse by purse, of one moment.

    The full check of the book: it reads every voucher once. Purses of purchases hold no vouchers.
    """
    totals, cursor = _sealed_totals(database)
    row = database.row(_BESIDE, cursor)
    assert row is not None, "a query without a table"
    totals.post(row["postings"])
    sums = {(each["fund"], each["region"], each["year"]): each for each in row["sums"]}
    found = []
    for purse in totals.balances():
        if is_purchase_fund(purse["fund"]):
            continue
        of = {name: purse[name] for name in ("fund", "region", "year")}
        vouchers = sums.get(tuple(of.values()), {})
        booked = {bucket: purse["balances"].get(bucket, 0) for bucket in _ON_VOUCHERS}
        summed = {bucket: vouchers.get(bucket, 0) for bucket in _ON_VOUCHERS}
        found.append({**of, "book": booked, "vouchers": summed, "agrees": booked == summed})
    return found


def _sealed_totals(database: Database) -> tuple[LedgerTotals, tuple[str, int]]:
    """What the newest checkpoint seals, and the place in the log from which on it does not."""
    totals, sealed = LedgerTotals(), database.row(_SEALED, (2**62,))
    if sealed is None:
        return totals, ("0", 0)
    totals.resume(Checkpoint.parse(Note.parse(sealed["note"]).text).extensions)
    return totals, (sealed["tx"], sealed["event_id"])


def _all_balances(database: Database, position: int | None) -> list[dict[str, Any]]:
    if position is None:
        totals, cursor = _sealed_totals(database)
        totals.post(database.rows(_SINCE, cursor))
        return totals.balances()
    size = LogReader(database, SERVICE).size()
    if position >= size:
        raise OutsideTheLog(size=size, asked=f"{position} < {size}")
    totals, sealed = LedgerTotals(), database.row(_SEALED, (position + 1,))
    if sealed is not None:
        totals.resume(Checkpoint.parse(Note.parse(sealed["note"]).text).extensions)
    totals.post(database.rows(_BETWEEN, (sealed["size"] if sealed else 0, position)))
    return totals.balances()


def accounts(
    database: Database,
    dimension: str,
    of: str | None,
    after: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """What each batch, user, order or provider has that the caller may see, in order of its id.

    A thing that has money of several funds, regions or years has a row for each.
    """
    statement, key = _ACCOUNTS[dimension]()
    if of is not None:
        statement = statement.where(key == of)
    if after is not None:
        statement = statement.where(key > after)
    purse = BATCHES.c.fund, BATCHES.c.region, BATCHES.c.year
    statement = statement.add_columns(*purse).group_by(key, *purse).order_by(key, *purse)
    return [
        {
            **{name: row.pop(name) for name in ("id", "fund", "region", "year")},
            "balances": {bucket: int(fen) for bucket, fen in row.items() if fen},
        }
        for row in database.rows(statement.limit(limit))
    ]


def _of_vouchers(key: ColumnElement[Any]) -> tuple[Select[Any], ColumnElement[Any]]:
    v = VOUCHERS.c
    buckets = {
        Bucket.ISSUED: v.available_fen,
        Bucket.RESERVED: v.reserved_fen,
        Bucket.REDEEMED: v.redeemed_fen - v.paid_fen,
        Bucket.PAID: v.paid_fen,
        Bucket.EXPIRED_RETURNED: v.expired_fen,
        Bucket.CLAWED_BACK: v.clawed_fen,
    }
    joined = VOUCHERS.join(BATCHES, v.batch_id == BATCHES.c.id)
    statement = select(key.label("id"), *_sums(buckets)).select_from(joined)
    return visible(statement, v.holder, v.region), key


def _of_shares(
    key: ColumnElement[Any], owner: ColumnElement[Any]
) -> tuple[Select[Any], ColumnElement[Any]]:
    s = SHARES.c
    buckets = {
        Bucket.RESERVED: s.reserved_fen,
        Bucket.REDEEMED: s.redeemed_fen - s.paid_fen,
        Bucket.PAID: s.paid_fen,
        Bucket.CLAWED_BACK: s.clawed_fen,
    }
    joined = SHARES.join(VOUCHERS, s.voucher_id == VOUCHERS.c.id).join(
        BATCHES, VOUCHERS.c.batch_id == BATCHES.c.id
    )
    statement = select(key.label("id"), *_sums(buckets)).select_from(joined)
    return visible(statement, owner, VOUCHERS.c.region), key


def _sums(buckets: dict[Bucket, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [func.sum(fen).label(bucket.value) for bucket, fen in buckets.items()]


def _of_orders() -> tuple[Select[Any], ColumnElement[Any]]:
    who = context.current()
    owner = SHARES.c.provider if who.role == roles.PROVIDER else VOUCHERS.c.holder
    return _of_shares(SHARES.c.order_id, owner)


_ACCOUNTS: dict[str, Callable[[], tuple[Select[Any], ColumnElement[Any]]]] = {
    "batch": lambda: _of_vouchers(VOUCHERS.c.batch_id),
    "user": lambda: _of_vouchers(VOUCHERS.c.holder),
    "order": _of_orders,
    "provider": lambda: _of_shares(SHARES.c.provider, SHARES.c.provider),
}
