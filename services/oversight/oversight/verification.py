"""The whole check of the supervisor's copies of the logs (全面核验): one way, for all who need it.

The console, the replay that the supervisor asks for over HTTP, the example job and the tamper
corpus all use `Verification`. It reads every entry once and asks: was it signed so (`seals`), does
it keep every rule (`domain.audit`), and, where the services can be asked, is it still so there
(`comparison`), and do their read models say what the log gives?

Offline, entries at the end that rely on others which the copy does not have yet are not judged by
the rules; the report counts them.
"""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from chassis.database import Database
from chassis.refusal import Refusal
from chassis.tlog import OutsideTheLog
from oversight.checkpoints import Keys
from oversight.comparison import LiveCheck
from oversight.copies import OWN, Chunk, copies
from oversight.domain.audit import ORDER, Audit
from oversight.domain.refusals import LogsUnreachable
from oversight.domain.report import Findings, Report, Seal
from oversight.horizon import Horizon, offline, online
from oversight.patience import heard_out
from oversight.ports import Progress, Rest, Services
from oversight.seals import SealCheck
from oversight.selfchecks import self_checked
from oversight.tally import LEDGER
from oversight.vocabulary import EventSchemas

__all__ = ["Keys", "Report", "Verification"]

T = TypeVar("T")

IDENTITY = "identity"
AT_A_TIME = 100
"""Entries that are examined before others may run."""


def _silent(_log: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _rest(seconds: float) -> None:
    """Wait; there is nobody else to let run."""
    if seconds:
        time.sleep(seconds)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for garbage seldom: what is learnt of a million entries stays, and has no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Verification:
    """One verification of one or all logs.

    Args:
        database: the supervisor's.
        keys: the public keys; never taken from the platform.
        logs: those to be reported on, all by default. Others are read too, since rules ask them.
        services: the audited services, to be compared with; None checks the copies alone.
        shown: signed notes that somebody was shown, by log: each has to fit the copy.
        progress: is told how far it is.
        rest: lets others run.
        patience: for so many seconds whoever has not acknowledged in time may do so, before it is
            judged; with services only.
    """

    def __init__(
        self,
        database: Database,
        keys: Keys,
        *,
        logs: Iterable[str] = ORDER,
        services: Services | None = None,
        shown: Mapping[str, Sequence[str]] | None = None,
        progress: Progress = _silent,
        rest: Rest = _rest,
        patience: float = 0,
    ) -> None:
        self._database = database
        self._patience = patience
        self._copies = copies(database, ORDER)
        self._keys = keys
        self._logs = tuple(logs)
        self._services = services
        self._shown = shown or {}
        self._progress = progress
        self._rest = rest
        self._findings = Findings(self._logs)

    def run(self) -> Report:
        """Check it all. Raises `LogsUnreachable` when a service that has to be asked is away."""
        with _seldom_collected():
            return self._run()

    def _run(self) -> Report:
        services = self._services
        horizon = offline(self._copies)
        if services is not None:
            horizon = online(self._copies, services, self._rest)
            if self._patience and heard_out(self._database, self._rest, self._patience):
                horizon = online(self._copies, services, self._rest)
        cosigned = {log: self._copies[log].cosigned_at() for log in ORDER}
        sizes, institutions = self._readable(horizon), self._keys.institutions
        audit = Audit(EventSchemas(), sizes, self._findings, cosigned, institutions)
        seals = {log: self._read(log, horizon, audit) for log in ORDER}
        stated = None
        if services is not None and LEDGER in self._logs and (size := horizon.judged[LEDGER]):
            stated = _ask(LEDGER, lambda: _stated(services, size - 1))
        if services is not None:
            for log in self._logs:
                for finding in self_checked(services, log):
                    self._findings.add(finding)
        keys = None
        if services is not None and IDENTITY in self._logs and (end := audit.read(IDENTITY)):
            keys = _ask(IDENTITY, lambda: services.subject_keys(end))
        report = audit.close(stated, keys)
        return replace(report, seals={log: seals[log] for log in ORDER if log in self._logs})

    def _readable(self, horizon: Horizon) -> dict[str, int]:
        """How many entries of each log the rules are to see: a cut tail has its own finding."""
        return {log: min(n, self._copies[log].extent().end) for log, n in horizon.judged.items()}

    def _read(self, log: str, horizon: Horizon, audit: Audit) -> Seal:
        copy, end, judged = self._copies[log], horizon.ends[log], horizon.judged[log]
        live = None
        if self._services is not None and log in self._logs and log != OWN:
            live = LiveCheck(log, self._services)
        expected = None if self._services is None else end
        notes = [*self._shown.get(log, ()), *horizon.notes.get(log, ())]
        published = audit.world.completeness.log(log)
        check = SealCheck(copy, self._keys, self._findings, expected, notes, published)
        done = 0
        self._progress(log, done, end)
        chunks = copy.whole(end)

        def meanwhile() -> None:
            chunks.poll()
            self._rest(0)

        for chunk in chunks:
            if live is not None:
                live.compare(chunk)
            for part in check.parts(chunk):
                self._feed(audit, check, part, judged, meanwhile)
                check.append(part)
            done += len(chunk)
            self._progress(log, done, end)
        seal = check.close()
        for finding in live.findings(check.changed) if live is not None else ():
            self._findings.add(finding)
        return replace(seal, unjudged=end - judged)

    def _feed(
        self,
        audit: Audit,
        check: SealCheck,
        part: Chunk,
        judged: int,
        meanwhile: Callable[[], None],
    ) -> None:
        log, count = check.log, check.count
        if part[-1][0] >= judged:
            part = [entry for entry in part if entry[0] < judged]
        for start in range(0, len(part), AT_A_TIME):
            for event in audit.feed_all(log, part[start : start + AT_A_TIME]):
                if log == LEDGER and event is not None:
                    count(event.data)
            meanwhile()


def _stated(services: Services, position: int) -> list[dict[str, Any]]:
    """The ledger's balances at a position: none where it says that it has no such position."""
    try:
        return services.trial_balance(position)
    except Refusal as error:
        if error.as_dict()["code"] != OutsideTheLog.code:
            raise
        return []


def _ask(log: str, question: Callable[[], T]) -> T:
    try:
        return question()
    except Refusal as error:
        raise LogsUnreachable(logs=log) from error
