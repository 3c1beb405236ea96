"""The audit of all logs from position 0 (重放审计): fed entry by entry, it ends in a report.

Pure: whoever has the logs can run it, online or not. The logs are fed one after the other in the
order of `ORDER`, so that causes are known before effects. An event that relied on another log says
how far it had seen it, and is judged by exactly that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from oversight.domain.book import summed
from oversight.domain.completeness import ANSWERS, Published, matters
from oversight.domain.derivation import DERIVATIONS, Derive
from oversight.domain.event import Event, read
from oversight.domain.fingerprints import Fingerprints
from oversight.domain.reading import READINGS
from oversight.domain.reading.register import Read
from oversight.domain.report import Findings, Report
from oversight.domain.rules import (
    AT_THE_END,
    COMPLETENESS,
    ONCE_IN_ITS_TIME,
    BalancesAgree,
    EntryIsReadable,
    LogIsComplete,
    Rule,
    TheKeysAreThoseOfTheLog,
    Vocabulary,
    WhatWasReliedOnIsThere,
    chains_by_type,
    of_every_entry,
)
from oversight.domain.rules.base import Breach
from oversight.domain.rules.envelope import IN_FORCE
from oversight.domain.window import Cosigned, Window
from oversight.domain.world import LogState, PaymentKey, World

ORDER = ("identity", "catalog", "matching", "voucher-ledger", "oversight")
"""The order in which logs are fed."""

Asked = tuple[Callable[[Event, World], Breach], Rule]
"""A rule with its method bound: looked up once, not for each entry."""

Chains = tuple[tuple[Callable[[Event, World], Breach], Rule, tuple[Asked, ...]], ...]
"""Chains of rules: the first of each, and the others, which are seldom any."""

Handlers = tuple[Derive | None, Chains, Read | None, bool, bool]
"""Of an event type: how it moves money, which rules are asked, what it changes in the world,
whether it is to be acknowledged by those who follow its log, and whether it is to be answered."""

_NONE: Handlers = (None, (), None, True, False)


class Audit:
    """One reading of all logs. `sizes` are the numbers of entries that they must have.

    Findings go to `findings`, where others may be already. `cosigned` says when the supervisor
    cosigned each log, the smallest size first. `institutions` are the payment institution's public
    keys by name, as the supervisor was given them.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        sizes: Mapping[str, int],
        findings: Findings | None = None,
        cosigned: Mapping[str, Sequence[Cosigned]] | None = None,
        institutions: Mapping[str, PaymentKey] = MappingProxyType({}),
    ) -> None:
        known = cosigned or {}
        self.world = World(
            logs={
                log: LogState(Window(known.get(log, ())), commands=Fingerprints(sizes[log]))
                for log in ORDER
                if log in sizes
            },
            institutions=institutions,
        )
        self.findings = Findings() if findings is None else findings
        self._sizes = dict(sizes)
        self._general = _asked(of_every_entry(vocabulary))
        self._once = _asked(ONCE_IN_ITS_TIME)
        self._handlers = _handlers()
        self._sound = vocabulary.sound
        self._current, self._log, self._state = 0, "", LogState()
        self._reach: dict[str, int] = {}
        self._published = Published()

    def feed(self, log: str, position: int, text: bytes) -> Event | None:
        """Read the next entry of a log; None when it is not readable as an event.

        Raises `ValueError` when logs come out of `ORDER`.
        """
        return self.feed_all(log, [(position, text)])[0]

    def feed_all(self, log: str, entries: Sequence[tuple[int, bytes]]) -> list[Event | None]:
        """Read the next entries of a log, each with its position, likewise.

        All are decoded before the first is judged: each of both is faster when it goes on.
        """
        if log != self._log:
            self._begin(log)
        sound = self._sound
        decoded = [sound(log, position, text) for position, text in entries]
        return [
            self._take(log, position, text, event)
            for (position, text), event in zip(entries, decoded, strict=True)
        ]

    def _take(self, log: str, position: int, text: bytes, sound: Event | None) -> Event | None:
        state = self._state
        event = sound or read(log, position, text)
        if event is None:
            self.findings.add(EntryIsReadable.finding(log, position, {}))
            state.next = position + 1
            return None
        caused = event.causation is not None
        if caused:
            self.world.completeness.caused(event)
        stream, version, recorded_at = event.stream, event.version, event.recorded_at
        understood = (
            event.sound
            and position == state.next
            and version == state.versions.get(stream, 0) + 1
            and recorded_at >= IN_FORCE
        ) or self._judge(self._general, event)
        repeated = state.repeats(event.command)
        if caused or repeated or not state.window.holds(position, recorded_at):
            self._judge(self._once, event)
            self.world.reactions.saw(event)
        if position != state.next:
            self._published.whole = False
        state.next, state.versions[stream] = position + 1, version
        if understood:
            self._understand(event)
        return event

    def _begin(self, log: str) -> None:
        """The next log is fed."""
        place = ORDER.index(log)
        if place < self._current or log not in self.world.logs:
            raise ValueError(f"{log} is not to be fed now")
        self._current, self._log, self._state = place, log, self.world.logs[log]
        self._published = self.world.completeness.log(log)
        self._reach = {name: n for name, n in self._sizes.items() if ORDER.index(name) < place}

    def read(self, log: str) -> int:
        """How many entries of a log have been fed."""
        return self.world.logs[log].next

    def close(
        self,
        stated: Iterable[Mapping[str, Any]] | None = None,
        keys: Mapping[str, Any] | None = None,
    ) -> Report:
        """End the reading. `stated` is the ledger's own trial balance at its last entry.

        `keys` is what identity says of the subject keys that it holds as of its last entry.
        """
        logs = {log: state.next for log, state in self.world.logs.items()}
        for log, expected in self._sizes.items():
            if logs[log] != expected:
                breach = {"expected": expected, "found": logs[log]}
                self.findings.add(LogIsComplete.finding(log, None, breach))
                self.world.completeness.log(log).whole = False
        for rule in (*AT_THE_END, *COMPLETENESS):
            for finding in rule.in_all(self.world):
                self.findings.add(finding)
        totals = self.world.book.totals()
        if stated is not None:
            last = logs.get("voucher-ledger", 0) - 1
            for finding in BalancesAgree.compare(max(last, 0), totals, stated):
                self.findings.add(finding)
        if keys is not None:
            for finding in TheKeysAreThoseOfTheLog.compare(
                self.world, logs.get("identity", 0), keys
            ):
                self.findings.add(finding)
        return Report(
            verdict=self.findings.verdict,
            logs=logs,
            entries=sum(logs.values()),
            totals=totals,
            states=self.world.states(),
            found=self.findings.found,
            findings=self.findings.kept,
        )

    def _understand(self, event: Event) -> None:
        """Derive what a good entry does, ask the rules of its type, and take note of it."""
        world, reach = self.world, self._reach
        world.latest = max(world.latest, event.recorded_at)
        if event.log == "voucher-ledger":
            world.unfinished = event.command
        for log, position in event.relied_on.items():
            if log in reach and position >= reach[log]:
                self._rely(event, log, position)
        derive, chains, read_, to_be_acknowledged, answered = self._handlers.get(event.type, _NONE)
        if to_be_acknowledged:
            self._published.mark(event.position, event.recorded_at)
        if answered:
            world.completeness.owes(event)
        if derive is not None:
            event.effect = derive(event, world)
            event.recorded = summed(event.data["postings"])
        if chains:
            self._judge(chains, event)
        if event.effect:
            world.book.post(event.effect)
        if read_ is not None:
            read_(event, world)

    def _rely(self, event: Event, log: str, position: int) -> None:
        breach = {"of": log, "relied": position, "size": self._reach[log]}
        self.findings.add(WhatWasReliedOnIsThere.finding(event.log, event.position, breach))

    def _judge(self, chains: Chains, event: Event) -> bool:
        """Ask every chain; True when the last one held."""
        world, kept = self.world, True
        for breach_of, rule, others in chains:
            breach = breach_of(event, world)
            if breach is None:
                kept = not others or self._go_on(others, event)
                continue
            self.findings.add(rule.finding(event.log, event.position, breach))
            kept = False
        return kept

    def _go_on(self, asked: tuple[Asked, ...], event: Event) -> bool:
        """Ask the others of a chain; True when all held."""
        for breach_of, rule in asked:
            breach = breach_of(event, self.world)
            if breach is not None:
                self.findings.add(rule.finding(event.log, event.position, breach))
                return False
        return True


def _asked(chains: Iterable[Iterable[Rule]]) -> Chains:
    made = ([(rule.breach, rule) for rule in chain] for chain in chains)
    return tuple((*first, tuple(others)) for first, *others in made)


def _handlers() -> dict[str, Handlers]:
    special = chains_by_type()
    types = DERIVATIONS.keys() | READINGS.keys() | special.keys() | ANSWERS.keys()
    return {
        type_: (
            DERIVATIONS.get(type_),
            _asked(special.get(type_, ())),
            READINGS.get(type_),
            matters(type_),
            type_ in ANSWERS,
        )
        for type_ in types
    }
