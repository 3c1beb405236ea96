"""Who has applied how much of which log, as the supervisor's own copy tells (完整性).

The read model is written from acknowledgements, those of other logs and oversight's own alike.
`rules/completeness.py` judges them in a replay; here they are shown as they are now.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Database, Prepared, Statement
from chassis.log import MAX_READ, LogReader
from chassis.projection import Fact
from chassis.seal import latest_checkpoint
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.note import Note
from chassis.sealing.prover import Prover
from oversight import queries
from oversight.copies import OWN, copies
from oversight.domain.completeness import ACKNOWLEDGED, FOLLOWS, HOUSEKEEPING, RELEASED
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


def overview(database: Database) -> list[dict[str, Any]]:
    """Every subscriber and log as `CompletenessView` shows them."""
    told = {(row["subscriber"], row["followed"]): row for row in database.rows(select(TABLE))}
    parked: dict[tuple[str, str], list[int]] = {}
    for row in database.rows(select(PARKED_BY).order_by(PARKED_BY.c.position)):
        parked.setdefault((row["subscriber"], row["followed"]), []).append(row["position"])
    sizes = {**queries.mirrored(database), OWN: LogReader(database, OWN).size()}
    nothing = {"size": 0, "root": None, "at": None}
    return [
        _row(database, subscriber, log, sizes.get(log, 0), told.get((subscriber, log), nothing))
        | {"parked": parked.get((subscriber, log), [])}
        for subscriber, logs in FOLLOWS.items()
        for log in logs
    ]


def _row(
    database: Database, subscriber: str, log: str, published: int, told: dict[str, Any]
) -> dict[str, Any]:
    size, root = told["size"], told["root"]
    own = root_at(database, log, size) if root is not None else None
    behind, since = _waiting(database, log, size)
    return {
        "subscriber": subscriber,
        "log": log,
        "published": published,
        "acknowledged": size,
        "at": told["at"],
        "fits": None if own is None else own == root,
        "behind": behind,
        "behind_since": since,
    }


def _waiting(database: Database, log: str, size: int) -> tuple[int, str | None]:
    """How many entries beyond a size are to be acknowledged, up to `MAX_READ`; since when."""
    if log == OWN:
        texts = [entry.text for entry in LogReader(database, OWN).entries(size)]
    else:
        found = queries.chunk(database, log, size, size + MAX_READ, MAX_READ)
        texts = [text for _, text in found]
    events = [json.loads(text)["event"] for text in texts]
    times = [
        event["recorded_at"]
        for event in events
        if event["type"].rpartition(".")[2] not in HOUSEKEEPING
    ]
    return len(times), min(times, default=None)


class NotWitnessedYet(LookupError):
    """The supervisor has no tree of that size: the log is younger than its last cosignature."""


def root_at(database: Database, log: str, size: int) -> str | None:
    """The root (hex) of a log's first entries by the supervisor's own tree; None beyond it."""
    try:
        return _root_at(database, log, size)
    except NotWitnessedYet:
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
