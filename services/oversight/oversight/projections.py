"""What oversight's read models make of its own events."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert

from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector
from oversight.tables import REPLAYS

PROJECTOR = Projector()

_PLAIN = ("verdict", "entries", "found")
_NESTED = ("logs", "totals", "states", "findings")
_ADD = Prepared(
    insert(REPLAYS).values({name: bindparam(name) for name in ("id", "at", *_PLAIN, *_NESTED)})
)


@PROJECTOR.on("oversight.ReplayFinished")
def replay_finished(fact: Fact) -> Iterator[Statement]:
    """There is a newer verdict."""
    plain = {name: fact.data[name] for name in _PLAIN}
    nested = {name: json.dumps(fact.data[name], ensure_ascii=False) for name in _NESTED}
    yield _ADD(id=fact.stream, at=fact.recorded_at, **plain, **nested)
