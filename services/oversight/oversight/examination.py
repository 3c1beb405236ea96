"""What the witness asks of entries before it cosigns them: their form, schema and version.

Whether they keep the other rules is a verification's to say: it needs the other logs. An entry that
does not pass here is not cosigned, since nobody could read it, or something was left out before it.
"""

from collections.abc import Sequence

from chassis.database import Database, Statement
from oversight.domain.event import Event, read
from oversight.domain.finding import Finding
from oversight.domain.rules import EntryIsReadable, of_every_entry
from oversight.domain.world import LogState, World
from oversight.vocabulary import EventSchemas

_KNOWN = """
SELECT stream, version FROM witnessed_streams WHERE log = %s AND stream = ANY (%s)
"""
_KEEP = """
INSERT INTO witnessed_streams (log, stream, version)
SELECT %s, given.* FROM unnest(%s::text[], %s::bigint[]) AS given
ON CONFLICT (log, stream) DO UPDATE SET version = excluded.version
"""


class Examination:
    """Examines further entries of one log, chunk by chunk."""

    def __init__(self, database: Database, schemas: EventSchemas, log: str, start: int) -> None:
        self._database = database
        self._schemas = schemas
        self._rules = of_every_entry(schemas)
        self._log = log
        self._state = LogState(next=start)
        self._world = World(logs={log: self._state})

    def faulty(self, texts: Sequence[bytes]) -> Finding | None:
        """What is wrong with the first entry that is not right; None when all are."""
        start, log = self._state.next, self._log
        sound = self._schemas.sound
        events = [sound(log, n, text) or read(log, n, text) for n, text in enumerate(texts, start)]
        self._learn({event.stream for event in events if event is not None})
        for position, event in enumerate(events, start):
            finding = self._examine(position, event)
            if finding is not None or event is None:
                return finding
            self._state.next = position + 1
            self._state.versions[event.stream] = event.version
        return None

    def statements(self) -> list[Statement]:
        """What keeps the versions that were found, to be run with the cosignature."""
        versions = self._state.versions
        return [(_KEEP, (self._log, list(versions), list(versions.values())))] if versions else []

    def _examine(self, position: int, event: Event | None) -> Finding | None:
        if event is None:
            return EntryIsReadable.finding(self._log, position, {})
        for chain in self._rules:
            for rule in chain:
                breach = rule.breach(event, self._world)
                if breach is not None:
                    return rule.finding(self._log, position, breach)
        return None

    def _learn(self, streams: set[str]) -> None:
        unknown = list(streams - self._state.versions.keys())
        with self._database.cursor() as cursor:
            cursor.execute(_KNOWN, (self._log, unknown))
            self._state.versions.update(cursor.fetchall())
