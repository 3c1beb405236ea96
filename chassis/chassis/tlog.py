"""A service's sealed log as others read it: checkpoint, tiles, entry bundles, proofs.

The paths and bytes are those of C2SP tlog-tiles, so that a reader of transparency logs reads these
too. Every service answers these queries about its own log; the gateway's routes are made from
`schemas.log`. Nothing is given out but what the newest checkpoint covers.
"""

import gzip
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from marshmallow import fields

from chassis.contract import Contract, Query, Whole
from chassis.database import Database
from chassis.log import MAX_READ, LogReader
from chassis.refusal import Kind, Refusal
from chassis.seal import latest_checkpoint, tile_reader
from chassis.sealing.checkpoint import Checkpoint as Head
from chassis.sealing.faults import Fault, MalformedName
from chassis.sealing.note import Note
from chassis.sealing.prover import Prover
from chassis.sealing.tiles import (
    WIDTH,
    BundleKey,
    TileKey,
    encode_bundle,
    parse_name,
    tile_width,
)
from chassis.sealing.tiles import ReadTile as ReadStored

SUPERVISOR = "supervisor"
"""第三方监理: the role that reads entries (`schemas.roles`); they hold business data."""

K = TypeVar("K", TileKey, BundleKey)
T = TypeVar("T")

_SIZE = "SELECT coalesce(max(size), 0) AS size FROM checkpoints"


class Entries(Query):
    """Read a range of a log (start ≤ position < end). For services and the supervisor."""

    allowed = frozenset({SUPERVISOR})

    start = Whole(0, 2**53, required=True)
    end = Whole(0, 2**53, load_default=None, allow_none=True)


class Checkpoint(Query):
    """Read the newest checkpoint of a log, or the newest of at most so many entries.

    A witness asks for what its copy covers: the newest of all is always a little beyond it while
    the log grows.
    """

    most = Whole(1, 2**53, load_default=None, allow_none=True)


class ReadTile(Query):
    """Read a tile: hashes and nothing else. `name` is `<L>/<N>[.p/<W>]`."""

    name = fields.String(required=True, metadata={"example": "0/x001/x234/067"})


class ReadBundle(Query):
    """Read the entries of a tile of level 0. `name` is `<N>[.p/<W>]`."""

    allowed = frozenset({SUPERVISOR})

    name = fields.String(required=True, metadata={"example": "x001/x234/067"})


class ProveInclusion(Query):
    """Prove that an entry is in the tree of a size; without a size, in the newest."""

    position = Whole(0, 2**53, required=True)
    size = Whole(1, 2**53, load_default=None, allow_none=True)


class ProveConsistency(Query):
    """Prove that the tree of size `to` begins with the tree of size `from`."""

    class Meta(Contract.Meta):
        """`from` is a word of Python."""

        include = {
            "from": Whole(0, 2**53, required=True),
            "to": Whole(0, 2**53, load_default=None, allow_none=True),
        }


class TileNameInvalid(Refusal):
    """A path that is not the one name of a tile or entry bundle (C2SP tlog-tiles)."""

    code = "log.tile-name-invalid"
    kind = Kind.MALFORMED
    zh = "不是有效的瓦片路径:{name}"
    en = "Not the name of a tile: {name}"


class NoSuchTile(Refusal):
    """A tile that the sealed tree does not have, or not in this width yet."""

    code = "log.no-such-tile"
    kind = Kind.NOT_FOUND
    zh = "日志现有 {size} 条,没有该瓦片:{name}"
    en = "The log has {size} entries and no such tile: {name}"


class OutsideTheLog(Refusal):
    """A position or size that the sealed log does not have, or a span that runs backwards."""

    code = "log.outside"
    kind = Kind.NOT_FOUND
    zh = "日志现有 {size} 条,没有 {asked}"
    en = "The log has {size} entries; there is no {asked}"


class LogBroken(Refusal):
    """The stored tree does not give what was signed: nothing can be proved. A matter for people."""

    code = "log.broken"
    kind = Kind.UNAVAILABLE
    zh = "日志的存储与其签名不符,无法出具证明:{reason}"
    en = "The stored log does not fit what was signed, so nothing can be proved: {reason}"


class SealedLog:
    """Reads one service's sealed log from its database."""

    def __init__(self, database: Database, log: str) -> None:
        self._database = database
        self._entries = LogReader(database, log)
        self._log = log

    def entries(self, start: int, end: int | None) -> dict[str, Any]:
        """A range of the log, `chassis.log.MAX_READ` entries at the most, and the log's size."""
        found = self._entries.entries(start, end, limit=MAX_READ)
        return {"entries": [entry.text for entry in found], "size": self._entries.size()}

    def checkpoint(self, most: int | None = None) -> dict[str, Any]:
        """The newest signed checkpoint, of at most so many entries; None when there is none."""
        return {"note": latest_checkpoint(self._database, most)}

    def tile(self, name: str) -> dict[str, Any]:
        """A tile's hashes. Raises `TileNameInvalid` and `NoSuchTile`."""
        key = _parsed(f"tile/{name}", TileKey)
        self._check(key.name, tile_width(self._size(), key.level, key.number), key.width)
        data = tile_reader(self._database)(*key)[: key.width * 32]
        return {"tile": b64encode(data).decode()}

    def bundle(self, name: str) -> dict[str, Any]:
        """An entry bundle, compressed. Raises `TileNameInvalid` and `NoSuchTile`."""
        key = _parsed(f"tile/entries/{name}", BundleKey)
        self._check(key.name, tile_width(self._size(), 0, key.number), key.width)
        start = key.number * WIDTH
        found = self._entries.entries(start, start + key.width)
        data = encode_bundle(entry.text.encode() for entry in found)
        return {"bundle": b64encode(gzip.compress(data, 6, mtime=0)).decode()}

    def inclusion(self, position: int, size: int | None) -> dict[str, Any]:
        """An inclusion proof (RFC 9162, 2.1.3). Raises `OutsideTheLog`, `LogBroken`."""
        head = self._head()
        size = head.size if size is None else size
        if not position < size <= head.size:
            raise OutsideTheLog(asked=f"{position} < {size}", size=head.size)
        prover = self._prover(head, size)
        proof = _sound(lambda: prover.inclusion(position))
        return {
            "log": self._log,
            "hash": head.hashing.name,
            "size": size,
            "root": prover.root.hex(),
            "position": position,
            "leaf": prover.leaf(position).hex(),
            "proof": [value.hex() for value in proof],
        }

    def consistency(self, old: int, new: int | None) -> dict[str, Any]:
        """A consistency proof (RFC 9162, 2.1.4). Raises `OutsideTheLog`, `LogBroken`."""
        head = self._head()
        new = head.size if new is None else new
        if not old <= new <= head.size:
            raise OutsideTheLog(asked=f"{old} ≤ {new}", size=head.size)
        prover = self._prover(head, new)
        proof = _sound(lambda: prover.consistency(old))
        return {
            "log": self._log,
            "hash": head.hashing.name,
            "old": {"size": old, "root": prover.root_at(old).hex()},
            "new": {"size": new, "root": prover.root.hex()},
            "proof": [value.hex() for value in proof],
        }

    def _size(self) -> int:
        row = self._database.row(_SIZE)
        return int(row["size"]) if row else 0

    def _head(self) -> Head:
        note = latest_checkpoint(self._database)
        if note is None:
            raise OutsideTheLog(asked="checkpoint", size=0)
        return _sound(lambda: Head.parse(Note.parse(note).text))

    def _prover(self, head: Head, size: int) -> Prover:
        """Proofs in the tree of a size, which is proved to be the beginning of the signed one."""
        read = _once(tile_reader(self._database))
        newest = Prover(head.hashing, head.size, head.root, read)
        if size == head.size:
            return newest
        _sound(lambda: newest.consistency(size))
        return Prover(head.hashing, size, newest.root_at(size), read)

    def _check(self, name: str, there: int, wanted: int) -> None:
        if wanted > there:
            raise NoSuchTile(name=name, size=self._size())


def _parsed(name: str, kind: type[K]) -> K:
    key: TileKey | BundleKey | None
    try:
        key = parse_name(name)
    except MalformedName:
        key = None
    if not isinstance(key, kind):
        raise TileNameInvalid(name=name[:100])
    return key


def _once(read: ReadStored) -> ReadStored:
    """Reads each tile once."""

    @cache
    def whole(level: int, number: int) -> bytes:
        return read(level, number, WIDTH)

    return lambda level, number, _: whole(level, number)


def _sound(prove: Callable[[], T]) -> T:
    try:
        return prove()
    except Fault as fault:
        raise LogBroken(reason=fault.code) from fault
