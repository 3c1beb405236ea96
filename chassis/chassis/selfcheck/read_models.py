"""Read models rebuilt from the logs beside the real ones, in temporary tables of one session."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import psycopg2
from psycopg2 import sql
from psycopg2.extras import execute_values

from chassis.database import Statement, joined
from chassis.log import Entry
from chassis.projection import Fact, Projector
from chassis.selfcheck.snapshot import ReadModel

AT_A_TIME = 200
"""Events of one round trip."""

_SHADOW = sql.SQL("CREATE TEMP TABLE {0} (LIKE public.{0} INCLUDING ALL)")
_ACTUAL = "CREATE TEMP TABLE actual_rows (row jsonb)"
_READ_ONLY = "SET default_transaction_read_only = on"
# In a read-only transaction only temporary tables can be written: nothing here can ever change a
# real one, whatever a projection does.

_KEEP = "INSERT INTO actual_rows (row) VALUES %s"
_COMPARE = sql.SQL("""
(SELECT 'missing', row FROM (
    SELECT to_jsonb(t) - {identity}::text[] AS row FROM pg_temp.{table} t
    EXCEPT ALL SELECT row FROM actual_rows) a)
UNION ALL
(SELECT 'extra', row FROM (
    SELECT row FROM actual_rows
    EXCEPT ALL SELECT to_jsonb(t) - {identity}::text[] AS row FROM pg_temp.{table} t) b)
""")


@dataclass(frozen=True)
class Difference:
    """A row that is not what the logs make of it: `missing`, `extra` or `changed`.

    Or an event that the read models cannot take in (`unprojectable`, its type as `table`). `key`
    identifies the row; `columns` are those that differ, numbers as [rebuilt, found]. Other values
    are not told: they can be personal.
    """

    table: str
    what: str
    key: dict[str, Any]
    columns: dict[str, Any] = field(default_factory=dict)


class ReadModels:
    """A service's read models, empty at first, filled by its own projections."""

    def __init__(self, url: str, tables: Sequence[ReadModel]) -> None:
        self.failed: list[Difference] = []
        self._connection = psycopg2.connect(url)
        self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute("SET search_path = pg_temp, public")
            for table in tables:
                cursor.execute(_SHADOW.format(sql.Identifier(table.name)))
            cursor.execute(_ACTUAL)
            cursor.execute(_READ_ONLY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def project(self, projector: Projector, facts: Iterable[Fact]) -> None:
        """Let events take effect; those that cannot are kept in `failed`."""
        waiting: list[tuple[Fact, list[Statement]]] = []
        for fact in facts:
            waiting.append((fact, self._statements(projector, fact)))
            if len(waiting) >= AT_A_TIME:
                self._send(waiting)
                waiting = []
        self._send(waiting)

    def learn(self, policies: Projector, entries: Iterable[Entry]) -> None:
        """Let entries of another log take effect."""
        self.project(policies, (Fact.of(entry) for entry in entries))

    def differences(self, table: ReadModel, batches: Iterable[list[str]]) -> list[Difference]:
        """How the real rows of a table differ from the rebuilt ones."""
        with self._connection.cursor() as cursor:
            cursor.execute("DELETE FROM actual_rows")
            for rows in batches:
                execute_values(cursor, _KEEP, [(row,) for row in rows], page_size=len(rows))
            identity = sql.Literal(list(table.identity))
            compare = _COMPARE.format(identity=identity, table=sql.Identifier(table.name))
            cursor.execute(compare)
            found = cursor.fetchall()
        missing = [row for what, row in found if what == "missing"]
        extra = [row for what, row in found if what == "extra"]
        return list(_paired(table, missing, extra))

    def _statements(self, projector: Projector, fact: Fact) -> list[Statement]:
        try:
            return projector.statements(fact)
        except (ArithmeticError, LookupError, TypeError, ValueError):  # a forged event
            self._fail(fact)
            return []

    def _send(self, facts: Sequence[tuple[Fact, list[Statement]]]) -> None:
        statements = [statement for _, each in facts for statement in each]
        if not statements:
            return
        text, parameters = joined(statements)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(text, parameters)
        except psycopg2.OperationalError:
            raise
        except psycopg2.Error:
            if len(facts) == 1:
                self._fail(facts[0][0])
                return
            for fact in facts:
                self._send([fact])

    def _fail(self, fact: Fact) -> None:
        key = {"stream": fact.stream, "version": fact.version}
        self.failed.append(Difference(fact.type, "unprojectable", key))


def _paired(
    table: ReadModel, missing: list[dict[str, Any]], extra: list[dict[str, Any]]
) -> Iterator[Difference]:
    """Rows of one key on both sides are one changed row."""
    found = {_key(table, row): row for row in extra} if table.key else {}
    for row in missing:
        other = found.pop(_key(table, row), None) if table.key else None
        key = _named(table, row)
        if other is None:
            yield Difference(table.name, "missing", key)
            continue
        columns = {
            name: [row[name], other[name]] if _numeric(row[name], other[name]) else None
            for name in row
            if row[name] != other[name]
        }
        yield Difference(table.name, "changed", key, columns)
    for row in found.values() if table.key else extra:
        yield Difference(table.name, "extra", _named(table, row))


def _key(table: ReadModel, row: dict[str, Any]) -> str:
    return json.dumps([row[name] for name in table.key])


def _named(table: ReadModel, row: dict[str, Any]) -> dict[str, Any]:
    """The row's key; where a table has none, its numbers and ids, which are never personal."""
    if table.key:
        return {name: row[name] for name in table.key}
    return {name: value for name, value in row.items() if name in _PLAIN or type(value) is int}


_PLAIN = ("stream", "account")


def _numeric(*values: Any) -> bool:
    return all(type(value) is int for value in values)
