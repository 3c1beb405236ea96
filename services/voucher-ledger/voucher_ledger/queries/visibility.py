"""Who may see what: their own, or their region for observers (art. 9)."""

from typing import Any

from sqlalchemy import Select

from chassis import context, region_scope
from schemas.voucher_ledger.common import OBSERVERS


def visible(statement: Select[Any], owner: Any, region: Any) -> Select[Any]:
    """Narrow to what the caller may see: their own, or their region for observers."""
    who = context.current()
    if who.role in OBSERVERS:
        return in_region(statement, region)
    return statement.where(owner == who.subject)


def in_region(statement: Select[Any], region: Any) -> Select[Any]:
    """Narrow to the caller's region and what lies in it."""
    return statement.where(region_scope.covers(context.current().region, region))
