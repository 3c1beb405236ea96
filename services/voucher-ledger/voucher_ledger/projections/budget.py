"""What read models make of the budget's events."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import APPROPRIATIONS

_ADD_APPROPRIATION = Prepared(
    insert(APPROPRIATIONS).values(
        id=bindparam("id"),
        fund=bindparam("fund"),
        year=bindparam("year"),
        appropriated_fen=0,
        allocated_fen=0,
    )
)
_MOVE_APPROPRIATION = Prepared(
    update(APPROPRIATIONS)
    .where(APPROPRIATIONS.c.id == bindparam("key"))
    .values(
        appropriated_fen=APPROPRIATIONS.c.appropriated_fen + bindparam("appropriated"),
        allocated_fen=APPROPRIATIONS.c.allocated_fen + bindparam("allocated"),
    )
)


@PROJECTOR.on("voucher-ledger.AppropriationOpened")
def appropriation_opened(fact: Fact) -> Iterator[Statement]:
    """A fund's year begins at zero."""
    yield _ADD_APPROPRIATION(id=fact.stream, fund=fact.data["fund"], year=fact.data["year"])


@PROJECTOR.on("voucher-ledger.AppropriationIncreased")
def appropriation_increased(fact: Fact) -> Iterator[Statement]:
    """There is more to allocate."""
    yield _MOVE_APPROPRIATION(key=fact.stream, appropriated=fact.data["fen"], allocated=0)


@PROJECTOR.on("voucher-ledger.AppropriationAllocated")
def appropriation_allocated(fact: Fact) -> Iterator[Statement]:
    """A batch took its share."""
    yield _MOVE_APPROPRIATION(key=fact.stream, appropriated=0, allocated=fact.data["fen"])
