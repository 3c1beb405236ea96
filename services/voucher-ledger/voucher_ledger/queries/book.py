"""Balances: the trial balance at any position."""

from typing import Any

from chassis.database import Database

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
