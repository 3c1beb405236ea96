"""How far another log has been applied here, and which bytes that was.

For each followed log `tracking` holds a position and the peaks of the tree over all entries up to
it. They move together, in the transaction in which the entries take effect, so at any moment a
subscriber can say: the first n entries that I applied have this root. It is the root that the log
signs for that size, if nothing was dropped, doubled, reordered or altered on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.database import Database, Statement
from chassis.log import Entry
from chassis.pool import Fixed
from chassis.sealing.faults import Fault, MalformedHash
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import Hashing, hashing
from chassis.subscription.acknowledgement import matters

_LOAD = """
SELECT position, peaks, hashing, mattered, acknowledged, acknowledged_at, version,
    EXISTS (SELECT FROM parked p WHERE p.log = t.log AND NOT told) AS untold
FROM tracking t WHERE log = %s
"""
_ADVANCE = Fixed("SELECT advance_tracking(%s, %s, %s, %s, %s, %s)")
_COMPLETE = """
UPDATE tracking SET peaks = %s, hashing = %s
WHERE log = %s AND position = %s AND peaks IS NULL AND version = 0
"""


class TrackingUnfit(Fault):
    """The stored position and the stored peaks do not belong together: somebody changed one."""

    code = "subscription.tracking-unfit"
    zh = "对日志 {log} 的处理进度被改动:位置 {position} 与已处理条目的杂凑不符"
    en = "Tracking of {log} was tampered with: position {position} is not that of its hashes"


@dataclass(frozen=True, slots=True)
class Tracked:
    """What is tracked of one followed log.

    `position` is the last applied one (-1: none), `frontier` the tree over all applied entries,
    `mattered` the last position that has to be acknowledged, `acknowledged` the last one that was,
    `version` how many events our own log holds about following that log, `untold` whether an entry
    is parked of which our own log does not say so yet.
    """

    frontier: Frontier
    position: int = -1
    mattered: int = -1
    acknowledged: int = -1
    acknowledged_at: datetime | None = None
    version: int = 0
    untold: bool = False

    @property
    def complete(self) -> bool:
        """False for what was applied before hashes were kept."""
        return self.frontier.size == self.position + 1

    @property
    def due(self) -> bool:
        """Whether something is to be acknowledged."""
        return self.position >= 0 and (self.mattered > self.acknowledged or self.untold)

    def after(self, entries: Sequence[Entry], parked: bool = False) -> "Tracked":
        """What is tracked once these entries, which are next, are applied."""
        texts = [entry.text.encode() for entry in entries]
        frontier = self.frontier.extend(self.frontier.hashing.leaves(texts))
        position = frontier.size - 1
        if parked:
            return replace(
                self, frontier=frontier, position=position, mattered=position, untold=True
            )
        mattered = max((e.position for e in entries if matters(e.type)), default=self.mattered)
        return replace(self, frontier=frontier, position=position, mattered=mattered)


def load(database: Database, log: str, method: Hashing) -> Tracked:
    """What is tracked of a log; `method` hashes it when nothing is. Raises `TrackingUnfit`."""
    row = database.row(_LOAD, (log,))
    if row is None:
        return Tracked(Frontier(method))
    position, packed = row.pop("position"), row.pop("peaks")
    method = hashing(row.pop("hashing") or method.name)
    if packed is None:
        if row["version"]:  # peaks are never forgotten once something was acknowledged
            raise TrackingUnfit(log=log, position=position)
        return Tracked(Frontier(method), position, **row)
    try:
        frontier = Frontier.unpack(method, position + 1, bytes(packed))
    except MalformedHash as fault:
        raise TrackingUnfit(log=log, position=position) from fault
    return Tracked(frontier, position, **row)


def advance(log: str, before: Tracked, after: Tracked) -> Statement:
    """The statement that goes on from one state to the next; fails when another was faster."""
    frontier = after.frontier
    packed = (frontier.packed(), frontier.hashing.name)
    return _ADVANCE, (log, before.position + 1, after.position, *packed, after.mattered)


def complete(log: str, position: int, frontier: Frontier) -> Statement:
    """The statement that adds the hashes of what was applied before hashes were kept."""
    return _COMPLETE, (frontier.packed(), frontier.hashing.name, log, position)
