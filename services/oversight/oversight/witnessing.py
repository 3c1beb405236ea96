"""Witnessing: each log's checkpoints against the mirror, then the cosignature.

`Witnessing.step` is called again and again by the service; it does nothing while a log has no
checkpoint beyond the last cosigned one, or the mirror does not have all of it yet. Whatever keeps
it from cosigning becomes a finding on the docket.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from chassis import clock, context
from chassis.application import Decision
from chassis.commands import Command, Commands
from chassis.database import Statement
from chassis.domain import stream_id
from chassis.sealing.checkpoint import Checkpoint, SealedCheckpoint, cosign, open_checkpoint
from chassis.sealing.faults import Fault
from chassis.sealing.hashing import SHA256, Hashing
from chassis.sealing.keys import SignerKey, VerifierKey
from chassis.sealing.note import Note
from chassis.sealing.prover import Prover
from chassis.sealing.totals import check_sound, parse_totals
from chassis.sealing.tree import Growth, TreeState
from oversight import queries
from oversight.application import Oversight
from oversight.copies import Copy
from oversight.docket import WITNESSED, Docket
from oversight.domain.finding import Finding
from oversight.domain.rules.seals import (
    TheCheckpointIsSigned,
    TheLogHasNotShrunk,
    proof,
)
from oversight.domain.witness import Witness, witness_id
from oversight.examination import Examination
from oversight.tally import LEDGER, Tally
from oversight.vocabulary import EventSchemas

log = structlog.get_logger()

RULE_VERSION = "witness/2"

_TILE = "INSERT INTO witness_tiles (log, level, number, start, hashes) VALUES (%s, %s, %s, %s, %s)"
_PIECES = """
SELECT hashes FROM witness_tiles WHERE log = %s AND level = %s AND number = %s ORDER BY start
"""


class MirrorIncomplete(Fault):
    """Our own copy lacks an entry that it had: nothing is said of the log."""

    code = "oversight.mirror-incomplete"
    zh = "监理副本缺少条目:{log}/{position}"
    en = "The supervisor's copy lacks an entry: {log}/{position}"


@dataclass
class _Watch:
    """How far a log was witnessed, in memory."""

    state: TreeState
    tally: Tally
    shorter: int | None = None
    """The size that the log stated last, when that was less than it had before."""


@dataclass
class _Grown:
    """What the entries up to a checkpoint give."""

    growth: Growth
    tally: Tally
    faulty: Finding | None
    versions: list[Statement]

    @property
    def root(self) -> bytes:
        """The root of the supervisor's own tree."""
        return self.growth.state.root


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
        self._docket = Docket(application, commands)
        self._schemas = EventSchemas()
        self._watches: dict[str, _Watch] = {}

    def step(self, name: str, note: str | None) -> bool:
        """Check a log's newest checkpoint and cosign it; True when it was cosigned."""
        if queries.forked(self._app.database, name):
            return False
        if note is None:
            self._emptied(name)
            return False
        sealed = self._open(name, note)
        return sealed is not None and self._advance(name, sealed)

    def _advance(self, name: str, sealed: SealedCheckpoint) -> bool:
        checkpoint = sealed.checkpoint
        watch = self._watches.get(name) or self._resume(name, checkpoint.hashing)
        if checkpoint.size <= watch.state.size:
            self._compare_with_the_past(name, watch, sealed)
            return False
        if queries.mirrored(self._app.database).get(name, 0) < checkpoint.size:
            return False
        grown = self._grow(name, watch, checkpoint)
        if (reason := self._fault(name, checkpoint, grown)) is not None:
            self._keep_proof(name, sealed, grown.root, reason)
            return False
        if grown.faulty is not None:
            self._refuse(name, watch, grown.faulty)
            return False
        self._cosign(name, sealed, grown)
        self._watches[name] = _Watch(grown.growth.state, grown.tally)
        self._docket.settle(name, checkpoint.size)
        return True

    def _refuse(self, name: str, watch: _Watch, faulty: Finding) -> None:
        """An entry is not right, unless another replica has cosigned it meanwhile."""
        found = queries.cosigned(self._app.database, name)
        if found is not None and found["size"] != watch.state.size:
            del self._watches[name]
        else:
            self._open_finding(name, faulty, faulty.position or 0)

    def _emptied(self, name: str) -> None:
        """A log has no checkpoint at all: it is new, or it has lost everything."""
        if queries.cosigned(self._app.database, name) is not None:
            watch = self._watches.get(name) or self._resume(name, SHA256)
            self._shrink(name, watch, 0)

    def _open(self, name: str, note: str) -> SealedCheckpoint | None:
        try:
            return open_checkpoint(note, self._keys[name])
        except Fault as error:
            log.exception("checkpoint refused", log=name, code=error.code)
            position = (queries.cosigned(self._app.database, name) or {"size": 0})["size"]
            refused = TheCheckpointIsSigned.of_fault(name, position + 1, error.as_dict())
            self._open_finding(name, refused, position)
            return None

    def _cosign(self, name: str, sealed: SealedCheckpoint, grown: _Grown) -> None:
        size, root = sealed.checkpoint.size, grown.root.hex()
        signature = cosign(sealed, self._signer, int(clock.now().timestamp()))
        note = str(sealed.note.add(signature))
        tiles: list[Statement] = [
            (_TILE, (name, tile.level, tile.number, tile.start, tile.fresh))
            for tile in grown.growth.tiles
        ]
        after = [*tiles, *grown.versions]
        self._record(name, sealed.checkpoint, lambda w: w.cosign(size, root, note), after)

    def _open_finding(self, name: str, finding: Finding, position: int) -> None:
        self._docket.open(f"{WITNESSED}{finding.rule}/{name}/{position}", finding)

    def _compare_with_the_past(self, name: str, watch: _Watch, sealed: SealedCheckpoint) -> None:
        """What was signed of entries that were cosigned already has to give the same root."""
        checkpoint, own_root, state = sealed.checkpoint, watch.state.root, watch.state
        if checkpoint.size < state.size:
            prover = Prover(state.hashing, state.size, state.root, self._reader(name))
            own_root = prover.root_at(checkpoint.size)
        if own_root != checkpoint.root:
            self._keep_proof(name, sealed, own_root, "root")
        elif checkpoint.size < state.size:
            self._shrink(name, watch, checkpoint.size)
        else:
            watch.shorter = None

    def _shrink(self, name: str, watch: _Watch, size: int) -> None:
        """A log is shorter than it was, said twice: the first time may be an answer that was late.

        Its entries and what it signed of them are kept; it is cosigned again when it goes on.
        """
        before = watch.state.size
        if watch.shorter is not None and before:
            shrunk = TheLogHasNotShrunk.finding(name, before, {"before": before, "now": size})
            self._open_finding(name, shrunk, before)
        watch.shorter = size

    def _keep_proof(self, name: str, sealed: SealedCheckpoint, root: bytes, reason: str) -> None:
        checkpoint, note, own_root = sealed.checkpoint, str(sealed.note), root.hex()
        self._record(
            name, checkpoint, lambda w: w.find_fork(checkpoint.size, note, own_root, reason)
        )
        log.critical("the log does not fit what it signed", log=name, reason=reason)
        size = checkpoint.size
        self._open_finding(name, proof(name, size, reason), size)

    def _grow(self, name: str, watch: _Watch, checkpoint: Checkpoint) -> _Grown:
        """The tree and the tally with the mirrored entries up to the checkpoint, examined.

        Raises `MirrorIncomplete`.
        """
        leaves: list[bytes] = []
        tally, faulty = watch.tally.copy(), None
        start, size = watch.state.size, checkpoint.size
        examination = Examination(self._app.database, self._schemas, name, start)
        for chunk in Copy(self._app.database, name).chunks(start, size):
            texts = [text for _, text in chunk]
            if chunk[-1][0] != start + len(leaves) + len(texts) - 1:
                raise MirrorIncomplete(log=name, position=start + len(leaves))
            leaves += watch.state.hashing.leaves(texts)
            if name == LEDGER:
                tally.read(texts)
            faulty = faulty or examination.faulty(texts)
        if start + len(leaves) < size:
            raise MirrorIncomplete(log=name, position=start + len(leaves))
        return _Grown(watch.state.append(leaves), tally, faulty, examination.statements())

    def _fault(self, name: str, checkpoint: Checkpoint, grown: _Grown) -> str | None:
        """In what a checkpoint is not that of the entries, or None."""
        if checkpoint.root != grown.root:
            return "root"
        if name != LEDGER:
            return None
        try:
            totals = parse_totals(checkpoint.extensions)
            check_sound(totals)
            own = grown.tally.totals()
        except Fault as fault:
            return fault.code
        if own is None:
            return "postings"
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
            watch = _Watch(TreeState(method), Tally())
        else:
            checkpoint = Checkpoint.parse(Note.parse(found["note"]).text)
            state = TreeState.resume(
                checkpoint.hashing, checkpoint.size, checkpoint.root, self._reader(name)
            )
            watch = _Watch(state, Tally.resumed(checkpoint.extensions))
        self._watches[name] = watch
        return watch

    def _reader(self, name: str) -> Any:
        def read(level: int, number: int, _: int) -> bytes:
            rows = self._app.database.rows(_PIECES, (name, level, number))
            return b"".join(bytes(row["hashes"]) for row in rows)

        return read
