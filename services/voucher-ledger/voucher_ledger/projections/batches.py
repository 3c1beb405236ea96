"""What read models make of the events of batches."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import BATCHES

_ADD_BATCH = Prepared(
    insert(BATCHES).values({column.name: bindparam(column.name) for column in BATCHES.c})
)
_GRANT = Prepared(
    update(BATCHES)
    .where(BATCHES.c.id == bindparam("key"))
    .values(
        granted=BATCHES.c.granted + bindparam("count"),
        granted_fen=BATCHES.c.granted_fen + bindparam("fen"),
    )
)


@PROJECTOR.on("voucher-ledger.BatchOpened")
def batch_opened(fact: Fact) -> Iterator[Statement]:
    """A batch begins with nothing granted."""
    data = fact.data
    yield _ADD_BATCH(
        id=fact.stream,
        fund=data["fund"],
        year=data["year"],
        region=data["region"],
        amount_fen=data["amount_fen"],
        granted_fen=0,
        granted=0,
    )


@PROJECTOR.on("voucher-ledger.BatchGranted")
def batch_granted(fact: Fact) -> Iterator[Statement]:
    """Less is left of the batch."""
    yield _GRANT(key=fact.stream, count=fact.data["count"], fen=fact.data["fen"])
