"""The audit of all logs from position 0 (重放审计): fed entry by entry, it ends in a report.

Pure: whoever has the logs can run it, online or not. The logs are fed one after the other in the
order of `ORDER`, so that causes are known before effects. An event that relied on another log says
how far it had seen it, and is judged by exactly that.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from oversight.domain.derivation import DERIVATIONS
from oversight.domain.event import Event
from oversight.domain.reading import READINGS
from oversight.domain.report import Findings, Report
from oversight.domain.rules import (
    BalancesAgree,
    EntryIsReadable,
    EveryVoucherExpires,
    FundedIsWhatWasReserved,
    LogIsComplete,
    Rule,
    Vocabulary,
    chains_by_type,
    of_every_entry,
)
from oversight.domain.world import LogState, World

ORDER = ("identity", "catalog", "matching", "voucher-ledger", "oversight")
"""The order in which logs are fed."""

Chains = tuple[tuple[Rule, ...], ...]


class Audit:
    """One reading of all logs. `sizes` are the numbers of entries that they must have.

    Findings go to `findings`, where others may be already.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        sizes: Mapping[str, int],
        findings: Findings | None = None,
    ) -> None:
        self.world = World(logs={log: LogState() for log in ORDER if log in sizes})
        self.findings = Findings() if findings is None else findings
        self._sizes = dict(sizes)
        self._general: Chains = of_every_entry(vocabulary)
        self._special: dict[str, Chains] = chains_by_type()
        self._current = 0

    def feed(self, log: str, position: int, text: str | bytes) -> Event | None:
        """Read the next entry of a log; None when it is not readable as an event.

        Raises `ValueError` when logs come out of `ORDER`.
        """
        place = ORDER.index(log)
        if place < self._current or log not in self.world.logs:
            raise ValueError(f"{log} is not to be fed now")
        self._current = place
        state = self.world.logs[log]
        event = Event.read(log, position, text)
        if event is None:
            self.findings.add(EntryIsReadable.finding(log, position, {}))
            state.next = position + 1
            return None
        understood = self._judge(self._general, event)
        state.next = position + 1
        state.versions[event.stream] = event.version
        if understood:
            self._understand(event)
        return event

    def close(self, stated: Iterable[Mapping[str, Any]] | None = None) -> Report:
        """End the reading. `stated` is the ledger's own trial balance at its last entry."""
        logs = {log: state.next for log, state in self.world.logs.items()}
        for log, expected in self._sizes.items():
            if logs[log] != expected:
                breach = {"expected": expected, "found": logs[log]}
                self.findings.add(LogIsComplete.finding(log, None, breach))
        for finding in FundedIsWhatWasReserved.in_all(self.world):
            self.findings.add(finding)
        for finding in EveryVoucherExpires.in_all(self.world):
            self.findings.add(finding)
        totals = self.world.book.totals()
        if stated is not None:
            last = logs.get("voucher-ledger", 0) - 1
            for finding in BalancesAgree.compare(max(last, 0), totals, stated):
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
        recorded_at = event.envelope["recorded_at"]
        if type(recorded_at) is str and recorded_at > self.world.latest:
            self.world.latest = recorded_at
        derive = DERIVATIONS.get(event.type)
        if derive is not None:
            event.effect = derive(event, self.world)
        chains = self._special.get(event.type)
        if chains is not None:
            self._judge(chains, event)
        if event.effect:
            self.world.book.post(event.effect)
        read = READINGS.get(event.type)
        if read is not None:
            read(event, self.world)

    def _judge(self, chains: Chains, event: Event) -> bool:
        """Ask every chain; True when the last one held."""
        kept = True
        for chain in chains:
            kept = True
            for rule in chain:
                breach = rule.breach(event, self.world)
                if breach is not None:
                    self.findings.add(rule.finding(event.log, event.position, breach))
                    kept = False
                    break
        return kept
