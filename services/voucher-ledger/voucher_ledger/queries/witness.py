"""What the supervisor has cosigned, and evidence that carries its signature."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column, select

from chassis.database import Database
from chassis.seal import stream_evidence
from chassis.sealing.evidence import LogKeys
from voucher_ledger.domain.refusals.vouchers import NotWitnessed
from voucher_ledger.queries import vouchers
from voucher_ledger.tables import COSIGNED

AWAITING_COSIGNATURE: ColumnElement[bool] = literal_column("""
    redemptions.state = 'approved' AND NOT EXISTS (
        SELECT FROM events e JOIN entries n ON n.tx = e.tx AND n.event_id = e.id
        WHERE e.stream = CAST(redemptions.id AS uuid)
        AND e.type = 'voucher-ledger.RedemptionApproved'
        AND n.position < (SELECT max(size) FROM cosigned))
""").label("awaiting_cosignature")
"""Of a row of `redemptions`: approved, and no cosigned checkpoint covers the approval yet."""


_COVERED = """
SELECT e.stream::text AS id FROM events e JOIN entries n ON n.tx = e.tx AND n.event_id = e.id
WHERE e.stream = ANY(%s::uuid[]) AND e.type = 'voucher-ledger.RedemptionApproved'
AND n.position < (SELECT max(size) FROM cosigned)
"""


def covered(database: Database, redemption_ids: list[str]) -> frozenset[str]:
    """Those of these redemptions whose approval a cosigned checkpoint covers."""
    return frozenset(row["id"] for row in database.rows(_COVERED, (redemption_ids,)))


def evidence(database: Database, voucher_id: str, keys: LogKeys | None) -> dict[str, Any]:
    """The evidence bundle of a voucher that the caller may see: its complete history, cosigned.

    Raises `NotFound`, and `NotWitnessed` while no cosigned checkpoint covers all of it.
    """
    vouchers.shown(database, voucher_id)
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
