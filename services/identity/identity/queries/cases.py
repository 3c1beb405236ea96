"""Reads of cases of admission."""

from typing import Any

from sqlalchemy import Select, select

from chassis.database import Database
from chassis.refusal import NotFound
from identity.domain.case import IN_REVIEW
from identity.refusing import refused
from identity.tables import CASES


def case(database: Database, case_id: str, account_id: str | None) -> dict[str, Any]:
    """One case; with an account only one of its own. Raises `NotFound`."""
    statement = _of(account_id).where(CASES.c.id == case_id)
    row = database.row(statement)
    if row is None:
        raise NotFound(what="Admission", id=case_id)
    return _shown(row)


def cases(
    database: Database, account_id: str | None, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Cases in id order: an account's own, or with None everybody's, those in review by default."""
    statement = _of(account_id)
    wanted = state or (IN_REVIEW if account_id is None else None)
    if wanted is not None:
        statement = statement.where(CASES.c.state == wanted)
    if after is not None:
        statement = statement.where(CASES.c.id > after)
    return [_shown(row) for row in database.rows(statement.order_by(CASES.c.id).limit(limit))]


def _of(account_id: str | None) -> Select[Any]:
    statement = select(CASES)
    return statement if account_id is None else statement.where(CASES.c.account_id == account_id)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    kind = None if row["papers"] is None else row["papers"]["kind"]
    refusal = row["refusal"]
    told = None if refusal is None else refused(refusal["code"], refusal["data"])
    return {**row, "kind": kind, "found": row["found"].get("conditions", {}), "refusal": told}
