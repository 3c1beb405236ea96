"""Row scope by region code (art. 9): what a bureau may read of rows that carry a region.

A code of GB/T 2260 names a province (`340000`), a city (`340100`) or a county (`340102`); a staff
region covers every code below it and nothing beside it.
"""

from typing import Any

from sqlalchemy import ColumnElement

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
