"""Statements of many decisions as few: what is inserted alike is inserted at once.

PostgreSQL reads, plans and answers each statement for itself; a thousand rows in one statement cost
a tenth of a thousand statements.
"""

import re
from collections.abc import Sequence
from typing import Any

from chassis.database import Statement

_KEYS = re.compile(r" WHERE (?P<keys>[\w.]+ = %s(::\w+)?( AND [\w.]+ = %s(::\w+)?)*)\Z")
_VALUES = re.compile(r"VALUES \((?P<row>[^()]*)\)(?P<rest>.*)\Z", re.DOTALL)


def gathered(decisions: Sequence[Sequence[Statement]]) -> list[Statement]:
    """The statements of decisions about different things, those of the same SQL brought together.

    Each decision's own statements keep their order, so every row comes to be as it would one
    decision after the other; a decision whose order is another one begins a new round.
    """
    found: list[Statement] = []
    together: dict[str, list[Sequence[Any]]] = {}
    place: dict[str, int] = {}
    for statements in decisions:
        wanted = [sql for sql, _ in statements]
        if not _in_order(wanted, place):
            found += _flushed(together)
            together, place = {}, {}
            if not _in_order(wanted, place):  # the same again after another
                found += statements
                continue
        for sql, values in statements:
            place.setdefault(sql, len(place))
            together.setdefault(sql, []).append(values)
    return found + _flushed(together)


def _in_order(wanted: Sequence[str], place: dict[str, int]) -> bool:
    """Whether a decision's statements stand in the order of those before, each once or in a row."""
    places = [place.get(sql, len(place) + wanted.index(sql)) for sql in wanted]
    return places == sorted(places)


def _flushed(together: dict[str, list[Sequence[Any]]]) -> list[Statement]:
    found: list[Statement] = []
    for sql, rows in together.items():
        merged = None if len(rows) == 1 else _inserted(sql, rows) or _changed(sql, rows)
        found += [(sql, row) for row in rows] if merged is None else [merged]
    return found


def _inserted(sql: str, rows: list[Sequence[Any]]) -> Statement | None:
    """Many rows in one INSERT."""
    match = _VALUES.search(sql) if sql.lstrip().startswith("INSERT") else None
    if match is None or "%s" in match["rest"]:
        return None
    many = ",".join([f"({match['row']})"] * len(rows))
    values = [value for row in rows for value in row]
    return f"{sql[: match.start()]}VALUES {many}{match['rest']}", values


def _changed(sql: str, rows: list[Sequence[Any]]) -> Statement | None:
    """One UPDATE or DELETE of many rows by their keys, where it does the same to all of them."""
    match = _KEYS.search(sql) if sql.startswith(("UPDATE", "DELETE")) else None
    if match is None:
        return None
    keys = [each.split(" = ") for each in match["keys"].split(" AND ")]
    names, marks = [name for name, _ in keys], [mark for _, mark in keys]
    head = list(rows[0][: -len(names)])
    if any(list(row[: -len(names)]) != head for row in rows):
        return None
    key = f"({','.join(marks)})"
    values = [value for row in rows for value in row[-len(names) :]]
    where = f" WHERE ({', '.join(names)}) IN ({','.join([key] * len(rows))})"
    return sql[: match.start()] + where, [*head, *values]
