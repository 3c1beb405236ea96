"""Witnessing: each log's checkpoints against the mirror, then the cosignature.

`Witnessing.step` is called again and again by the service; it does nothing while a log has no
checkpoint beyond the last cosigned one, or the mirror does not have all of it yet.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from chassis import clock, context
from chassis.application import Decision
from chassis.commands import Command, Commands
from chassis.database import Statement
from chassis.domain import stream_id
from chassis.log import Entry
from chassis.sealing.checkpoint import Checkpoint, cosign, open_checkpoint
from chassis.sealing.faults import Fault
from chassis.sealing.hashing import Hashing
from chassis.sealing.keys import SignerKey, VerifierKey
from chassis.sealing.note import Note
from chassis.sealing.prover import Prover
from chassis.sealing.totals import BUCKETS, CONTRA, Totals, check_conservation, parse_totals
from chassis.sealing.tree import Growth, TreeState
from oversight import queries
from oversight.application import Oversight
from oversight.domain.witness import Witness, witness_id

log = structlog.get_logger()

RULE_VERSION = "witness/1"
LEDGER = "voucher-ledger"

_TILE = "INSERT INTO witness_tiles (log, level, number, start, hashes) VALUES (%s, %s, %s, %s, %s)"
_PIECES = """
SELECT hashes FROM witness_tiles WHERE log = %s AND level = %s AND number = %s ORDER BY start
"""

Balances = dict[tuple[str, str, int], Counter[str]]


class MirrorIncomplete(Fault):
    """Our own copy lacks an entry that it had: nothing is said of the log."""

    code = "oversight.mirror-incomplete"
    zh = "监理副本缺少条目:{log}/{position}"
    en = "The supervisor's copy lacks an entry: {log}/{position}"


@dataclass
class _Watch:
    """How far a log was witnessed, in memory."""

    state: TreeState
    balances: Balances


class Witnessing:
    """Checks and cosigns the checkpoints of the logs whose keys are known."""

    def __init__(
        self,
        application: Oversight,
        commands: Commands,
        keys: Mapping[str, VerifierKey],
        signer: SignerKey,
    ) -> None:
        self._app = application
        self._commands = commands
        self._keys = keys
        self._signer = signer
        self._watches: dict[str, _Watch] = {}

    def step(self, name: str, note: str | None) -> bool:
        """Check a log's newest checkpoint and cosign it; True when it was cosigned."""
        if note is None or queries.forked(self._app.database, name):
            return False
        try:
            sealed = open_checkpoint(note, self._keys[name])
        except Fault as error:
            log.exception("checkpoint refused", log=name, code=error.code)
            return False
        checkpoint = sealed.checkpoint
        watch = self._watches.get(name) or self._resume(name, checkpoint.hashing)
        mirrored = queries.mirrored(self._app.database).get(name, 0)
        if checkpoint.size <= watch.state.size:
            self._compare_with_the_past(name, watch.state, checkpoint, note)
            return False
        if mirrored < checkpoint.size:
            return False
        growth, balances = self._grow(name, watch, checkpoint)
        reason = self._fault(name, checkpoint, growth.state.root, balances)
        own_root = growth.state.root.hex()
        if reason is not None or balances is None:
            self._keep_proof(name, checkpoint, note, own_root, reason or "postings")
            return False
        signature = cosign(sealed, self._signer, int(clock.now().timestamp()))
        cosigned = str(sealed.note.add(signature))
        tiles: list[Statement] = [
            (_TILE, (name, tile.level, tile.number, tile.start, tile.fresh))
            for tile in growth.tiles
        ]
        self._record(
            name, checkpoint, lambda w: w.cosign(checkpoint.size, own_root, cosigned), tiles
        )
        self._watches[name] = _Watch(growth.state, balances)
        return True

    def _compare_with_the_past(
        self, name: str, state: TreeState, checkpoint: Checkpoint, note: str
    ) -> None:
        """What was signed of entries that were cosigned already has to give the same root."""
        own_root = state.root
        if checkpoint.size < state.size:
            prover = Prover(state.hashing, state.size, state.root, self._reader(name))
            own_root = prover.root_at(checkpoint.size)
        if own_root != checkpoint.root:
            self._keep_proof(name, checkpoint, note, own_root.hex(), "root")

    def _keep_proof(
        self, name: str, checkpoint: Checkpoint, note: str, own_root: str, reason: str
    ) -> None:
        self._record(
            name, checkpoint, lambda w: w.find_fork(checkpoint.size, note, own_root, reason)
        )
        log.critical("the log does not fit what it signed", log=name, reason=reason)

    def _grow(
        self, name: str, watch: _Watch, checkpoint: Checkpoint
    ) -> tuple[Growth, Balances | None]:
        """The tree and the balances with the mirrored entries up to the checkpoint.

        The balances are None when a posting cannot be read. Raises `MirrorIncomplete`.
        """
        leaves: list[bytes] = []
        balances: Balances | None = {
            purse: Counter(amounts) for purse, amounts in watch.balances.items()
        }
        start, size = watch.state.size, checkpoint.size
        while start < size:
            found = queries.chunk(self._app.database, name, start, size, queries.CHUNK)
            if not found:
                raise MirrorIncomplete(log=name, position=start)
            leaves += watch.state.hashing.leaves([text.encode() for _, text in found])
            if name == LEDGER and balances is not None:
                balances = _counted(balances, [text for _, text in found])
            start = found[-1][0] + 1
        return watch.state.append(leaves), balances

    def _fault(
        self, name: str, checkpoint: Checkpoint, own_root: bytes, balances: Balances | None
    ) -> str | None:
        """What is wrong with a checkpoint, or None."""
        if checkpoint.root != own_root:
            return "root"
        if name != LEDGER:
            return None
        if balances is None:
            return "postings"
        try:
            totals = parse_totals(checkpoint.extensions)
            check_conservation(totals)
            own = [Totals.of(*purse, amounts) for purse, amounts in sorted(balances.items())]
        except Fault as fault:
            return fault.code
        return None if list(totals) == own else "totals"

    def _record(
        self, name: str, checkpoint: Checkpoint, change: Any, after: list[Statement] | None = None
    ) -> None:
        def decide() -> Decision:
            witness = self._app.find(Witness, witness_id(name)) or Witness(watched=name)
            if witness.forked or (after and witness.size >= checkpoint.size):
                return Decision({"size": witness.size})  # another replica was faster
            change(witness)
            seen = {name: checkpoint.size - 1}
            return Decision({"size": checkpoint.size}, [witness], after or [], RULE_VERSION, seen)

        values = {"log": name, "size": checkpoint.size, "root": checkpoint.root.hex()}
        kind = "cosign" if after else "fork"
        id_ = stream_id("witnessing", kind, name, str(checkpoint.size), checkpoint.root.hex())
        who = context.Context(actor="system:oversight", legal_basis=("art. 8",))
        try:
            with context.bound(who):
                self._commands.execute(Command("witness", id_, values), decide)
        except BaseException:
            self._watches.pop(name, None)  # another replica was faster: read how far it came
            raise

    def _resume(self, name: str, method: Hashing) -> _Watch:
        found = queries.cosigned(self._app.database, name)
        if found is None:
            watch = _Watch(TreeState(method), {})
        else:
            checkpoint = Checkpoint.parse(Note.parse(found["note"]).text)
            state = TreeState.resume(
                checkpoint.hashing, checkpoint.size, checkpoint.root, self._reader(name)
            )
            watch = _Watch(state, {})
            for each in parse_totals(checkpoint.extensions):
                amounts = dict(zip(BUCKETS, each.amounts, strict=True))
                watch.balances[each.purse] = Counter(amounts | {CONTRA: -each.appropriated})
        self._watches[name] = watch
        return watch

    def _reader(self, name: str) -> Any:
        def read(level: int, number: int, _: int) -> bytes:
            rows = self._app.database.rows(_PIECES, (name, level, number))
            return b"".join(bytes(row["hashes"]) for row in rows)

        return read


def _counted(balances: Balances, texts: list[str]) -> Balances | None:
    """The balances with the postings of further entries; None when one cannot be read."""
    try:
        for text in texts:
            for posting in Entry.parse(text).data.get("postings", ()):
                bucket, fund, region, year = posting["account"].split("/")
                purse = balances.setdefault((fund, region, int(year)), Counter())
                purse[bucket] += posting["fen"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return balances
