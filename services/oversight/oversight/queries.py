"""Reads of the mirror and of the verdicts."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from chassis.database import Database
from chassis.refusal import NotFound
from oversight.tables import COSIGNED, FINDINGS, FORKS, REPLAYS, WATCHED

CHUNK = 1000
"""Entries that are read from the mirror at a time."""

_CHUNK = """
SELECT position, entry FROM mirror WHERE log = %s AND position >= %s AND position < %s
ORDER BY position LIMIT %s
"""

NO_VERDICT: dict[str, Any] = {
    "id": None,
    "verdict": "none",
    "logs": {},
    "entries": 0,
    "totals": [],
    "states": {},
    "found": 0,
    "findings": [],
    "seals": {},
    "at": None,
}
"""The view while no replay has finished."""


def mirrored(database: Database) -> dict[str, int]:
    """How many entries of each log the mirror has followed so far."""
    rows = database.rows("SELECT log, position + 1 AS size FROM tracking")
    return {row["log"]: row["size"] for row in rows}


def chunk(database: Database, log: str, start: int, end: int, limit: int) -> list[tuple[int, str]]:
    """Mirrored entries with start ≤ position < end, `limit` at the most: positions and texts."""
    with database.cursor() as cursor:
        cursor.execute(_CHUNK, (log, start, end, limit))
        return [(int(row[0]), str(row[1])) for row in cursor.fetchall()]


def texts(
    database: Database, log: str, end: int, chunk_size: int = CHUNK
) -> Iterator[tuple[int, str]]:
    """Every mirrored entry of a log below a position, in order, read chunk by chunk."""
    start = 0
    while found := chunk(database, log, start, end, chunk_size):
        yield from found
        start = found[-1][0] + 1


def entries(database: Database, log: str, start: int, limit: int) -> list[dict[str, Any]]:
    """Mirrored entries as plain JSON, from a position on."""
    found = chunk(database, log, start, start + limit, limit)
    return [
        {"log": log, "position": position, "event": json.loads(text)["event"]}
        for position, text in found
    ]


def latest(database: Database) -> dict[str, Any]:
    """The latest verdict, or `NO_VERDICT`."""
    columns = [column for column in REPLAYS.c if column.name != "number"]
    found = database.row(select(*columns).order_by(REPLAYS.c.number.desc()).limit(1))
    return found or NO_VERDICT


def findings(database: Database, state: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Findings on the docket in the order in which they were opened."""
    statement = select(FINDINGS).where(FINDINGS.c.number > after).order_by(FINDINGS.c.number)
    if state is not None:
        is_open = FINDINGS.c.closed_at.is_(None)
        statement = statement.where(is_open if state == "open" else ~is_open)
    return database.rows(statement.limit(limit))


def cosigned(database: Database, log: str) -> dict[str, Any] | None:
    """The newest checkpoint of a log that the witness cosigned."""
    statement = select(COSIGNED).where(COSIGNED.c.log == log).order_by(COSIGNED.c.size.desc())
    return database.row(statement.limit(1))


def forked(database: Database, log: str) -> bool:
    """Whether a log was found to have signed something else than what it gave."""
    return database.row(select(FORKS.c.log).where(FORKS.c.log == log)) is not None


def checkpoint(database: Database, log: str) -> dict[str, Any]:
    """The newest cosigned checkpoint of a log as `CheckpointView` shows it. Raises `NotFound`."""
    found = cosigned(database, log)
    if found is None:
        raise NotFound(what="checkpoint", id=log)
    watched = database.row(select(WATCHED.c.since).where(WATCHED.c.log == log))
    return {**found, **(watched or {}), "forked": forked(database, log)}
