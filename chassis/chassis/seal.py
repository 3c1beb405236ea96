"""The seal of a log: its Merkle tree as tiles and its signed checkpoints, stored insert-only.

What a batch of entries adds to the tree and the checkpoint over it are written in the transaction
that gives the entries their positions: the log is sealed as far as it is sequenced, always.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Protocol

from chassis.database import Database, Statement
from chassis.log import Entry
from chassis.sealing import evidence as bundles
from chassis.sealing.checkpoint import Checkpoint, seal
from chassis.sealing.evidence import LogKeys
from chassis.sealing.hashing import SHA256, Hashing, hashing
from chassis.sealing.keys import Kind, SignerKey, VerifierKey
from chassis.sealing.note import Note
from chassis.sealing.tiles import ReadTile, check_entry
from chassis.sealing.tree import TreeState
from chassis.settings import Settings

_TILE = "INSERT INTO tiles (level, number, start, hashes) VALUES (%s, %s, %s, %s)"
_CHECKPOINT = "INSERT INTO checkpoints (size, note) VALUES (%s, %s)"
_LAST = "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1"
_UP_TO = "SELECT note FROM checkpoints WHERE size <= %s ORDER BY size DESC LIMIT 1"
_HISTORY = """
SELECT n.position, e.body FROM events e
LEFT JOIN entries n ON n.tx = e.tx AND n.event_id = e.id WHERE e.stream = %s ORDER BY e.version
"""
_PIECES = "SELECT hashes FROM tiles WHERE level = %s AND number = %s ORDER BY start"


NOTE_BYTES_PER_SECOND = 400_000
"""What checkpoints may add to a log's database: the ledger's has a line of 80 bytes for each purse,
and hundreds of purses at dozens of checkpoints a second would weigh more than the events."""

LEAST_PAUSE, MAX_PAUSE = 0.02, 0.5
"""Seconds: each checkpoint costs the log's database as much as several commands, and who waits for
the witness would not notice the least; above the most, who waits would notice."""


class Totals(Protocol):
    """What a log says of itself in its checkpoints (the ledger: where each fen is)."""

    def resume(self, extensions: Sequence[str]) -> None:
        """Go on from the lines of the last checkpoint."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Count further entries."""

    def lines(self) -> Sequence[str]:
        """The lines of the next checkpoint."""


class NoTotals:
    """For logs that say nothing further."""

    def resume(self, extensions: Sequence[str]) -> None:
        """Nothing to go on from."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Nothing to count."""

    def lines(self) -> Sequence[str]:
        """Nothing to say."""
        return ()


def signing_key(settings: Settings) -> SignerKey:
    """The key that signs a log's checkpoints; its name is the log's origin.

    Raises `ValueError` when the setting LOG_SIGNING_KEY is not 32 bytes in hex. Each log has a key
    of its own, derived from the setting and the log's name, so logs that share a setting do not
    share a key.
    """
    seed = bytes.fromhex(settings.log_signing_key)
    if len(seed) != 32:
        raise ValueError("LOG_SIGNING_KEY: 32 bytes in hex are needed to seal the log")
    name = origin(settings.log_origin, settings.service)
    derived = sha256(b"wanchuang/log-key/" + name.encode() + b"/" + seed).digest()
    return SignerKey(name, Kind.LOG, derived)


def witness_signer(settings: Settings) -> SignerKey:
    """The key that cosigns, from the setting WITNESS_KEY. Raises `ValueError` unless 32 bytes."""
    seed = bytes.fromhex(settings.witness_key)
    if len(seed) != 32:
        raise ValueError("WITNESS_KEY: 32 bytes in hex are needed to cosign")
    return SignerKey(origin(settings.log_origin, "witness"), Kind.WITNESS, seed)


def keys_by_log(settings: Settings) -> dict[str, VerifierKey]:
    """The public keys of the setting LOG_KEYS, by the name of their log."""
    keys = (VerifierKey.parse(text) for text in settings.log_keys.split())
    return {key.name.rpartition("/")[2]: key for key in keys}


def known_keys(settings: Settings) -> LogKeys | None:
    """The public keys of a service's own log and of the supervisors, as settings give them.

    None when LOG_KEYS does not name the log: then nobody witnesses it.
    """
    key = keys_by_log(settings).get(settings.service)
    if key is None:
        return None
    return LogKeys(key, tuple(map(VerifierKey.parse, settings.witness_keys.split())))


def origin(prefix: str, log: str) -> str:
    """The name of a log in the world: `<LOG_ORIGIN>/<log>`."""
    return f"{prefix}/{log}"


class Sealer:
    """Seals the entries of one log, batch by batch."""

    def __init__(
        self,
        database: Database,
        key: SignerKey,
        method: Hashing = SHA256,
        totals: Callable[[], Totals] = NoTotals,
    ) -> None:
        self._database = database
        self._key = key
        self._method = method
        self._new_totals = totals
        self._totals = totals()
        self._state: TreeState | None = None
        self._next: TreeState | None = None
        self._pause = 0.0

    @property
    def pause(self) -> float:
        """Seconds after a checkpoint before the next: the more, the longer the last one was."""
        return max(LEAST_PAUSE, self._pause)

    def statements(self, entries: Sequence[Entry]) -> list[Statement]:
        """What has to be stored with these entries, which follow the last sealed one.

        Raises `EntryTooLarge` and `TileMismatch` (the stored tiles do not give the stored root).
        """
        state = self._state or self._resume()
        texts = [entry.text.encode() for entry in entries]
        for text in texts:
            check_entry(text)
        method = state.hashing  # a log keeps the hash that it began with
        growth = state.append(method.leaves(texts))
        self._totals.add(entries)
        lines = tuple(self._totals.lines())
        after = self._next = growth.state
        checkpoint = Checkpoint.of(self._key.name, after.size, after.root, method, lines)
        note = str(seal(checkpoint, self._key))
        self._pause = min(MAX_PAUSE, len(note) / NOTE_BYTES_PER_SECOND)
        return [
            *((_TILE, (tile.level, tile.number, tile.start, tile.fresh)) for tile in growth.tiles),
            (_CHECKPOINT, (after.size, note)),
        ]

    def stored(self) -> None:
        """The statements were committed."""
        self._state = self._next

    def forget(self) -> None:
        """The statements were not committed: read the stored state again before the next ones."""
        self._state = self._next = None

    def _resume(self) -> TreeState:
        self._totals = self._new_totals()
        row = self._database.row(_LAST)
        if row is None:
            return TreeState(self._method)
        checkpoint = Checkpoint.parse(Note.parse(row["note"]).text)
        self._totals.resume(checkpoint.extensions)
        read = tile_reader(self._database)
        return TreeState.resume(checkpoint.hashing, checkpoint.size, checkpoint.root, read)


def tile_reader(database: Database) -> ReadTile:
    """Reads stored tiles, joining their pieces."""

    def read(level: int, number: int, _: int) -> bytes:
        rows = database.rows(_PIECES, (level, number))
        return b"".join(bytes(row["hashes"]) for row in rows)

    return read


def latest_checkpoint(database: Database, most: int | None = None) -> str | None:
    """The newest signed checkpoint of a log (of at most so many entries), or None."""
    row = database.row(_LAST) if most is None else database.row(_UP_TO, (most,))
    return None if row is None else str(row["note"])


def history(database: Database, log: str, stream: str) -> list[Entry]:
    """The entries of one stream, as far as they have their places in the log."""
    rows = database.rows(_HISTORY, (stream,))
    placed = [row for row in rows if row["position"] is not None]
    return [Entry.of(log, row["position"], row["body"]) for row in placed]


def stream_evidence(
    database: Database,
    log: str,
    stream: str,
    keys: LogKeys,
    checkpoint: Callable[[int], str | None],
) -> dict[str, Any] | None:
    """The evidence bundle of one stream's complete history; None while it cannot be proved.

    `checkpoint` gives a signed checkpoint of at least a size, or None when there is none yet.
    """
    rows = database.rows(_HISTORY, (stream,))
    if not rows or any(row["position"] is None for row in rows):
        return None
    entries = {row["position"]: Entry.of(log, row["position"], row["body"]).text for row in rows}
    note = checkpoint(max(entries) + 1)
    if note is None:
        return None
    streams = {stream: len(entries)}
    return bundles.evidence(Note.parse(note), keys, tile_reader(database), entries, streams=streams)


def hash_of(settings: Settings) -> Hashing:
    """The hash that the setting LOG_HASH names. Raises `UnknownHash`."""
    return hashing(settings.log_hash)
