"""Region scope (art. 9): what a bureau may read and do, by the region that a thing carries.

A code of GB/T 2260 names a province (`340000`), a city (`340100`) or a county (`340102`); a staff
region covers every code below it and nothing beside it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func

from chassis.application import Application
from chassis.context import Context
from chassis.contract import ROWS, Contract
from chassis.refusal import Kind, Refusal

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


BOUND = frozenset({"bureau", "department", "gov-service-admin"})
"""Roles that may be held below the province; the others are the whole province's."""


class OutsideRegion(Refusal):
    """Staff acted on something outside the region that bounds them (art. 9)."""

    code = "region.outside"
    kind = Kind.FORBIDDEN
    zh = "超出您所在区划 {region} 的管理范围"
    en = "This is outside your region {region}"


def guards(contract: type[Contract], who: Context) -> bool:
    """Whether a region bounds what the caller asks: as staff who may be below the province."""
    return who.role in BOUND and contract.place not in ("", ROWS)


def require(
    application: Application, contract: type[Contract], who: Context, values: Mapping[str, Any]
) -> None:
    """Refuse staff who ask about something of a region outside their own.

    The one place where that is judged, for every contract that names a `place`. Raises `NotFound`,
    and `OutsideRegion`, which does not say where the thing is.
    """
    region = application.places[contract.place](application, values)
    if not (region or PROVINCE).startswith(prefix(who.region)):
        raise OutsideRegion(region=who.region or NOWHERE)
