"""The append: events, command outcome, read models and tracking in one transaction, one round trip.

No table lock is taken. The unique key (stream, version) is the only guard that concurrent writers
meet; the order of the log is decided afterwards by the sequencer (`event-log` in docs/decisions).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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

_SELECT = "SELECT version, type, body FROM events WHERE stream = %s"

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
    sql = _INSERT + ",".join([_ROW] * len(events))
    return Fixed(sql) if len(events) <= FEW else sql, values


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except psycopg2.errors.UniqueViolation as error:
        raise Conflict(error.diag.constraint_name or "") from error
    except psycopg2.Error as error:
        if error.pgcode == "WC001":
            raise AlreadyApplied(str(error)) from error
        for name in ("InterfaceError", "DataError", "OperationalError", "IntegrityError",
                     "InternalError", "ProgrammingError", "NotSupportedError"):  # fmt: skip
            if isinstance(error, getattr(psycopg2, name)):
                raise getattr(es, name)(error) from error
        raise es.PersistenceError(error) from error


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
        with _errors(), self.database.cursor() as cursor:
            send(cursor, statements)
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
        sql, parameters = _SELECT, [str(stream)]
        parts: list[Any] = []
        if gt is not None:
            sql, parts = sql + " AND version > %s", [*parts, gt]
        if lte is not None:
            sql, parts = sql + " AND version <= %s", [*parts, lte]
        sql += " ORDER BY version DESC" if desc else " ORDER BY version"
        if limit is not None:
            sql, parts = sql + " LIMIT %s", [*parts, limit]
        with _errors(), self.database.cursor() as cursor:
            cursor.execute(cursor.connection.prepared(Fixed(sql)), [*parameters, *parts])
            return [
                StoredEvent(stream, version, type_, body.encode())
                for version, type_, body in cursor.fetchall()
            ]

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
        with _errors(), self.database.cursor() as cursor:
            cursor.execute(sql + " ORDER BY n.position LIMIT %s", [*values, limit])
            return [
                Notification(UUID(stream), version, type_, body.encode(), id=number)
                for number, stream, version, type_, body in cursor.fetchall()
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
