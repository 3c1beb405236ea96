"""Evidence bundles (证据包): what the offline verifier reads, built from a log's tiles.

A bundle holds entries with their inclusion proofs in one checkpoint, and may claim that the whole
history of a stream is there, that an earlier checkpoint was not rewritten, and that the key of a
subject's personal data was destroyed. The verifier's README documents the format.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.keys import VerifierKey
from chassis.sealing.note import Note
from chassis.sealing.prover import Prover
from chassis.sealing.tiles import ReadTile

FORMAT = "wanchuang-evidence/1"


class LogKeys(NamedTuple):
    """The public keys that a bundle names; a reader trusts only keys from elsewhere."""

    log: VerifierKey
    witnesses: tuple[VerifierKey, ...]


def evidence(
    note: Note,
    keys: LogKeys,
    read: ReadTile,
    entries: Mapping[int, str],
    *,
    streams: Mapping[str, int] | None = None,
    older: Note | None = None,
    erasure: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build a bundle.

    Args:
        note: the signed (and cosigned) checkpoint.
        keys: of the log and its witnesses.
        read: reads a stored tile of the log.
        entries: position → the entry's canonical text.
        streams: stream id → n, when versions 1 to n of it are all among the entries.
        older: an earlier checkpoint of the same log.
        erasure: `{"subject": …, "position": …}` or, from another log, `{"subject": …,
            "evidence": bundle}`.

    Raises what `Checkpoint.parse` and `Prover` raise.
    """
    checkpoint = Checkpoint.parse(note.text)
    prover = Prover(checkpoint.hashing, checkpoint.size, checkpoint.root, read)
    bundle: dict[str, Any] = {
        "format": FORMAT,
        "log": {
            "origin": checkpoint.origin,
            "hash": checkpoint.hashing.name,
            "key": str(keys.log),
            "witnesses": [str(key) for key in keys.witnesses],
        },
        "checkpoint": str(note),
        "entries": [
            {"position": at, "entry": entries[at], "proof": _hex(prover.inclusion(at))}
            for at in sorted(entries)
        ],
    }
    if streams:
        claims = sorted(streams.items())
        bundle["streams"] = [{"stream": stream, "versions": count} for stream, count in claims]
    if older is not None:
        size = Checkpoint.parse(older.text).size
        bundle["older"] = {"checkpoint": str(older), "proof": _hex(prover.consistency(size))}
    if erasure is not None:
        bundle["erasure"] = dict(erasure)
    return bundle


def _hex(proof: Iterable[bytes]) -> list[str]:
    return [value.hex() for value in proof]
