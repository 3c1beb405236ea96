"""Whether a log is whole: dense, each event once, sealed by one tree from its first entry on."""

from collections import Counter

from chassis import testing
from chassis.database import Database
from chassis.log import Entry
from chassis.seal import signing_key, tile_reader
from chassis.sealing.checkpoint import Checkpoint, open_checkpoint
from chassis.sealing.hashing import SHA256
from chassis.sealing.keys import VerifierKey
from chassis.sealing.prover import Prover
from chassis.sealing.totals import check_sound, parse_totals
from chassis.sealing.tree import TreeState, check_tiles
from chassis.settings import Settings

LOG = "voucher-ledger"
_ENTRIES = """
SELECT n.position, e.body FROM entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id
ORDER BY n.position
"""
_DOUBLED = "SELECT count(*) - count(DISTINCT (tx, event_id)) AS n FROM entries"


def key() -> VerifierKey:
    """The public key of the ledger's log under the signing key that everybody knows."""
    settings = Settings(service=LOG, log_signing_key=testing.LOG_SIGNING_KEY)
    return signing_key(settings).verifier


def whole_log(database: Database, verifier: VerifierKey) -> list[Entry]:
    """Check every entry, tile and checkpoint of a log that is sealed to its end; its entries."""
    rows = database.rows(_ENTRIES)
    assert [row["position"] for row in rows] == list(range(len(rows))), "dense from 0"
    assert database.row(_DOUBLED) == {"n": 0}, "no event has two places"
    assert database.row("SELECT count(*) AS n FROM events") == {"n": len(rows)}, "none was missed"
    entries = [Entry.of(LOG, row["position"], row["body"]) for row in rows]
    leaves = SHA256.leaves([entry.text.encode() for entry in entries])
    last = _every_checkpoint(database, verifier, leaves)
    assert last.size == len(entries), "sealed to the end"
    check_tiles(SHA256, last.size, last.root, tile_reader(database))
    check_sound(parse_totals(last.extensions))
    return entries


def _every_checkpoint(database: Database, verifier: VerifierKey, leaves: list[bytes]) -> Checkpoint:
    """Each checkpoint that was ever signed is one of the same tree; the last one."""
    root = TreeState().append(leaves).state.root
    prover = Prover(SHA256, len(leaves), root, tile_reader(database))
    checkpoint = None
    for row in database.rows("SELECT size, note FROM checkpoints ORDER BY size"):
        checkpoint = open_checkpoint(row["note"], verifier).checkpoint
        assert checkpoint.size == row["size"]
        assert checkpoint.root == prover.root_at(checkpoint.size)
    assert checkpoint is not None
    return checkpoint


def appropriated(entries: list[Entry]) -> Counter[str]:
    """How much each command appropriated, by command id, from the entries alone."""
    found: Counter[str] = Counter()
    for entry in entries:
        if entry.type == "voucher-ledger.BudgetAppropriated":
            found[str(entry.event["command"])] += int(entry.data["fen"])
    return found
