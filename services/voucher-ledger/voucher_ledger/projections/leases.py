"""What read models make of the events of allotments and their shares."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import ALLOTMENTS, BUDGET_SHARES

_OPEN = Prepared(
    insert(ALLOTMENTS).values({column.name: bindparam(column.name) for column in ALLOTMENTS.c})
)
_LEASE = Prepared(
    insert(BUDGET_SHARES).values(
        id=bindparam("id"),
        allotment_id=bindparam("allotment_id"),
        left_fen=bindparam("fen"),
        drawn_fen=0,
    )
)
_MOVE = Prepared(
    update(BUDGET_SHARES)
    .where(BUDGET_SHARES.c.id == bindparam("key"))
    .values(
        left_fen=BUDGET_SHARES.c.left_fen + bindparam("left"),
        drawn_fen=BUDGET_SHARES.c.drawn_fen + bindparam("drawn"),
    )
)


@PROJECTOR.on("voucher-ledger.AllotmentOpened")
def allotment_opened(fact: Fact) -> Iterator[Statement]:
    """There is an amount that many draw from."""
    data = fact.data
    yield _OPEN(
        id=fact.stream,
        kind=data["kind"],
        batch_id=data["batch_id"],
        category=data["category"],
        year=data["year"],
        fen=data["fen"],
    )


@PROJECTOR.on("voucher-ledger.BudgetShareLeased")
def share_leased(fact: Fact) -> Iterator[Statement]:
    """A share can be drawn from."""
    data = fact.data
    yield _LEASE(id=fact.stream, allotment_id=data["allotment_id"], fen=data["fen"])


@PROJECTOR.on("voucher-ledger.BudgetShareDrawn")
def share_drawn(fact: Fact) -> Iterator[Statement]:
    """There is less of it."""
    fen = fact.data["fen"]
    yield _MOVE(key=fact.stream, left=-fen, drawn=fen)


@PROJECTOR.on("voucher-ledger.BudgetShareRestored")
def share_restored(fact: Fact) -> Iterator[Statement]:
    """There is more of it again."""
    fen = fact.data["fen"]
    yield _MOVE(key=fact.stream, left=fen, drawn=-fen)


@PROJECTOR.on("voucher-ledger.BudgetShareSurrendered")
def share_surrendered(fact: Fact) -> Iterator[Statement]:
    """Nothing is left of it."""
    yield _MOVE(key=fact.stream, left=-fact.data["fen"], drawn=0)
