"""Reads about consents, erasures and subject keys."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select

from chassis.database import Database
from chassis.refusal import StoredRefusal
from chassis.seal import stream_evidence
from chassis.sealing.evidence import LogKeys
from chassis.subscription import seen_positions
from identity.domain.refusals.erasure import ErasureNotWitnessed, NotErased
from identity.domain.retention import Business
from identity.domain.subject_key import subject_key_id
from identity.tables import BUSINESS, CONSENTS, ERASURES

_BUSINESS = ("kind", "id", "as_provider", "open", "until", "traded_on", "paid_on")

_DESTROYED = """
SELECT 1 AS there FROM events WHERE stream = %s AND type = 'identity.SubjectKeyDestroyed'
"""
_KEYS = """
WITH place AS (SELECT least(%s::bigint, coalesce(max(position) + 1, 0)) AS size FROM entries),
edge AS (SELECT tx, event_id FROM entries, place WHERE position = size - 1),
later AS (
    SELECT e.body::jsonb -> 'data' ->> 'subject' AS subject,
           bool_or(e.type = 'identity.SubjectKeyMade') AS made
    FROM events e WHERE e.type IN ('identity.SubjectKeyMade', 'identity.SubjectKeyDestroyed')
    AND (NOT EXISTS (SELECT 1 FROM edge) OR (e.tx, e.id) > (SELECT tx, event_id FROM edge))
    GROUP BY 1
),
kept AS (
    SELECT subject_id FROM subject_keys
    WHERE NOT EXISTS (SELECT 1 FROM later WHERE subject = subject_id AND made)
    UNION SELECT subject FROM later WHERE NOT made
)
SELECT (SELECT size FROM place) AS position, count(*) AS keys,
    encode(sha256(convert_to(coalesce(
        string_agg(subject_id || E'\\n', '' ORDER BY subject_id COLLATE "C"), ''), 'UTF8')), 'hex')
    AS digest
FROM kept
"""


def business(database: Database, subject: str) -> tuple[list[Business], dict[str, int]]:
    """What a subject has to do with, and how far the other logs had been applied."""
    columns = [BUSINESS.c[name] for name in _BUSINESS]
    rows = database.rows(
        select(*columns, seen_positions().label("seen")).where(BUSINESS.c.subject_id == subject)
    )
    if not rows:
        row = database.row(select(seen_positions().label("seen")))
        return [], dict(row["seen"]) if row else {}
    return [Business(**{name: row[name] for name in _BUSINESS}) for row in rows], rows[0]["seen"]


def due_erasures(database: Database, today: str) -> list[tuple[str, str]]:
    """The erasures that are due on a legal date: subject, and the day on which they became so."""
    found = select(ERASURES).where(ERASURES.c.destroy_on <= today).order_by(ERASURES.c.subject_id)
    return [(row["subject_id"], row["destroy_on"]) for row in database.rows(found)]


def consents(
    database: Database, subject: str, today: str, after: str | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """A subject's consents as `ConsentView` shows them."""
    found = select(CONSENTS).where(CONSENTS.c.subject_id == subject)
    if after is not None:
        found = found.where(CONSENTS.c.id > after)
    return [
        {**row, "state": consent_state(row["withdrawn"], row["valid_until"], today)}
        for row in database.rows(found.order_by(CONSENTS.c.id).limit(limit))
    ]


def consent_state(withdrawn: bool, valid_until: str, today: str) -> str:
    """given, expired or withdrawn."""
    if withdrawn:
        return "withdrawn"
    return "given" if today <= valid_until else "expired"


def keys_digest(database: Database, position: int | None) -> dict[str, Any]:
    """The subjects with keys as of the first `position` entries (default: all), as `KeysView`.

    Rows of keys have no position: events after that place are taken back from what is there now.
    """
    row = database.row(_KEYS, (position,))
    assert row is not None
    return row


def erasure_evidence(
    database: Database,
    subject: str,
    keys: LogKeys | None,
    cosigned: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """The evidence bundle of a subject's key: its complete history, which ends with destruction.

    `cosigned` asks the supervisor for the newest checkpoint that it confirmed. Raises `NotErased`,
    and `ErasureNotWitnessed` while that does not cover the destruction.
    """
    stream = subject_key_id(subject)
    if database.row(_DESTROYED, (stream,)) is None:
        raise NotErased
    if keys is None:
        raise ErasureNotWitnessed
    found = stream_evidence(database, "identity", stream, keys, partial(_covering, cosigned))
    if found is None:
        raise ErasureNotWitnessed
    return found


def _covering(cosigned: Callable[[], dict[str, Any]], size: int) -> str | None:
    try:
        checkpoint = cosigned()
    except StoredRefusal:  # there is none yet, or nobody answers
        return None
    return str(checkpoint["note"]) if checkpoint["size"] >= size else None
