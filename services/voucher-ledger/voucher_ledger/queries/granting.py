"""What grants are decided on: how people stand, as of one snapshot of what was learnt."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Database
from voucher_ledger.domain.eligibility import Standing, Target, prefix

_SEEN = "(SELECT coalesce(jsonb_object_agg(log, position), '{}') FROM tracking)"
_STANDINGS = f"""
SELECT {_SEEN} AS seen, array_agg(asked.n::integer) AS places,
    coalesce(s.is_user AND NOT s.stopped, false) AS admitted,
    coalesce(s.verified, false) AS verified, coalesce(s.kind, '') AS kind,
    coalesce(s.region, '') AS region, v.id IS NOT NULL AS granted,
    coalesce(s.aged_out, false) AS aged_out,
    s.blacklisted_until IS NOT NULL AS blacklisted
FROM unnest(%s::text[]) WITH ORDINALITY AS asked(id, n)
LEFT JOIN LATERAL (SELECT * FROM standing WHERE subject_id = asked.id LIMIT 1) s ON true
LEFT JOIN LATERAL (
    SELECT id FROM vouchers WHERE holder = asked.id AND batch_id = %s LIMIT 1) v ON true
GROUP BY admitted, verified, s.kind, s.region, granted, aged_out, blacklisted
"""  # noqa: S608 - constants
"""Those who stand alike come together. `LIMIT 1` says that each is looked up by its key: never is a
whole table hashed for a chunk."""
_CANDIDATES = """
SELECT region, subject_id FROM standing
WHERE is_user AND NOT stopped AND region >= %s AND region < %s AND (region, subject_id) > (%s, %s)
ORDER BY region, subject_id LIMIT %s
"""
_MISSED = """
SELECT subject_id FROM standing s
WHERE is_user AND NOT stopped AND verified AND NOT aged_out
AND blacklisted_until IS NULL AND region >= %s AND region < %s
AND kind = ANY(%s) AND NOT EXISTS (
    SELECT FROM vouchers v WHERE v.holder = s.subject_id AND v.batch_id = %s)
ORDER BY region, subject_id LIMIT %s
"""

Standings = dict[str, Standing]


def standings(
    database: Database, subjects: Sequence[str], batch_id: str
) -> tuple[Standings, dict[str, int]]:
    """How each of these subjects stands towards a batch, and how far other logs had been seen."""
    with database.cursor() as cursor:
        cursor.execute(_STANDINGS, (list(subjects), batch_id))
        rows = cursor.fetchall()
    found: list[Any] = [None] * len(subjects)
    for _, places, *facts in rows:
        standing = Standing(*facts)
        for place in places:
            found[place - 1] = standing
    return dict(zip(subjects, found, strict=True)), rows[0][0] if rows else {}


def candidates(database: Database, region: str, after: str, limit: int) -> tuple[list[str], str]:
    """The next admitted users of a region and all below it, and where the ones after them begin.

    `after` is empty at first.
    """
    digits = prefix(region)
    beyond = str(int(digits) + 1)
    last_region, _, last_subject = after.partition("/")
    values = (digits, beyond, last_region, last_subject, limit)
    rows = database.rows(_CANDIDATES, values)
    if not rows:
        return [], after
    return [row["subject_id"] for row in rows], f"{rows[-1]['region']}/{rows[-1]['subject_id']}"


def missed(database: Database, batch_id: str, target: Target, limit: int) -> list[str]:
    """Users whom a batch is for and who have no voucher of it: they came behind a run's cursor."""
    digits = prefix(target.region)
    values = (digits, str(int(digits) + 1), list(target.kinds), batch_id, limit)
    return [row["subject_id"] for row in database.rows(_MISSED, values)]
