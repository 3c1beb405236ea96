"""The whole check of the supervisor's copies of the logs (全面核验): one way, for all who need it.

The console, the replay that the supervisor asks for over HTTP, the example job and the tamper
corpus all use `Verification`. It reads every entry once and asks: was it signed so (`seals`), does
it keep every rule (`domain.audit`), and, where the services can be asked, is it still so there
(`comparison`), and do their read models say what the log gives?

Offline, entries at the end that rely on others which the copy does not have yet are not judged by
the rules; the report counts them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from chassis.database import Database
from chassis.refusal import Refusal
from oversight.checkpoints import Keys
from oversight.comparison import LiveCheck
from oversight.copies import OWN, Chunk, copies
from oversight.domain.audit import ORDER, Audit
from oversight.domain.refusals import LogsUnreachable
from oversight.domain.report import Findings, Report, Seal
from oversight.ports import Progress, Rest, Services
from oversight.seals import SealCheck
from oversight.tally import LEDGER
from oversight.vocabulary import EventSchemas

__all__ = ["Keys", "Report", "Verification"]

T = TypeVar("T")

AT_A_TIME = 100
"""Entries that are examined before others may run."""


def _silent(_log: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _go_on(_seconds: float) -> None:
    """Let nobody else run: there is nobody."""


class Verification:
    """One verification of one or all logs.

    Args:
        database: the supervisor's.
        keys: the public keys; never taken from the platform.
        logs: those to be reported on, all by default. Others are read too, since rules ask them.
        services: the audited services, to be compared with; None checks the copies alone.
        sizes: how many entries of each log belong to it, where that was asked for before; then
            nothing is left unjudged.
        shown: signed notes that somebody was shown, by log: each has to fit the copy.
        progress: is told how far it is.
        rest: lets others run.
    """

    def __init__(
        self,
        database: Database,
        keys: Keys,
        *,
        logs: Iterable[str] = ORDER,
        services: Services | None = None,
        sizes: Mapping[str, int] | None = None,
        shown: Mapping[str, Sequence[str]] | None = None,
        progress: Progress = _silent,
        rest: Rest = _go_on,
    ) -> None:
        self._copies = copies(database, ORDER)
        self._keys = keys
        self._logs = tuple(logs)
        self._services = services
        self._sizes = sizes
        self._shown = shown or {}
        self._progress = progress
        self._rest = rest
        self._findings = Findings(self._logs)

    def run(self) -> Report:
        """Check it all. Raises `LogsUnreachable` when a service is away that has to be asked."""
        ends = {log: self._end(log) for log in ORDER}
        audit = Audit(EventSchemas(), ends, self._findings)
        seals = {log: self._read(log, ends[log], audit) for log in ORDER}
        stated = None
        if self._asks(LEDGER) and (size := audit.world.logs[LEDGER].next):
            stated = self._ask(LEDGER, lambda services: services.trial_balance(size - 1))
        report = audit.close(stated)
        return replace(report, seals={log: seals[log] for log in ORDER if log in self._logs})

    def _end(self, log: str) -> int:
        """How far a log is read: as far as it is there, and no further than was asked for."""
        end = self._copies[log].extent().end
        return end if self._sizes is None else min(end, self._sizes[log])

    def _read(self, log: str, end: int, audit: Audit) -> Seal:
        copy = self._copies[log]
        expected = None if self._sizes is None else self._sizes[log]
        check = SealCheck(copy, self._keys, self._findings, expected, self._notes(log))
        live = LiveCheck(log, self._services) if self._services and self._asks(log) else None
        done = 0
        self._progress(log, done, end)
        for chunk in copy.chunks(0, end):
            if live is not None:
                live.compare(chunk)
            for part in check.parts(chunk):
                self._feed(audit, check, part)
            done += len(chunk)
            self._progress(log, done, end)
        seal = check.close()
        for finding in live.findings(check.changed) if live is not None else ():
            self._findings.add(finding)
        return seal

    def _feed(self, audit: Audit, check: SealCheck, part: Chunk) -> None:
        for number, (position, text) in enumerate(part, 1):
            event = audit.feed(check.log, position, text)
            if event is not None:
                check.count(event.data)
            if number % AT_A_TIME == 0:
                self._rest(0)
        check.append(part)

    def _notes(self, log: str) -> list[str]:
        """What somebody was shown, and what the log shows us now."""
        notes = list(self._shown.get(log, ()))
        if self._asks(log):
            note = self._ask(log, lambda services: services.checkpoint(log))
            notes += [note] if note is not None else []
        return notes

    def _asks(self, log: str) -> bool:
        return self._services is not None and log in self._logs and log != OWN

    def _ask(self, log: str, question: Callable[[Services], T]) -> T:
        assert self._services is not None, "there is somebody to ask"
        try:
            return question(self._services)
        except Refusal as error:
            raise LogsUnreachable(logs=log) from error
