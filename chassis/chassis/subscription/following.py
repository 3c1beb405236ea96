"""What arrives from another log, or is read from it: repeats, gaps, and what the log did not sign.

A repeat is ignored, a gap is filled by reading the log. With the log's key, only entries count
that continue the tree of all that was applied to one that the log signed; the bus is not believed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from chassis.application import Application
from chassis.commands import Commands
from chassis.log import MAX_READ, Entry
from chassis.metrics import BEHIND
from chassis.sealing.faults import Fault
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import hashing
from chassis.subscription import tracking
from chassis.subscription.applying import Applying, OnEntries
from chassis.subscription.policies import Policies
from chassis.subscription.signed import SignedLog
from chassis.subscription.tracking import Tracked, TrackingUnfit

log = structlog.get_logger()

RECENT = 2000
"""How many applied entries are remembered, to be compared with what arrives of them later."""

ReadLog = Callable[[str, int, int], Sequence[Entry]]
"""Reads entries start ≤ position < end of a log; fewer than asked when there are no more."""


@dataclass
class Subscription:
    """One service following one log."""

    application: Application
    commands: Commands
    policies: Policies
    log: str
    read_log: ReadLog
    on_entries: OnEntries | None = None
    """For who keeps every entry; as evidence, what the log gives though it did not sign it, too."""

    signed: SignedLog | None = None
    """Checks entries by the log's key; None believes what arrives."""

    _applying: Applying = field(init=False)
    _recent: dict[int, str] = field(init=False, default_factory=dict)
    _at_the_end: bool = field(init=False, default=False)
    """The log was read to its end, and nothing was acknowledged or received since."""

    def __post_init__(self) -> None:
        self._applying = Applying(
            self.application, self.commands, self.policies, self.log, self.on_entries, self._load
        )

    @property
    def position(self) -> int:
        """The last applied position; -1 when none was. Raises `TrackingUnfit`."""
        return self._applying.tracked.position

    def receive(self, entries: Sequence[Entry], notes: Sequence[str] = ()) -> list[Entry]:
        """Apply what arrived, in order; returns what the log does not have as it arrived.

        `notes` are the signed checkpoints that came with it. With a key, what none of them covers
        is not applied: hand it over again when more has arrived, or `catch_up`. Raises a `Fault`
        when the log itself gives what it did not sign.
        """
        self._at_the_end = False
        waiting = {e.position: e for e in entries if e.position > self.position}
        while waiting:
            first, before = min(waiting), self.position
            if first > before + 1:
                self._read_until(first)
            else:
                run = _run(waiting, first)
                self._take(run, notes)
                if self.position == before and len(run) < len(waiting):  # there is a gap after it
                    self._read_until(min(at for at in waiting if at > run[-1].position))
            waiting = {at: entry for at, entry in waiting.items() if at > self.position}
            if self.position == before:
                break
        BEHIND.labels(self.application.log, self.log).set(len(waiting))
        return self.differing(entries)

    def differing(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of `entries` that the log has otherwise, as far as it was applied lately."""
        return [each for each in entries if self._recent.get(each.position, each.text) != each.text]

    def catch_up(self) -> int:
        """Read the log to its end and apply it; returns how many entries there were.

        Raises as `receive`.
        """
        count = self._read_until(None)
        self._at_the_end = True
        BEHIND.labels(self.application.log, self.log).set(0)
        return count

    def acknowledge(self) -> bool:
        """Say in our own log how far this one has been applied, when that is due; True when said.

        Only when something that matters was applied, and not more often than ACKNOWLEDGE_SECONDS,
        but for what was recorded longer ago than that: it is said as soon as the log has been read
        to its end, once for all that was behind.
        """
        at_the_end, self._at_the_end = self._at_the_end, False
        return self._applying.acknowledge(at_the_end)

    def release(self) -> None:
        """Do what was asked of parked entries, and say so in our own log."""
        self._applying.release()

    def _take(self, run: list[Entry], notes: Sequence[str]) -> None:
        """Apply what arrived and is next, as far as it is proved."""
        before = self._applying.tracked.frontier
        if self.signed is None:
            base, entries = before, run
        else:
            try:
                base, count = self.signed.arrived(before, run, notes)
                entries = run[:count]
            except Fault:
                base, entries = self._read(before, run[-1].position + 1)
        self._apply(base, entries)

    def _read_until(self, end: int | None) -> int:
        """Read the log from the tracked position on, up to a position, and apply it."""
        count = 0
        while end is None or self.position + 1 < end:
            base, entries = self._read(self._applying.tracked.frontier, end)
            if not entries:
                break
            self._apply(base, entries)
            count += len(entries)
        return count

    def _apply(self, base: Frontier, entries: list[Entry]) -> None:
        if base.size == 0:
            self._applying.hash_by(base.hashing)
        self._applying.apply(entries)
        self._recent |= {entry.position: entry.text for entry in entries[-RECENT:]}
        for position in list(self._recent)[:-RECENT]:
            del self._recent[position]

    def _read(self, before: Frontier, end: int | None) -> tuple[Frontier, list[Entry]]:
        """The next entries after a size, and the frontier to go on from.

        Raises a `Fault` when they are not what the log signed, unless everything is kept.
        """
        start = before.size
        stop = start + MAX_READ if end is None else min(end, start + MAX_READ)
        entries = []
        for place, entry in enumerate(self.read_log(self.log, start, stop), start):
            if (entry.log, entry.position) != (self.log, place):
                break
            entries.append(entry)
        if not entries or self.signed is None:
            return before, entries
        try:
            return self.signed.read(before, entries), entries
        except Fault as fault:
            log.critical("the log gives what it did not sign", log=self.log, code=fault.code)
            if self.on_entries is None:
                raise
            return before, entries

    def _load(self) -> Tracked:
        database, method = self.application.database, self.application.settings.log_hash
        tracked = tracking.load(database, self.log, hashing(method))
        if tracked.complete:
            return tracked
        frontier = tracked.frontier  # of what was applied before hashes were kept
        while frontier.size <= tracked.position:
            frontier, entries = self._read(frontier, tracked.position + 1)
            if not entries:
                raise TrackingUnfit(log=self.log, position=tracked.position)
            texts = [entry.text.encode() for entry in entries]
            frontier = frontier.extend(frontier.hashing.leaves(texts))
        database.execute([tracking.complete(self.log, tracked.position, frontier)])
        return replace(tracked, frontier=frontier)


def _run(waiting: dict[int, Entry], first: int) -> list[Entry]:
    """The entries from a position on, up to the first that is missing."""
    found = []
    while first in waiting:
        found.append(waiting[first])
        first += 1
    return found
