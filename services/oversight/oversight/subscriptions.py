"""What oversight keeps of other logs: everything, byte for byte (the mirror, 监理副本).

Besides, how far each subscriber says that it has applied each log (`completeness`).
"""

from collections.abc import Sequence

from chassis import authorisation, standing, tenure
from chassis.database import Statement
from chassis.log import Entry
from chassis.subscription import Policies
from oversight import completeness
from schemas.oversight import LOGS

POLICIES = Policies(*LOGS)
standing.learn(POLICIES)
tenure.learn(POLICIES)
authorisation.learn(POLICIES)
POLICIES.on(*completeness.TOLD)(completeness.acknowledged)
POLICIES.on(*completeness.SETTLED)(completeness.released)

_MIRROR = """
INSERT INTO mirror (log, position, entry)
SELECT %s, copied.* FROM unnest(%s::bigint[], %s::text[]) AS copied ON CONFLICT DO NOTHING
"""
# A conflict means that another consumer of the log was faster; advancing the tracked position, in
# the same transaction, then fails and takes everything back.


def mirror(entries: Sequence[Entry]) -> list[Statement]:
    """The statement that keeps entries of one log, in the transaction that advances tracking."""
    positions = [entry.position for entry in entries]
    return [(_MIRROR, (entries[0].log, positions, [entry.text for entry in entries]))]
