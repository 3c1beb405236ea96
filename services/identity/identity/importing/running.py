"""A run of an import: batches on their way, progress, the report; stopped and resumed at will."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from typing import Any

from chassis.refusal import ServiceUnavailable
from identity.domain.refusals.verification import AlreadyRegistered
from identity.importing import reading
from identity.importing.carrying import Done, refusal_of
from identity.importing.reading import Row, Source
from identity.importing.report import Report
from identity.importing.working import Stopped

Work = Callable[[list[dict[str, Any]], bool], list[Done] | Stopped]
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a batch is tried again whose registry or database was away."""

AHEAD = 2
"""Batches on their way for each worker."""


class Interrupted(Exception):
    """The run ended early; what was imported stays, and the same command goes on."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.error = error
        super().__init__(error["code"])


@dataclass
class Tally:
    """How far a run has come: rows read, imported, refused, blank."""

    rows: int = 0
    imported: int = 0
    refused: int = 0
    blank: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    @property
    def rate(self) -> float:
        """Rows per second so far."""
        return max(self.rows, 1) / max(self.spent, 0.001)


@dataclass
class _Batch:
    """Rows in order; those that are already refused have no place among `values`."""

    rows: list[Row]
    values: list[dict[str, Any]]
    future: Future[list[Done] | Stopped]


class Run:
    """One run over a file."""

    def __init__(
        self,
        source: Source,
        report: Report,
        executor: Executor,
        work: Work,
        *,
        size: int,
        ahead: int = AHEAD,
        dry_run: bool = False,
        patience: float = 600.0,
        tell: Callable[[Tally], None] | None = None,
    ) -> None:
        self._source = source
        self._report = report
        self._executor = executor
        self._work = work
        self._size = size
        self._ahead = ahead
        self._dry_run = dry_run
        self._patience = patience
        self._tell = tell
        self._firsts: dict[str, int] = {}
        self.tally = Tally()

    def run(self) -> Tally:
        """Import every row. Raises `Interrupted` and `FileChanged`."""
        under_way: deque[_Batch] = deque()
        for rows in self._batches():
            values = [row.values for row in rows if row.values is not None]
            under_way.append(_Batch(rows, values, self._submitted(values)))
            while len(under_way) > self._ahead or (under_way and under_way[0].future.done()):
                self._finish(under_way.popleft())
        while under_way:
            self._finish(under_way.popleft())
        self._report.keep()
        return self.tally

    def _batches(self) -> Iterator[list[Row]]:
        """Rows in batches; of one number there is one in a batch, so that the first comes first."""
        rows: list[Row] = []
        numbers: set[str] = set()
        for row in reading.rows(self._source):
            number = None if row.values is None else _alike(row.values["number"])
            if len(rows) >= self._size or number in numbers:
                yield rows
                rows, numbers = [], set()
            rows.append(row)
            if number is not None:
                numbers.add(number)
        if rows:
            yield rows

    def _submitted(self, values: list[dict[str, Any]]) -> Future[list[Done] | Stopped]:
        return self._executor.submit(self._work, values, self._dry_run)

    def _finish(self, batch: _Batch) -> None:
        done = iter(self._done(batch))
        for row in batch.rows:
            self.tally.rows += 1
            error = None if row.refusal is None else row.refusal.as_dict()
            first = None
            if row.values is not None:
                found = next(done)
                error = refusal_of(found)
                if found.subject:
                    first = self._firsts.setdefault(found.subject, row.number)
                if self._dry_run and error is None and first != row.number:
                    error = AlreadyRegistered().as_dict()
            if error is not None:
                self.tally.refused += 1
                self._report.add(row.number, error, None if first == row.number else first)
            elif row.values is None:
                self.tally.blank += 1
            else:
                self.tally.imported += 1
        if self._tell is not None:
            self._tell(self.tally)

    def _done(self, batch: _Batch) -> list[Done]:
        until = time.monotonic() + self._patience
        for pause in _pauses():
            try:
                found = batch.future.result()
            except BrokenExecutor as error:
                raise Interrupted(ServiceUnavailable(service="worker").as_dict()) from error
            if not isinstance(found, Stopped):
                return found
            if not found.passing or time.monotonic() + pause > until:
                raise Interrupted(found.error)
            time.sleep(pause)
            batch.future = self._submitted(batch.values)
        raise AssertionError


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


def _alike(number: str) -> str:
    """A number as it is compared within a batch: too much alike costs a batch, no row."""
    return reading.plain(number)
