"""Parked entries: what a service could not apply, why, and what became of it.

Whoever runs the service asks, by `wanchuang parked`, that an entry be tried again or let go; the
service does it itself, in the transaction that says so in its own log.
"""

from collections.abc import Sequence
from typing import Any

from chassis.database import Database, Statement
from chassis.log import Entry
from chassis.subscription.acknowledgement import MOST_PARKED

APPLIED, DISMISSED = "applied", "dismissed"
"""What becomes of a parked entry: it takes effect after all, or it is let go."""

LONGEST_REASON = 200

_PARK = """
INSERT INTO parked (log, position, entry, error) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_UNTOLD = """
SELECT position FROM parked WHERE log = %s AND NOT told AND position < %s ORDER BY position LIMIT %s
"""
_TOLD = "UPDATE parked SET told = true WHERE log = %s AND position = ANY(%s)"
_ASKED = """
SELECT position, entry, asked, reason FROM parked
WHERE log = %s AND asked IS NOT NULL AND released_at IS NULL AND told ORDER BY position
"""
_RELEASE = "UPDATE parked SET released_at = now() WHERE log = %s AND position = %s"
_FAILED = "UPDATE parked SET asked = NULL, error = %s WHERE log = %s AND position = %s"
_ASK = """
UPDATE parked SET asked = %s, reason = %s WHERE log = %s AND position = %s AND released_at IS NULL
RETURNING position
"""
_PARKED = """
SELECT log, position, error, parked_at, asked FROM parked WHERE released_at IS NULL ORDER BY 1, 2
"""
_COUNT = "SELECT count(*) AS number FROM parked WHERE log = %s AND released_at IS NULL"


def park(entry: Entry, error: str) -> Statement:
    """Keep an entry that could not be applied, with the error."""
    return _PARK, (entry.log, entry.position, entry.text, error)


def untold(database: Database, log: str, size: int) -> list[int]:
    """Parked positions below a size of which our own log does not say so yet, some of them."""
    return [row["position"] for row in database.rows(_UNTOLD, (log, size, MOST_PARKED))]


def told(log: str, positions: Sequence[int]) -> Statement:
    """Our own log says now that these are parked."""
    return _TOLD, (log, list(positions))


def asked(database: Database, log: str) -> list[dict[str, Any]]:
    """What somebody asked to be done: `position`, `entry`, `asked`, `reason`."""
    return database.rows(_ASKED, (log,))


def release(log: str, position: int) -> Statement:
    """A parked entry was dealt with."""
    return _RELEASE, (log, position)


def failed(log: str, position: int, error: str) -> Statement:
    """A parked entry was tried again, in vain."""
    return _FAILED, (error, log, position)


def count(database: Database, log: str) -> int:
    """How many entries of a log are parked."""
    row = database.row(_COUNT, (log,))
    return int(row["number"]) if row else 0


def ask(database: Database, log: str, position: int, what: str, reason: str) -> bool:
    """Ask that an entry be `APPLIED` or `DISMISSED`; False when no such entry is parked."""
    return bool(database.rows(_ASK, (what, reason, log, position)))


def parked(database: Database) -> list[dict[str, Any]]:
    """What is parked: `log`, `position`, `error`, `parked_at`, `asked`."""
    return database.rows(_PARKED)
