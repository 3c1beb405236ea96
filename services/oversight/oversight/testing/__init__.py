"""For tests and benchmarks: logs sealed and cosigned with keys that everybody knows."""

import json
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.database import Database, Statement
from chassis.payment_keys import payment_keys
from chassis.seal import signing_key, witness_signer
from chassis.sealing.checkpoint import Checkpoint, cosign, open_checkpoint, seal
from chassis.sealing.hashing import SHA256, Hashing
from chassis.sealing.totals import totals_lines
from chassis.sealing.tree import TreeState
from chassis.settings import Settings
from chassis.testing import LOG_SIGNING_KEY
from oversight.checkpoints import Keys
from oversight.copies import OWN
from oversight.domain.audit import ORDER
from oversight.tally import LEDGER, Tally

WITNESS = witness_signer(Settings(witness_key="77" * 32))
SIGNERS = {
    log: signing_key(Settings(service=log, log_signing_key=LOG_SIGNING_KEY)) for log in ORDER
}
INSTITUTION = Ed25519PrivateKey.from_private_bytes(b"i" * 32)
"""What the payment institution signs with."""

INSTITUTIONS = payment_keys(INSTITUTION.public_key().public_bytes_raw().hex())
KEYS = Keys({log: key.verifier for log, key in SIGNERS.items()}, (WITNESS.verifier,), INSTITUTIONS)
COSIGNED_AT = 1_770_000_000
"""Seconds since 1970-01-01 UTC."""

_ROWS = """
INSERT INTO mirror (log, position, entry)
SELECT %s, %s + number - 1, entry FROM unnest(%s::text[]) WITH ORDINALITY AS given (entry, number)
"""
_TILE = "INSERT INTO witness_tiles (log, level, number, start, hashes) VALUES (%s, %s, %s, %s, %s)"
_COSIGNED = "INSERT INTO cosigned (log, size, root, note, at) VALUES (%s, %s, %s, %s, '')"
_ADVANCE = "SELECT advance_tracking(%s, %s, %s)"


class Sealing:
    """A log that is sealed part by part. `totals` are counted when it is the ledger's."""

    def __init__(self, log: str, method: Hashing = SHA256) -> None:
        self.log = log
        self.tree = TreeState(method)
        self._tally = Tally()

    def add(self, texts: list[str]) -> list[Statement]:
        """Further entries; gives the statements that store their tiles."""
        growth = self.tree.append(self.tree.hashing.leaves(text.encode() for text in texts))
        self.tree = growth.state
        for text in texts if self.log == LEDGER else ():
            self._tally.add(json.loads(text)["event"]["data"])
        return [(_TILE, (self.log, t.level, t.number, t.start, t.fresh)) for t in growth.tiles]

    def totals(self) -> tuple[str, ...]:
        """The lines of totals in its checkpoint."""
        return totals_lines(self._tally.totals() or ()) if self.log == LEDGER else ()

    def note(self) -> str:
        """What the log signs of itself now."""
        lines, key, tree = self.totals(), SIGNERS[self.log], self.tree
        return str(seal(Checkpoint.of(key.name, tree.size, tree.root, tree.hashing, lines), key))


def signed(log: str, texts: Iterable[str]) -> str:
    """The note that a log signs of these entries."""
    sealing = Sealing(log)
    sealing.add(list(texts))
    return sealing.note()


def cosigned(log: str, note: str) -> str:
    """A log's note with the supervisor's cosignature."""
    sealed = open_checkpoint(note, SIGNERS[log].verifier)
    return str(sealed.note.add(cosign(sealed, WITNESS, COSIGNED_AT)))


def fill(database: Database, logs: Mapping[str, Iterable[str]], every: int = 5) -> None:
    """Put logs into a supervisor's database: mirrored, witnessed, cosigned every so many entries.

    The whole of each log is cosigned at its end. The supervisor's own log is left out.
    """
    load(database, ((log, text) for log, texts in logs.items() for text in texts), every)


def load(database: Database, entries: Iterable[tuple[str, str]], every: int) -> None:
    """As `fill`, of entries (log and text) of several logs as they come."""
    sealing = {log: Sealing(log) for log in ORDER if log != OWN}
    waiting: dict[str, list[str]] = {log: [] for log in sealing}
    for log, text in entries:
        if log == OWN:
            continue
        waiting[log].append(text)
        if len(waiting[log]) == every:
            _store(database, sealing[log], waiting[log])
            waiting[log] = []
    for log, batch in waiting.items():
        if batch:
            _store(database, sealing[log], batch)


def _store(database: Database, sealing: Sealing, batch: list[str]) -> None:
    log, start = sealing.log, sealing.tree.size
    tiles = sealing.add(batch)
    size, root = sealing.tree.size, sealing.tree.root.hex()
    row = (log, size, root, cosigned(log, sealing.note()))
    database.execute([
        (_ROWS, (log, start, batch)),
        *tiles,
        (_ADVANCE, (log, start, size - 1)),
        (_COSIGNED, row),
    ])  # fmt: skip
