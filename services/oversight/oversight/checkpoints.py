"""The checkpoints of a log that a verification compares it with, and whether they are signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from chassis.payment_keys import PaymentKey, payment_keys
from chassis.seal import keys_by_log
from chassis.sealing.checkpoint import Checkpoint, SealedCheckpoint, open_checkpoint
from chassis.sealing.faults import Fault
from chassis.sealing.keys import VerifierKey
from chassis.settings import Settings
from oversight.copies import Copy
from oversight.domain.report import Findings
from oversight.domain.rules.base import Rule
from oversight.domain.rules.seals import (
    TheCheckpointIsCosigned,
    TheCheckpointIsItsRow,
    TheCheckpointIsSigned,
    TheKeyIsKnown,
    proof,
)


class Keys(NamedTuple):
    """The public keys that the supervisor was given: of each log, and of the witnesses.

    And those of the payment institution, by name.
    """

    logs: Mapping[str, VerifierKey]
    witnesses: tuple[VerifierKey, ...] = ()
    institutions: Mapping[str, PaymentKey] = MappingProxyType({})

    @classmethod
    def of(cls, settings: Settings) -> "Keys":
        """LOG_KEYS, WITNESS_KEYS and PAYMENT_INSTITUTION_KEYS.

        Raises `MalformedKey`, `BadPaymentKey`.
        """
        witnesses = tuple(map(VerifierKey.parse, settings.witness_keys.split()))
        return cls(
            keys_by_log(settings), witnesses, payment_keys(settings.payment_institution_keys)
        )


@dataclass(frozen=True, slots=True)
class Boundary:
    """A size of which something was signed.

    `stored` is False for a checkpoint that somebody was shown just now.
    """

    size: int
    checkpoint: Checkpoint
    cosigned_by: tuple[str, ...]
    stored: bool


class Checkpoints:
    """Opens every checkpoint of one log; those that cannot be believed are findings."""

    def __init__(self, copy: Copy, keys: Keys, findings: Findings) -> None:
        self._copy = copy
        self._findings = findings
        self._witnesses = keys.witnesses
        self.key = keys.logs.get(copy.log)
        self.checked = 0
        if self.key is None:
            findings.add(TheKeyIsKnown.finding(copy.log, None, {"log": copy.log}))

    def stored(self) -> Iterator[Boundary]:
        """The stored checkpoints that can be believed, the smallest first."""
        if self.key is None:
            return
        for size, note in self._copy.checkpoints():
            opened = self._open(note, size)
            if opened is None:
                continue
            checkpoint = opened.checkpoint
            if checkpoint.size != size:
                self._add(TheCheckpointIsItsRow, size, stored=size, found=checkpoint.size)
            elif self._copy.cosigned and not opened.cosignatures:
                self._add(TheCheckpointIsCosigned, size, size=size)
            yield _boundary(opened, stored=True)

    def shown(self, notes: Sequence[str]) -> list[Boundary]:
        """The checkpoints that somebody was shown and that can be believed."""
        opened = [self._open(note, None) for note in notes] if self.key is not None else []
        found = [_boundary(each, stored=False) for each in opened if each is not None]
        return sorted(found, key=lambda boundary: boundary.size)

    def forks(self) -> None:
        """Report the kept proofs of other histories that are proofs: signed by the log."""
        for size, note, reason in self._copy.forks() if self.key is not None else ():
            if self._open(note, size) is None:
                continue
            self._findings.add(proof(self._copy.log, size, reason))

    def _open(self, note: str, size: int | None) -> SealedCheckpoint | None:
        assert self.key is not None, "only asked with a key"
        self.checked += 1
        try:
            opened = open_checkpoint(note, self.key, self._witnesses)
            _ = opened.checkpoint.hashing
        except Fault as fault:
            finding = TheCheckpointIsSigned.of_fault(self._copy.log, size, fault.as_dict())
            self._findings.add(finding)
            return None
        return opened

    def _add(self, rule: type[Rule], at: int, /, **breach: object) -> None:
        self._findings.add(rule.finding(self._copy.log, at - 1, breach))


def _boundary(opened: SealedCheckpoint, *, stored: bool) -> Boundary:
    checkpoint = opened.checkpoint
    cosigned_by = tuple(verified.key.label for verified in opened.cosignatures)
    return Boundary(checkpoint.size, checkpoint, cosigned_by, stored)
