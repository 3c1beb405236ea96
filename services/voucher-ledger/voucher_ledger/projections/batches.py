"""What read models make of the events of batches."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import BATCHES

_ADD = Prepared(
    insert(BATCHES).values({column.name: bindparam(column.name) for column in BATCHES.c})
)
_CLOSE = Prepared(update(BATCHES).where(BATCHES.c.id == bindparam("key")).values(state="closed"))
_NESTED = ("categories", "category_caps", "target_kinds", "figures")


@PROJECTOR.on("voucher-ledger.BatchOpened")
def batch_opened(fact: Fact) -> Iterator[Statement]:
    """A batch begins."""
    terms = {**fact.data, **{name: json.dumps(fact.data[name]) for name in _NESTED}}
    known = {name: value for name, value in terms.items() if name in BATCHES.c}
    yield _ADD(id=fact.stream, state="open", **known)


@PROJECTOR.on("voucher-ledger.BatchClosed")
def batch_closed(fact: Fact) -> Iterator[Statement]:
    """A batch grants nothing any more."""
    yield _CLOSE(key=fact.stream)
