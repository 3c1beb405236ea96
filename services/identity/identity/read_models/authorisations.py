"""Authorisations as identity itself keeps and lists them (`chassis.authorisation`)."""

from typing import Any

from sqlalchemy import select

from chassis import authorisation, clock, region_scope
from chassis.authorisation import AUTHORISATIONS
from chassis.database import Database
from identity.projections import PROJECTOR

authorisation.learn(PROJECTOR)

_A = AUTHORISATIONS.c


def listed(
    database: Database,
    own: str | None,
    region: str | None,
    in_force: bool,
    after: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Those of an account (`own`), or within a staff region, in id order."""
    mine = _A.account_id == own if own is not None else region_scope.covers(region, _A.region)
    found = select(AUTHORISATIONS).where(mine)
    if in_force:
        today = clock.legal_date().isoformat()
        found = found.where(~_A.revoked, _A.valid_from <= today, _A.valid_until >= today)
    if after is not None:
        found = found.where(_A.authorisation_id > after)
    rows = database.rows(found.order_by(_A.authorisation_id).limit(limit))
    return [
        {**row, "id": row["authorisation_id"], "in_force": authorisation.in_force(row)}
        for row in rows
    ]
