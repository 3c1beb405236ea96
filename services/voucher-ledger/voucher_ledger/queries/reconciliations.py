"""What a reconciliation compares, and what reconciliations found (对账).

Its cost follows from what happened since the one before: the entries between two checkpoints, and
the orders that they are about. Nothing else is read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from chassis.database import Database
from chassis.refusal import NotFound
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.note import Note
from voucher_ledger.domain.reconciliation import OPEN, PAID, Sides
from voucher_ledger.domain.redemption import redemption_id
from voucher_ledger.queries import book
from voucher_ledger.tables import DIFFERENCES, RECONCILIATIONS

AT_A_TIME = 50_000
"""Entries of each log that one reconciliation covers at the most: what is more, the next covers."""

_LAST = (
    "SELECT number, day, covered, orders_seen, complete FROM reconciliations ORDER BY number DESC"
)
_LIMITS = """
SELECT c.size, c.note, (SELECT max(size) FROM checkpoints) AS newest,
    coalesce((SELECT position FROM tracking WHERE log = 'matching'), -1) AS seen
FROM (SELECT) one LEFT JOIN checkpoints c ON c.size = coalesce(
    (SELECT max(size) FROM checkpoints WHERE size > %(since)s AND size <= %(since)s + %(most)s),
    (SELECT min(size) FROM checkpoints WHERE size > %(since)s), %(since)s)
"""
_MOVED = """
WITH moved AS (
    SELECT e.stream::text AS stream, e.body::jsonb #>> '{data,order_id}' AS order_id
    FROM entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id
    WHERE n.position >= %(since)s AND n.position < %(covered)s AND e.type = ANY(%(types)s)
)
SELECT order_id FROM moved WHERE order_id IS NOT NULL
UNION SELECT r.order_id FROM moved JOIN redemptions r ON r.id = moved.stream
UNION SELECT r.order_id FROM moved JOIN payment_lines l ON l.payment_order_id = moved.stream
    JOIN redemptions r ON r.id = l.redemption_id
UNION SELECT order_id FROM own_shares WHERE position > %(known)s AND position <= %(seen)s
"""
_SIDES = """
SELECT t.order_id, coalesce(a.position, -1) <= %(seen)s AS comparable,
    CASE WHEN a.order_id IS NOT NULL THEN coalesce(a.voucher_fen, c.fen) ELSE g.accepted_fen END
        AS accepted_fen,
    coalesce(a.own_fen, 0) AS own_due_fen, coalesce(d.order_id, g.id) IS NOT NULL AS delivered,
    c.fen AS consumed_fen, coalesce(abs(v.face_fen - v.available_fen - v.reserved_fen
        - v.redeemed_fen - v.expired_fen - v.clawed_fen), 0) AS voucher_off_fen,
    p.fen AS own_paid_fen, r.state AS redemption, coalesce(r.fen, 0) AS redemption_fen,
    coalesce(s.paid_fen + s.clawed_fen, r.fen * (g.id IS NOT NULL AND r.state = ANY(%(paid)s))::int,
        0) AS booked_fen,
    l.count AS lines, l.fen AS line_fen, l.paid_fen AS bank_fen
FROM unnest(%(orders)s::text[], %(redemptions)s::text[]) AS t(order_id, redemption_id)
LEFT JOIN own_shares a ON a.order_id = t.order_id
LEFT JOIN deliveries d ON d.order_id = t.order_id
LEFT JOIN shares s ON s.order_id = t.order_id
LEFT JOIN vouchers v ON v.id = s.voucher_id
LEFT JOIN own_payments p ON p.order_id = t.order_id
LEFT JOIN redemptions r ON r.id = t.redemption_id
LEFT JOIN purchases g ON g.id = t.order_id
CROSS JOIN LATERAL (
    SELECT coalesce(s.redeemed_fen + s.clawed_fen + s.lapsed_fen, g.accepted_fen, 0) AS fen
) c
CROSS JOIN LATERAL (
    SELECT count(*)::int AS count, coalesce(sum(fen), 0)::bigint AS fen,
        coalesce(sum(fen) FILTER (WHERE state = 'paid'), 0)::bigint AS paid_fen
    FROM payment_lines WHERE redemption_id = t.redemption_id AND state IN ('issued', 'paid')
) l
"""
"""What each side says of an order, or of a government purchase, which a buyer accepted here and for
which no voucher was used."""
_TYPES = [
    f"voucher-ledger.{name}"
    for name in (
        "VoucherRedeemed",
        "VoucherShareLapsed",
        "OwnPaymentProven",
        "RedemptionApplied",
        "RedemptionRejected",
        "RedemptionInstructed",
        "RedemptionRecalled",
        "RedemptionPaid",
        "RedemptionReturned",
        "RedemptionRepaid",
        "PaymentOrderIssued",
    )
]
"""The events after which what is said of an order has changed."""


@dataclass(frozen=True, slots=True)
class Span:
    """What the next reconciliation covers.

    Of our own log `since` ≤ position < `covered`, of matching's `known` < position ≤ `orders_seen`.
    """

    number: int
    since: int
    covered: int
    root: str | None
    known: int
    orders_seen: int
    complete: bool


def due(database: Database, day: str) -> int | None:
    """The number of the reconciliation that is due on a legal date; None when it was done."""
    last = database.row(_LAST)
    if last is None:
        return 1
    done = last["day"] >= day and last["complete"]
    return None if done else int(last["number"]) + 1


def following(database: Database, most: int = AT_A_TIME) -> Span:
    """What the next reconciliation covers; no more than `most` entries of each log."""
    last = database.row(_LAST) or {"number": 0, "covered": 0, "orders_seen": -1}
    row = database.row(_LIMITS, {"since": last["covered"], "most": most})
    assert row is not None, "a query of one row"
    seen = min(row["seen"], last["orders_seen"] + most)
    covered, root = last["covered"], None
    if row["size"] is not None:
        covered, root = row["size"], Checkpoint.parse(Note.parse(row["note"]).text).root.hex()
    complete = covered == (row["newest"] or 0) and seen == row["seen"]
    return Span(
        last["number"] + 1, last["covered"], covered, root, last["orders_seen"], seen, complete
    )


def compared(database: Database, span: Span) -> tuple[int, dict[str, Sides]]:
    """How many orders moved, and what each side says of them, by order: of one moment.

    Those whose acceptance comes after what is covered of matching's log are left for the next one.
    """
    places = {"since": span.since, "covered": span.covered, "known": span.known}
    moved = database.rows(_MOVED, {**places, "seen": span.orders_seen, "types": _TYPES})
    orders = sorted(row["order_id"] for row in moved)
    of = {"orders": orders, "redemptions": [redemption_id(order) for order in orders]}
    rows = database.rows(_SIDES, {**of, "seen": span.orders_seen, "paid": list(PAID)})
    comparable = [row for row in rows if row.pop("comparable")]
    return len(orders), {row.pop("order_id"): Sides(**row) for row in comparable}


def known(database: Database, ids: Collection[str]) -> set[str]:
    """Those of these differences that were found before."""
    rows = database.rows(select(DIFFERENCES.c.id).where(DIFFERENCES.c.id.in_(ids)))
    return {row["id"] for row in rows}


def stopping(database: Database, order_ids: Collection[str]) -> dict[str, str]:
    """The kinds of open differences by order, of those of these orders that have any."""
    d = DIFFERENCES.c
    kinds = func.string_agg(d.kind, aggregate_order_by(literal(", "), d.kind)).label("kinds")
    open_ = select(d.order_id, kinds).where(d.order_id.in_(order_ids), d.state == OPEN)
    rows = database.rows(open_.group_by(d.order_id).order_by(d.order_id))
    return {row["order_id"]: row["kinds"] for row in rows}


def settlers(database: Database, order_ids: Collection[str]) -> dict[str, set[str]]:
    """Who ever settled a difference, by order, of those of these orders that had any."""
    d = DIFFERENCES.c
    found: dict[str, set[str]] = {}
    settled = select(d.order_id, d.decider).where(d.order_id.in_(order_ids), d.decider.is_not(None))
    for row in database.rows(settled):
        found.setdefault(row["order_id"], set()).add(row["decider"])
    return found


def listed(database: Database, after: int, limit: int) -> list[dict[str, Any]]:
    """Reconciliations after a number, in order."""
    numbered = select(RECONCILIATIONS).where(RECONCILIATIONS.c.number > after)
    return database.rows(numbered.order_by(RECONCILIATIONS.c.number).limit(limit))


def shown(database: Database, reconciliation_id: str) -> dict[str, Any]:
    """A reconciliation, its differences, and the trial balance of what it covers.

    Raises `NotFound`.
    """
    row = database.row(select(RECONCILIATIONS).where(RECONCILIATIONS.c.id == reconciliation_id))
    if row is None:
        raise NotFound(what="reconciliation", id=reconciliation_id)
    d = DIFFERENCES
    found = select(d).where(d.c.reconciliation_id == reconciliation_id).order_by(d.c.id)
    balances = book.balances(database, row["covered"] - 1) if row["covered"] else []
    return {**row, "differences": database.rows(found), "balances": balances}


def differences(
    database: Database, state: str | None, order_id: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Differences, in id order."""
    d, statement = DIFFERENCES.c, select(DIFFERENCES)
    if state is not None:
        statement = statement.where(d.state == state)
    if order_id is not None:
        statement = statement.where(d.order_id == order_id)
    if after is not None:
        statement = statement.where(d.id > after)
    return database.rows(statement.order_by(d.id).limit(limit))
