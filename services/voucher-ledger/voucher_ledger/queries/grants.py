"""Runs of grants and how far they are."""

from typing import Any

from sqlalchemy import Select, select

from chassis.database import Database
from chassis.refusal import NotFound
from voucher_ledger.queries.visibility import in_region
from voucher_ledger.tables import BATCHES, GRANT_RUNS


def running(database: Database) -> list[dict[str, Any]]:
    """The runs that are not over: id and number of chunks carried out, in order."""
    r = GRANT_RUNS.c
    return database.rows(select(r.id, r.number).where(r.state == "running").order_by(r.id))


def shown(database: Database, run_id: str) -> dict[str, Any]:
    """A run over a batch of the caller's region. Raises `NotFound`."""
    found = database.row(_visible().where(GRANT_RUNS.c.id == run_id))
    if found is None:
        raise NotFound(what="grant run", id=run_id)
    return found


def listed(
    database: Database, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Runs over batches of the caller's region, in id order."""
    statement = _visible()
    if state is not None:
        statement = statement.where(GRANT_RUNS.c.state == state)
    if after is not None:
        statement = statement.where(GRANT_RUNS.c.id > after)
    return database.rows(statement.order_by(GRANT_RUNS.c.id).limit(limit))


def _visible() -> Select[Any]:
    joined = GRANT_RUNS.join(BATCHES, GRANT_RUNS.c.batch_id == BATCHES.c.id)
    return in_region(select(GRANT_RUNS).select_from(joined), BATCHES.c.region)
