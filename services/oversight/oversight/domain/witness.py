"""The witness (见证): what the supervisor has checked of a log, and says so with its key.

A log's checkpoint is cosigned only when the entries that the supervisor itself holds give its
root: the tree is rebuilt from the mirror, so consistency with every earlier checkpoint, and every
leaf, is proved by the same sum. Two checkpoints that do not fit are proof of a rewritten history.
"""

from uuid import UUID

from chassis.domain import event, stream_id
from oversight.domain.base import OversightAggregate


def witness_id(log: str) -> str:
    """The stream of a log's witness: there is one."""
    return stream_id("witness", log)


class Witness(OversightAggregate):
    """What was witnessed of one log. Roots in hex, notes as C2SP signed notes."""

    @event("Began")
    def __init__(self, watched: str) -> None:
        self.watched = watched
        self.size = 0
        self.forked = False

    @staticmethod
    def create_id(watched: str) -> UUID:
        """One stream per log."""
        return UUID(witness_id(watched))

    def cosign(self, size: int, root: str, note: str) -> None:
        """The first `size` entries have this root; `note` holds our cosignature."""
        assert size > self.size, "a witness only goes forward"
        assert not self.forked, "a forked log is never cosigned again"
        self._cosigned(self.watched, size, root, note)

    def find_fork(self, size: int, note: str, own_root: str, reason: str) -> None:
        """The log signed something else than the entries that it gave us."""
        self._found_fork(self.watched, size, note, own_root, reason)

    @event("Cosigned")
    def _cosigned(self, watched: str, size: int, root: str, note: str) -> None:
        self.size = size

    @event("FoundFork")
    def _found_fork(self, watched: str, size: int, note: str, own_root: str, reason: str) -> None:
        self.forked = True
