"""What oversight's read models make of its own events."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector
from oversight import completeness
from oversight.domain.completeness import ACKNOWLEDGED, RELEASED
from oversight.tables import COSIGNED, FINDINGS, FORKS, REPLAYS, WATCHED

PROJECTOR = Projector()
PROJECTOR.on(f"oversight.{ACKNOWLEDGED}")(completeness.acknowledged)
PROJECTOR.on(f"oversight.{RELEASED}")(completeness.released)

_PLAIN = ("verdict", "entries", "found")
_NESTED = ("logs", "totals", "states", "findings", "seals")
_ADD = Prepared(
    insert(REPLAYS).values({name: bindparam(name) for name in ("id", "at", *_PLAIN, *_NESTED)})
)


@PROJECTOR.on("oversight.ReplayFinished")
def replay_finished(fact: Fact) -> Iterator[Statement]:
    """There is a newer verdict."""
    plain = {name: fact.data[name] for name in _PLAIN}
    nested = {name: json.dumps(fact.data.get(name, {}), ensure_ascii=False) for name in _NESTED}
    yield _ADD(id=fact.stream, at=fact.recorded_at, **plain, **nested)


_COSIGN = Prepared(
    insert(COSIGNED).values({column.name: bindparam(column.name) for column in COSIGNED.c})
)
_FORK = Prepared(insert(FORKS).values({column.name: bindparam(column.name) for column in FORKS.c}))


_WATCH = Prepared(insert(WATCHED).values(log=bindparam("log"), since=bindparam("since")))


@PROJECTOR.on("oversight.WitnessBegan")
def witness_began(fact: Fact) -> Iterator[Statement]:
    """A log is witnessed from now on."""
    yield _WATCH(log=fact.data["watched"], since=fact.recorded_at)


@PROJECTOR.on("oversight.WitnessCosigned")
def witness_cosigned(fact: Fact) -> Iterator[Statement]:
    """A log is witnessed further."""
    data = fact.data
    yield _COSIGN(
        log=data["watched"],
        size=data["size"],
        root=data["root"],
        note=data["note"],
        at=fact.recorded_at,
    )


@PROJECTOR.on("oversight.WitnessFoundFork")
def witness_found_fork(fact: Fact) -> Iterator[Statement]:
    """A log is never cosigned again."""
    data = {name: fact.data[name] for name in ("size", "note", "own_root", "reason")}
    yield _FORK(log=fact.data["watched"], at=fact.recorded_at, **data)


_OPENED = ("subject", "rule", "about", "position", "zh", "en")
_OPEN = Prepared(
    insert(FINDINGS).values({name: bindparam(name) for name in ("id", "opened_at", *_OPENED)})
)
_CLOSE = Prepared(
    update(FINDINGS)
    .where(FINDINGS.c.id == bindparam("key"))
    .values(closed_at=bindparam("at"), how=bindparam("said"))
)


@PROJECTOR.on("oversight.FindingOpened")
def finding_opened(fact: Fact) -> Iterator[Statement]:
    """A finding waits to be dealt with."""
    data = {name: fact.data[name] for name in _OPENED}
    yield _OPEN(id=fact.stream, opened_at=fact.recorded_at, **data)


@PROJECTOR.on("oversight.FindingClosed")
def finding_closed(fact: Fact) -> Iterator[Statement]:
    """A finding is dealt with."""
    yield _CLOSE(key=fact.stream, at=fact.recorded_at, said=fact.data["how"])
