"""What the next sample is about, and the rounds so far (抽查)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from chassis.database import Database
from voucher_ledger.tables import SAMPLE_ROUNDS

AT_A_TIME = 200
"""Redemptions of one draw, at the most: all of them are one event."""

_OPEN = """
SELECT r.id, r.number, n.position FROM sample_rounds r
JOIN events e ON e.stream = CAST(r.id AS uuid) AND e.version = 1
JOIN entries n ON n.tx = e.tx AND n.event_id = e.id WHERE r.state = 'committed'
"""
_WAITING = """
SELECT r.id, n.position FROM redemptions r
JOIN events e ON e.stream = CAST(r.id AS uuid) AND e.type = 'voucher-ledger.RedemptionApproved'
JOIN entries n ON n.tx = e.tx AND n.event_id = e.id
WHERE r.state = 'approved' ORDER BY n.position LIMIT %s
"""
_COSIGNED = "SELECT size, note FROM cosigned WHERE size > %s ORDER BY size LIMIT 1"

_NOTE = "SELECT note FROM cosigned WHERE size = %s"


@dataclass(frozen=True, slots=True)
class Due:
    """A draw that is due: the round, the cosigned checkpoint, and the redemptions it covers."""

    round_id: str
    number: int
    size: int
    note_sha256: str
    redemption_ids: tuple[str, ...]


def due(database: Database, limit: int = AT_A_TIME) -> Due | None:
    """The draw that is due; None while nothing waits, or no cosignature covers it.

    The checkpoint is the first that was cosigned after the round began and over the first approval
    that waits: nobody can choose another.
    """
    current, waiting = database.row(_OPEN), database.rows(_WAITING, (limit,))
    if current is None or not waiting:
        return None
    floor = max(current["position"], waiting[0]["position"])
    found = database.row(_COSIGNED, (floor,))
    if found is None:
        return None
    ids = tuple(row["id"] for row in waiting if row["position"] < found["size"])
    note = sha256(found["note"].encode()).hexdigest()
    return Due(current["id"], current["number"], found["size"], note, ids)


def cosigned_note(database: Database, size: int) -> str | None:
    """The note of the cosigned checkpoint of a size."""
    found = database.row(_NOTE, (size,))
    return None if found is None else str(found["note"])


def listed(database: Database, after: int, limit: int) -> list[dict[str, Any]]:
    """Rounds after a number, in order."""
    numbered = select(SAMPLE_ROUNDS).where(SAMPLE_ROUNDS.c.number > after)
    return database.rows(numbered.order_by(SAMPLE_ROUNDS.c.number).limit(limit))
