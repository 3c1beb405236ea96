"""The sealed logs over HTTP, as C2SP tlog-tiles: checkpoints, tiles, entries, proofs (art. 8, 32).

Checkpoints, tiles and proofs are public: they are signatures and hashes, and a hash tells nothing
of an entry, which holds ids and times that nobody can guess. Entries hold business data and are the
supervisor's. `GET …/oversight/logs/{log}/checkpoint` is a checkpoint of the same log, the newest
that the supervisor confirmed: the same text with its cosignature, never ahead of the log's own.
"""

from marshmallow import fields

from chassis import tlog
from chassis.contract import Choice, Raw, View
from schemas import oversight

SERVICE = "logs"
"""What the documents list these under: each service answers for its own log."""

LOGS = (*oversight.LOGS, oversight.SERVICE)
_ALWAYS = "max-age=31536000, immutable"
_ARTICLES = (8, 32)


class NoteView(View):
    """A checkpoint: a signed note (C2SP tlog-checkpoint)."""

    note = fields.String()


class TileView(View):
    """A tile: up to 256 hashes of 32 bytes, one after the other."""

    tile = fields.String()


class BundleView(View):
    """An entry bundle: up to 256 entries, each after its length in two bytes."""

    bundle = fields.String()


class InclusionView(View):
    """A proof that an entry is in a tree (RFC 9162, 2.1.3). Hashes in hex, siblings upwards."""

    log = fields.String()
    hash = fields.String()
    size = fields.Integer()
    root = fields.String()
    position = fields.Integer()
    leaf = fields.String()
    proof = fields.List(fields.String())


class TreeView(View):
    """A tree: the size of a log and the root over that many entries, in hex."""

    size = fields.Integer()
    root = fields.String()


class ConsistencyView(View):
    """A proof that a tree begins with an earlier one (RFC 9162, 2.1.4). Hashes in hex."""

    log = fields.String()
    hash = fields.String()
    old = fields.Nested(TreeView)
    new = fields.Nested(TreeView)
    proof = fields.List(fields.String())


class Checkpoint(tlog.Checkpoint):
    """The newest checkpoint of a log, signed by the log alone: what it commits to now.

    With `most`, the newest of at most so many entries.
    """

    service = SERVICE
    addressee = "log"
    http = "GET /logs/<string:log>/checkpoint"
    public = True
    articles = _ARTICLES
    view = NoteView
    raw = Raw("text/plain; charset=utf-8", "note", "text", "no-cache")
    summary = ("日志最新检查点", "The latest checkpoint of a log")

    log = Choice(*LOGS)


class ReadTile(tlog.ReadTile):
    """A tile of hashes. `name` is `<L>/<N>`, of a partial tile `<L>/<N>.p/<W>`.

    N is written in groups of three digits, all but the last after an x: 1234067 is x001/x234/067.
    A tile never changes, not even a partial one. The slashes are slashes of the address.
    """

    service = SERVICE
    addressee = "log"
    http = "GET /logs/<string:log>/tile/<path:name>"
    public = True
    articles = _ARTICLES
    view = TileView
    raw = Raw("application/octet-stream", "tile", "base64", f"public, {_ALWAYS}")
    summary = ("日志的杂凑瓦片", "A tile of the Merkle tree of a log")

    log = Choice(*LOGS)


class ReadBundle(tlog.ReadBundle):
    """The entries of a tile of level 0: each as two bytes of length and its canonical JSON.

    `name` is `<N>` or `<N>.p/<W>`, as for tiles. Hashed with a byte 0 before it, each entry gives
    its hash of the tile.
    """

    service = SERVICE
    addressee = "log"
    http = "GET /logs/<string:log>/tile/entries/<path:name>"
    articles = _ARTICLES
    view = BundleView
    raw = Raw("application/octet-stream", "bundle", "gzip", f"private, {_ALWAYS}")
    summary = ("日志条目包", "A bundle of entries of a log")

    log = Choice(*LOGS)


class ProveInclusion(tlog.ProveInclusion):
    """Proves that the entry at a position is in the tree of a size, by default of the newest."""

    service = SERVICE
    addressee = "log"
    http = "GET /logs/<string:log>/proofs/inclusion"
    public = True
    articles = _ARTICLES
    view = InclusionView
    summary = ("收录证明", "Prove that an entry is in a log")

    log = Choice(*LOGS)


class ProveConsistency(tlog.ProveConsistency):
    """Proves that the tree of size `to`, by default the newest, begins with that of size `from`."""

    service = SERVICE
    addressee = "log"
    http = "GET /logs/<string:log>/proofs/consistency"
    public = True
    articles = _ARTICLES
    view = ConsistencyView
    summary = ("一致性证明", "Prove that a log only grew")

    log = Choice(*LOGS)


CONTRACTS = (Checkpoint, ReadTile, ReadBundle, ProveInclusion, ProveConsistency)
