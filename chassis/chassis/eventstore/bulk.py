"""Many new aggregates at once, alike but for a few fields: a million vouchers of one batch.

Their bodies are made by PostgreSQL from one template, so neither Python nor the wire handles them
one by one; what is appended is byte for byte what single appends would have written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from eventsourcing.utils import get_topic

from chassis import clock
from chassis.canonical import NotPlain
from chassis.database import Statement
from chassis.eventstore.mapper import MAX_BYTES, EventTooLarge, event_body

_INSERT = "INSERT INTO events (stream, version, type, body)"


@dataclass(frozen=True)
class Bulk:
    """The first events of new aggregates: `common` fields, and `varying` ones with an id each.

    `kind` is the event class, `streams` are the aggregates' ids (UUID text).
    """

    kind: type[Any]
    streams: Sequence[str]
    common: Mapping[str, Any]
    varying: Mapping[str, Sequence[str]]

    @property
    def type(self) -> str:
        """The events' stable type."""
        return get_topic(self.kind)

    def first(self) -> dict[str, Any]:
        """What the first of them says."""
        return {**self.common, **{name: values[0] for name, values in self.varying.items()}}

    def statement(self) -> Statement:
        """The append of all of them, under the present context and grounds.

        Raises `EventTooLarge` and `NotPlain`.
        """
        stream, marks = uuid4(), {name: uuid4().hex for name in self.varying}
        schema = getattr(self.kind, "schema_version", 1)
        data = {**self.common, **marks}
        body = event_body(self.type, stream, 1, clock.now(), data, schema).decode()
        columns = {mark: self.varying[name] for name, mark in marks.items()}
        columns[str(stream)] = self.streams
        longest = sum(max(map(len, column), default=0) for column in columns.values())
        if len(body.encode()) + longest > MAX_BYTES:
            raise EventTooLarge(f"{self.type}: {len(body) + longest} bytes, {MAX_BYTES} at most")
        parts, values = _template(body, list(columns))
        names = ", ".join(f"c{n}" for n in range(len(columns)))
        arrays = ", ".join(["%s::text[]"] * len(columns))
        row = f"c{len(columns) - 1}::uuid, 1, %s, {' || '.join(parts)}"
        sql = f"{_INSERT} SELECT {row} FROM unnest({arrays}) AS given({names})"  # noqa: S608
        return sql, [self.type, *values, *map(array, columns.values())]


_are_ids = re.compile(r"[0-9a-f-]+(?:,[0-9a-f-]+)*").fullmatch


def array(ids: Sequence[str]) -> str:
    """Ids as PostgreSQL writes an array of text: one value for the parser, not thousands.

    Raises `NotPlain` for anything but UUID text, which JSON and PostgreSQL write as it is.
    """
    joined = ",".join(ids)
    if ids and not (_are_ids(joined) and joined.count(",") == len(ids) - 1):
        raise NotPlain("text that is no UUID")
    return f"{{{joined}}}"


def _template(body: str, marks: list[str]) -> tuple[list[str], list[str]]:
    """The SQL that puts a body together, and its constant parts in order."""
    parts, values = [body], []
    for mark in marks:
        parts = [piece for part in parts for piece in _split(part, mark, marks.index(mark))]
    sql: list[str] = []
    for part in parts:
        if part.startswith("\0"):
            sql.append(f"c{part[1:]}")
        elif part:
            sql.append("%s::text")
            values.append(part)
    return sql, values


def _split(part: str, mark: str, number: int) -> list[str]:
    if part.startswith("\0"):
        return [part]
    pieces = part.split(mark)
    found = [pieces[0]]
    for piece in pieces[1:]:
        found += [f"\0{number}", piece]
    return found
