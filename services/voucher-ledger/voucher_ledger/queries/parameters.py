"""The figures in force on a day."""

from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.database import Database
from voucher_ledger.domain.parameter import FIGURES, in_force
from voucher_ledger.tables import PARAMETERS


def listed(database: Database, day: date) -> list[dict[str, Any]]:
    """Every figure with its value on a day and the basis of that."""
    settings: dict[str, list[tuple[str, int, str]]] = {}
    for row in database.rows(select(PARAMETERS).order_by(PARAMETERS.c.number)):
        setting = (row["valid_from"], row["value"], row["document_number"])
        settings.setdefault(row["name"], []).append(setting)
    found = []
    for name, figure in FIGURES.items():
        value, basis = in_force(name, settings.get(name, []), day)
        words = {"unit": figure.unit, "zh": figure.zh, "en": figure.en}
        found.append({"name": name, **words, "value": value, "basis": basis})
    return found
