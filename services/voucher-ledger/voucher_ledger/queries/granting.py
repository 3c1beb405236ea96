"""What grants are decided on: how people stand, as of one snapshot of what was learnt."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Database
from voucher_ledger.domain.eligibility import Standing, Target, prefix

_SEEN = "(SELECT coalesce(jsonb_object_agg(log, position), '{}') FROM tracking)"
_FACTS = """
    coalesce(s.is_user AND NOT s.stopped, false) AS admitted,
    coalesce(s.verified, false) AS verified, coalesce(s.kind, '') AS kind,
    coalesce(s.region, '') AS region, v.id IS NOT NULL AS granted,
    coalesce(s.aged_out, false) AS aged_out,
    s.blacklisted_until IS NOT NULL AS blacklisted"""
_ALIKE = "GROUP BY admitted, verified, s.kind, s.region, granted, aged_out, blacklisted"
"""Those who stand alike come together."""
_STANDINGS = f"""
SELECT {_SEEN} AS seen, array_agg(asked.id), array_agg(asked.n::integer), {_FACTS}
FROM unnest(%s::text[]) WITH ORDINALITY AS asked(id, n)
LEFT JOIN LATERAL (SELECT * FROM standing WHERE subject_id = asked.id LIMIT 1) s ON true
LEFT JOIN LATERAL (
    SELECT id FROM vouchers WHERE holder = asked.id AND batch_id = %s LIMIT 1) v ON true
{_ALIKE}
"""  # noqa: S608 - constants
"""`LIMIT 1` says that each is looked up by its key: never is a whole table hashed for a chunk."""
_CANDIDATES = f"""
SELECT {_SEEN} AS seen, array_agg(s.subject_id), array_agg(s.n::integer), {_FACTS}
FROM (
    SELECT *, row_number() OVER (ORDER BY region, subject_id) AS n FROM standing
    WHERE is_user AND NOT stopped
    AND region >= %s AND region < %s AND (region, subject_id) > (%s, %s)
    ORDER BY region, subject_id LIMIT %s) s
LEFT JOIN LATERAL (
    SELECT id FROM vouchers WHERE holder = s.subject_id AND batch_id = %s LIMIT 1) v ON true
{_ALIKE}
"""  # noqa: S608 - constants
_MISSED = """
SELECT subject_id FROM (
    SELECT region, subject_id FROM standing s
    WHERE is_user AND NOT stopped AND verified AND NOT aged_out
    AND blacklisted_until IS NULL AND region >= %s AND region < %s
    AND kind = ANY(%s) AND NOT EXISTS (
        SELECT FROM vouchers v WHERE v.holder = s.subject_id AND v.batch_id = %s)
    OFFSET 0) s
ORDER BY region, subject_id LIMIT %s
"""
"""`OFFSET 0` says that all of them are found first: hardly anybody is missed."""

Standings = dict[str, Standing]
Found = tuple[Standings, dict[str, int]]


def standings(database: Database, subjects: Sequence[str], batch_id: str) -> Found:
    """How each of these subjects stands towards a batch, and how far other logs had been seen."""
    return _asked(database, _STANDINGS, (list(subjects), batch_id))


def candidates(database: Database, region: str, batch_id: str, after: str, limit: int) -> Found:
    """As `standings`, of the next admitted users of a region and all below it, in their order.

    They come after the place `after` (`place_of`), which is empty at first.
    """
    digits = prefix(region)
    last_region, _, last_subject = after.partition("/")
    values = (digits, str(int(digits) + 1), last_region, last_subject, limit, batch_id)
    return _asked(database, _CANDIDATES, values)


def place_of(subject: str, standing: Standing) -> str:
    """Where in the order of candidates somebody stands."""
    return f"{standing.region}/{subject}"


def _asked(database: Database, query: str, values: Sequence[Any]) -> Found:
    with database.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    found: list[Any] = [None] * sum(len(row[1]) for row in rows)
    for _, subjects, places, *facts in rows:
        standing = Standing(*facts)
        for subject, place in zip(subjects, places, strict=True):
            found[place - 1] = (subject, standing)
    return dict(found), rows[0][0] if rows else {}


def missed(database: Database, batch_id: str, target: Target, limit: int) -> list[str]:
    """Users whom a batch is for and who have no voucher of it: they came behind a run's cursor."""
    digits = prefix(target.region)
    values = (digits, str(int(digits) + 1), list(target.kinds), batch_id, limit)
    return [row["subject_id"] for row in database.rows(_MISSED, values)]
