"""What the services find when they compare their tables with the logs (`chassis.selfcheck`)."""

from collections.abc import Iterator
from typing import Any

from chassis.refusal import Refusal
from oversight.domain.finding import Finding
from oversight.domain.refusals import LogsUnreachable
from oversight.domain.rules.tables import TABLES, AReadModelIsWhatTheLogsGive
from oversight.ports import Services

_RULES = {rule.id: rule for rule in TABLES}


def self_checked(services: Services, log: str) -> Iterator[Finding]:
    """The findings of one service. Raises `LogsUnreachable`."""
    try:
        found = services.self_check(log)
    except Refusal as error:
        raise LogsUnreachable(logs=log) from error
    for row in found["read_models"]:
        yield AReadModelIsWhatTheLogsGive.finding(log, None, _told(row))
    for row in (*found["outcomes"], *found["misplaced"], *found["unsealed"]):
        yield _RULES[row["what"]].finding(log, None, row)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A differing row in words: which it is, and its columns with numbers as rebuilt → found."""
    key = ", ".join(f"{name}={value}" for name, value in row["key"].items())
    columns = (
        name if pair is None else f"{name}: {pair[0]} → {pair[1]}"
        for name, pair in row["columns"].items()
    )
    return {**row, "key": key, "columns": ", ".join(columns)}
