"""Is what arrived what the log signed?

The bus is not believed, nor is whoever answers for a log: entries count when the tree over all that
was applied, and over them, is the one of a checkpoint that the log's key signed.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from chassis.log import Entry
from chassis.sealing.checkpoint import Checkpoint, open_checkpoint
from chassis.sealing.faults import Fault, NotConsistent
from chassis.sealing.frontier import Frontier
from chassis.sealing.keys import VerifierKey
from chassis.sealing.proofs import verify_consistency


class Seals(Protocol):
    """Reads what a log has signed, from its service."""

    def read_note(self, log_name: str) -> str:
        """The newest signed checkpoint of a log; empty while the log is."""

    def read_consistency(self, log_name: str, old: int, new: int) -> Sequence[bytes]:
        """The proof that the log of a size begins with that of a smaller one."""


class SignedLog:
    """The one who knows a log's key, and checks by it."""

    def __init__(self, log: str, key: VerifierKey, seals: Seals) -> None:
        self._log = log
        self._key = key
        self._seals = seals

    def arrived(
        self, before: Frontier, entries: Sequence[Entry], notes: Iterable[str]
    ) -> tuple[Frontier, int]:
        """How many of the entries that follow `before` a checkpoint among the notes covers.

        Returns the frontier to go on from, too. Raises a `Fault` when the entries are not those
        that the checkpoint was signed for. Notes that are none of this log's are passed over.
        """
        best: tuple[int, str] = (0, "")
        for note in notes:
            try:
                count = _opened(note, self._key).size - before.size
            except Fault:
                continue
            if best[0] < count <= len(entries):
                best = (count, note)
        count, note = best
        if not count:
            return before, 0
        return self._agreed(before, entries[:count], _opened(note, self._key)), count

    def read(self, before: Frontier, entries: Sequence[Entry]) -> Frontier:
        """The frontier to go on from, when the entries, read after it, are what the log signed.

        Raises a `Fault` when they are not, and what reading from the service raises.
        """
        checkpoint = _opened(self._seals.read_note(self._log), self._key)
        return self._agreed(before, entries, checkpoint)

    def _agreed(
        self, before: Frontier, entries: Sequence[Entry], checkpoint: Checkpoint
    ) -> Frontier:
        base = before if before.size else Frontier(checkpoint.hashing)
        after = base.extend(base.hashing.leaves([entry.text.encode() for entry in entries]))
        if base.hashing is not checkpoint.hashing:
            raise NotConsistent(old=after.size, new=checkpoint.size)
        old, new = after.size, checkpoint.size
        proof = self._seals.read_consistency(self._log, old, new) if old < new else ()
        verify_consistency(base.hashing, old, new, proof, after.root, checkpoint.root)
        return base


@lru_cache(maxsize=256)
def _opened(note: str, key: VerifierKey) -> Checkpoint:
    """A signed checkpoint, checked; subscribers in one process check it once."""
    return open_checkpoint(note, key).checkpoint
