"""A run of grants (批量发放): a batch's vouchers for many, chunk by chunk.

A run is carried out by the ledger itself. Each chunk is one command whose id follows from the run
and the chunk's number, so it is carried out once, whichever replica does it and however often; a
run that was interrupted goes on after its last chunk.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.refusals.batches import RunEnded

LIST: Final = "list"
"""The issuer names the users."""

RULE: Final = "rule"
"""All admitted users of the batch's target region are asked."""

COMPLETE, EXHAUSTED, CANCELLED, BATCH_CLOSED = "complete", "exhausted", "cancelled", "batch-closed"
LISTED_AT_ONCE: Final = 1500
REFUSED_AT_ONCE: Final = 250
"""How many one event holds: its size has a limit."""


T = TypeVar("T")


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def chunk_command_id(run_id: str, number: int) -> str:
    """The id of the command that carries out a chunk."""
    return stream_id("grant-run-chunk", run_id, str(number))


class GrantRun(LedgerAggregate):
    """One run over a batch."""

    @event("Started")
    def __init__(self, batch_id: str, source: str, starter: str) -> None:
        self.batch_id = batch_id
        self.source = source
        self.listed: list[str] = []
        self.number = 0
        self.after = ""
        self.considered = 0
        self.granted = 0
        self.refused: dict[str, int] = {}
        self.ended = ""

    @classmethod
    def start(cls, batch_id: str, holders: Sequence[str] | None, starter: str) -> "GrantRun":
        """Start a run over a list, or over everybody whom the batch's rule admits."""
        run = cls(batch_id=batch_id, source=RULE if holders is None else LIST, starter=starter)
        for part in _parts(sorted(set(holders or ())), LISTED_AT_ONCE):
            run._listed(list(part))
        return run

    def advance(
        self,
        after: str,
        granted: int,
        refused: Sequence[Mapping[str, Any]],
    ) -> None:
        """A chunk is done: how many got a voucher, and who did not and why.

        `after` is where the next chunk begins; `refused` are `{subject, code, inputs}`.
        """
        number = self.number + 1
        counts: dict[str, int] = {}
        for part in _parts(refused, REFUSED_AT_ONCE):
            self._refused(number, [dict(each) for each in part])
        for each in refused:
            counts[each["code"]] = counts.get(each["code"], 0) + 1
        self._advanced(number, after, granted, counts)

    def end(self, reason: str) -> None:
        """Nothing is left to do, or to grant. Raises `RunEnded`."""
        if self.ended:
            raise RunEnded(reason=self.ended)
        self._ended(reason)

    @event("Listed")
    def _listed(self, holders: list[str]) -> None:
        self.listed += holders

    @event("Refused")
    def _refused(self, number: int, decisions: list[dict[str, Any]]) -> None:
        """Who did not get a voucher, each with code and inputs."""

    @event("Advanced")
    def _advanced(self, number: int, after: str, granted: int, refused: dict[str, int]) -> None:
        self.number = number
        self.after = after
        self.granted += granted
        self.considered += granted + sum(refused.values())
        for code, count in refused.items():
            self.refused[code] = self.refused.get(code, 0) + count

    @event("Ended")
    def _ended(self, reason: str) -> None:
        self.ended = reason
