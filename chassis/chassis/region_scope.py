"""Region scope (art. 9): what a bureau may read and do, by the region that a thing carries.

A code of GB/T 2260 names a province (`340000`), a city (`340100`) or a county (`340102`); a staff
region covers every code below it and nothing beside it.
"""

from typing import Any

from sqlalchemy import ColumnElement, func

from chassis import context
from chassis.refusal import Kind, Refusal

SYSTEM = "system:"
PROVINCE = "340000"
"""What carries no region is the province's."""

NOWHERE = "-"
"""A prefix that no region code begins with."""


def prefix(region: str | None) -> str:
    """The digits that a staff region covers: `34`, `3401` or `340102`; nothing without a region."""
    if not region:
        return NOWHERE
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


def covers(region: str | None, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a row's region lies within a staff region."""
    return column.startswith(prefix(region))


def within(region: str | None, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that the first region that a row carries lies within a staff region."""
    return covers(region, func.coalesce(*columns, PROVINCE))


class OutsideRegion(Refusal):
    """Staff acted on something outside the region that bounds them (art. 9)."""

    code = "region.outside"
    kind = Kind.FORBIDDEN
    zh = "超出您所在区划 {region} 的管理范围"
    en = "This is outside your region {region}"


def require(region: str | None) -> None:
    """Refuse staff who act on something of a region outside their own; services may act anywhere.

    For commands about money and admission, inside the use case: the refusal is then an event that
    says who tried. Raises `OutsideRegion`, which does not say where the thing is.
    """
    who = context.current()
    if who.actor.startswith(SYSTEM):
        return
    if not (region or PROVINCE).startswith(prefix(who.region)):
        raise OutsideRegion(region=who.region or NOWHERE)
