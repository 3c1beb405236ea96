"""Who has applied how much of which log, as the supervisor's own copy tells (完整性).

The read model is written from acknowledgements, those of other logs and oversight's own alike.
`rules/completeness.py` judges them in a replay; here they are shown as they are now.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Database, Prepared, Statement
from chassis.log import MAX_READ, LogReader
from chassis.projection import Fact
from chassis.seal import latest_checkpoint
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.faults import Fault
from chassis.sealing.note import Note
from chassis.sealing.prover import Prover
from oversight import queries
from oversight.copies import OWN, copies
from oversight.domain.completeness import ACKNOWLEDGED, FOLLOWS, RELEASED, matters
from oversight.tables import ACKNOWLEDGED as TABLE
from oversight.tables import PARKED_BY

TOLD = tuple(f"{log}.{ACKNOWLEDGED}" for log in FOLLOWS if log != OWN)
SETTLED = tuple(f"{log}.{RELEASED}" for log in FOLLOWS if log != OWN)
"""The types in other logs; oversight's own are projected, the others learnt."""

_SAVE = upsert(TABLE).values({column.name: bindparam(column.name) for column in TABLE.c})
_ACKNOWLEDGE = Prepared(
    _SAVE.on_conflict_do_update(
        index_elements=["subscriber", "followed"],
        set_={name: _SAVE.excluded[name] for name in ("size", "root", "at")},
        where=_SAVE.excluded.size >= TABLE.c.size,
    )
)
_PARK = Prepared(
    upsert(PARKED_BY)
    .values({column.name: bindparam(column.name) for column in PARKED_BY.c})
    .on_conflict_do_nothing()
)
_RELEASE = Prepared(
    delete(PARKED_BY).where(
        PARKED_BY.c.subscriber == bindparam("by"),
        PARKED_BY.c.followed == bindparam("log"),
        PARKED_BY.c.position == bindparam("at"),
    )
)


def acknowledged(fact: Fact) -> Iterator[Statement]:
    """A subscriber says how far it applied a log."""
    subscriber, data = fact.type.partition(".")[0], fact.data
    pair = {"subscriber": subscriber, "followed": data["followed"]}
    yield _ACKNOWLEDGE(**pair, size=data["size"], root=data["root"], at=fact.recorded_at)
    for position in data["parked"]:
        yield _PARK(**pair, position=position)


def released(fact: Fact) -> Iterator[Statement]:
    """A subscriber dealt with a parked entry."""
    subscriber, data = fact.type.partition(".")[0], fact.data
    yield _RELEASE(by=subscriber, log=data["followed"], at=data["position"])


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subscriber stands with a log that it follows.

    `published` and `acknowledged` are numbers of entries, `told_at` is when the last was said;
    `fits` whether it is what the supervisor has (None: not witnessed yet). Of the entries that are
    to be acknowledged still there are `behind`, `MAX_READ` at the most, the first of them at
    `waiting_at` since `waiting_since`. `parked` could not be applied.
    """

    subscriber: str
    log: str
    published: int
    acknowledged: int = 0
    told_at: str | None = None
    fits: bool | None = None
    behind: int = 0
    waiting_at: int | None = None
    waiting_since: str | None = None
    parked: tuple[int, ...] = ()


def standings(database: Database) -> Iterator[Standing]:
    """Every subscriber with every log that it follows."""
    told = {(row["subscriber"], row["followed"]): row for row in database.rows(select(TABLE))}
    parked: dict[tuple[str, str], list[int]] = {}
    for row in database.rows(select(PARKED_BY).order_by(PARKED_BY.c.position)):
        parked.setdefault((row["subscriber"], row["followed"]), []).append(row["position"])
    sizes = {**queries.mirrored(database), OWN: LogReader(database, OWN).size()}
    for subscriber, logs in FOLLOWS.items():
        for log in logs:
            row = told.get((subscriber, log), {"size": 0, "root": None, "at": None})
            own = None if row["root"] is None else root_at(database, log, row["size"])
            waiting = _waiting(database, log, row["size"])
            yield Standing(
                subscriber,
                log,
                published=sizes.get(log, 0),
                acknowledged=row["size"],
                told_at=row["at"],
                fits=None if own is None else own == row["root"],
                behind=len(waiting),
                waiting_at=waiting[0][0] if waiting else None,
                waiting_since=waiting[0][1] if waiting else None,
                parked=tuple(parked.get((subscriber, log), ())),
            )


def overview(database: Database) -> list[dict[str, Any]]:
    """Every subscriber and log as `CompletenessView` shows them."""
    return [
        {**asdict(standing), "parked": list(standing.parked)} for standing in standings(database)
    ]


def _waiting(database: Database, log: str, size: int) -> list[tuple[int, str]]:
    """Entries beyond a size that are to be acknowledged: positions and times, in order."""
    if log == OWN:
        texts = [(entry.position, entry.text) for entry in LogReader(database, OWN).entries(size)]
    else:
        texts = queries.chunk(database, log, size, size + MAX_READ, MAX_READ)
    events = [(position, json.loads(text)["event"]) for position, text in texts]
    return [(at, event["recorded_at"]) for at, event in events if matters(event["type"])]


class NotWitnessedYet(LookupError):
    """The supervisor has no tree of that size: the log is younger than its last cosignature."""


def root_at(database: Database, log: str, size: int) -> str | None:
    """The root (hex) of a log's first entries by the supervisor's own tree; None beyond it."""
    try:
        return _root_at(database, log, size)
    except (NotWitnessedYet, Fault):  # tiles that do not fit have a finding of their own
        return None


@lru_cache(maxsize=256)
def _root_at(database: Database, log: str, size: int) -> str:
    """What was the root once is the root for ever. Raises `NotWitnessedYet`."""
    if log == OWN:
        note = latest_checkpoint(database)
    else:
        found = queries.cosigned(database, log)
        note = found["note"] if found else None
    if note is None:
        raise NotWitnessedYet
    checkpoint = Checkpoint.parse(Note.parse(note).text)
    if checkpoint.size < size:
        raise NotWitnessedYet
    copy = copies(database, (log,))[log]
    prover = Prover(
        checkpoint.hashing,
        checkpoint.size,
        checkpoint.root,
        lambda level, number, _: copy.tiles(level, number, 1)[0],
    )
    return prover.root_at(size).hex()
