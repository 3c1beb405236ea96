"""The append: events, command outcome, read models and tracking in one transaction, one round trip.

No table lock is taken. The unique key (stream, version) is the only guard that concurrent writers
meet; the order of the log is decided afterwards by the sequencer (`event-log` in docs/decisions).
"""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn
from uuid import UUID

import psycopg2
from eventsourcing import persistence as es
from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

from chassis.database import Database, Statement, require_writing, send
from chassis.pool import Fixed

_INSERT = "INSERT INTO events (stream, version, type, body) VALUES "
_ROW = "(%s,%s,%s,%s)"
FEW = 4
"""Events that most commands append at the most: for so many the statement is planned once."""

_INSERT_FEW = [Fixed(_INSERT + ",".join([_ROW] * count)) for count in range(FEW + 1)]

_SELECT = "SELECT version, type, body FROM events WHERE stream = %s"
_SELECT_ALL = Fixed(_SELECT + " ORDER BY version")

_NOTIFICATIONS = """
SELECT n.position + 1, e.stream::text, e.version, e.type, e.body
FROM entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id WHERE n.position >= %s
"""


class Conflict(es.IntegrityError):
    """A unique key refused the append; `constraint` names it. Nothing was written."""

    def __init__(self, constraint: str) -> None:
        self.constraint = constraint
        super().__init__(constraint)


class AlreadyApplied(es.IntegrityError):
    """The tracked entries are not next: another consumer applied them. Nothing was written."""


def appending(events: Sequence[StoredEvent]) -> Statement:
    """The statement that appends events (one at least)."""
    values: list[Any] = []
    for event in events:
        values += (
            str(event.originator_id),
            event.originator_version,
            event.topic,
            event.state.decode(),
        )
    few = len(events) <= FEW
    return _INSERT_FEW[len(events)] if few else _INSERT + ",".join([_ROW] * len(events)), values


def _told(error: psycopg2.Error) -> Exception:
    """What an error of PostgreSQL is to who asked for events or an append."""
    if isinstance(error, psycopg2.errors.UniqueViolation):
        return Conflict(error.diag.constraint_name or "")
    if error.pgcode == "WC001":
        return AlreadyApplied(str(error))
    for name in ("InterfaceError", "DataError", "OperationalError", "IntegrityError",
                 "InternalError", "ProgrammingError", "NotSupportedError"):  # fmt: skip
        if isinstance(error, getattr(psycopg2, name)):
            found: Exception = getattr(es, name)(error)
            return found
    return es.PersistenceError(error)


def _selecting(
    stream: UUID, gt: int | None, lte: int | None, desc: bool, limit: int | None
) -> tuple[Fixed, list[Any]]:
    """The statement for a part of a stream, with its values."""
    sql, values = _SELECT, list[Any]([str(stream)])
    if gt is not None:
        sql, values = sql + " AND version > %s", [*values, gt]
    if lte is not None:
        sql, values = sql + " AND version <= %s", [*values, lte]
    sql += " ORDER BY version DESC" if desc else " ORDER BY version"
    if limit is not None:
        sql, values = sql + " LIMIT %s", [*values, limit]
    return Fixed(sql), values


class LogRecorder(ApplicationRecorder):
    """Records events of all aggregates of one service in its log."""

    def __init__(self, database: Database, appended: Callable[[], None] | None = None) -> None:
        self.database = database
        self.appended = appended or (lambda: None)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        before: Sequence[Statement] = (),
        after: Sequence[Statement] = (),
        tracking: object = None,
        **_: Any,
    ) -> Sequence[int] | None:
        """Append events with the statements that belong to them: all or nothing.

        Raises `Conflict` (somebody else wrote that version, or used that command id or unique
        value) and `AlreadyApplied`. Returns None: positions are given by the sequencer.
        """
        require_writing()
        statements = list(before)
        if stored_events:
            statements.append(appending(stored_events))
        statements += after
        if not statements:
            return None
        try:
            with self.database.cursor() as cursor:
                send(cursor, statements)
        except psycopg2.Error as error:
            raise _told(error) from error
        self.appended()
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream, versions in (gt, lte], in order."""
        stream = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        sql, values = _SELECT_ALL, [str(stream)]
        if gt is not None or lte is not None or desc or limit is not None:
            sql, values = _selecting(stream, gt, lte, desc, limit)
        return [
            StoredEvent(stream, version, type_, body.encode())
            for version, type_, body in self._fetched(sql, values)
        ]

    def _fetched(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            with self.database.cursor() as cursor:
                if type(sql) is Fixed:
                    sql = cursor.connection.prepared(sql)
                cursor.execute(sql, values)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        except psycopg2.Error as error:
            raise _told(error) from error

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Sequenced events; a notification's id is its position + 1."""
        first = 0 if start is None else start - 1 + (0 if inclusive_of_start else 1)
        sql, parameters = _NOTIFICATIONS, [max(first, 0)]
        values: list[Any] = list(parameters)
        if stop is not None:
            sql, values = sql + " AND n.position < %s", [*values, stop]
        if topics:
            sql, values = sql + " AND e.type = ANY(%s)", [*values, list(topics)]
        return [
            Notification(UUID(stream), version, type_, body.encode(), id=number)
            for number, stream, version, type_, body in self._fetched(
                sql + " ORDER BY n.position LIMIT %s", [*values, limit]
            )
        ]

    def max_notification_id(self) -> int | None:
        """The number of sequenced events, or None when there is none."""
        row = self.database.row("SELECT max(position) + 1 AS id FROM entries")
        return None if row is None else row["id"]

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> "Subscription[ApplicationRecorder]":
        """Not offered: logs are followed over the bus by `chassis.subscription`."""
        return _refuse_subscribe()


def _refuse_subscribe() -> NoReturn:
    raise TypeError("logs are followed with chassis.subscription")
