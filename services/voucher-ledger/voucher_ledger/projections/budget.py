"""What read models make of the events of budgets and transfers."""

from collections.abc import Iterator

from sqlalchemy import bindparam, case, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.domain.transfer import APPROVALS
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import BUDGETS, TRANSFERS

_ADD = Prepared(
    insert(BUDGETS).values({column.name: bindparam(column.name) for column in BUDGETS.c})
)
_MOVE = Prepared(
    update(BUDGETS)
    .where(BUDGETS.c.id == bindparam("key"))
    .values(
        received_fen=BUDGETS.c.received_fen + bindparam("received"),
        given_fen=BUDGETS.c.given_fen + bindparam("given"),
        committed_fen=BUDGETS.c.committed_fen + bindparam("committed"),
    )
)
_SET_STATE = Prepared(
    update(BUDGETS).where(BUDGETS.c.id == bindparam("key")).values(state=bindparam("new_state"))
)
_PROPOSE = Prepared(
    insert(TRANSFERS).values({column.name: bindparam(column.name) for column in TRANSFERS.c})
)
_APPROVE = Prepared(
    update(TRANSFERS)
    .where(TRANSFERS.c.id == bindparam("key"))
    .values(
        approvals=TRANSFERS.c.approvals + 1,
        state=case((TRANSFERS.c.approvals + 1 >= APPROVALS, "carried-out"), else_="proposed"),
    )
)
_REJECT = Prepared(
    update(TRANSFERS).where(TRANSFERS.c.id == bindparam("key")).values(state="rejected")
)


@PROJECTOR.on("voucher-ledger.BudgetOpened")
def budget_opened(fact: Fact) -> Iterator[Statement]:
    """A region's year begins at zero."""
    data = fact.data
    yield _ADD(
        id=fact.stream,
        fund=data["fund"],
        year=data["year"],
        region=data["region"],
        state="open",
        received_fen=0,
        given_fen=0,
        committed_fen=0,
    )


@PROJECTOR.on("voucher-ledger.BudgetAppropriated", "voucher-ledger.BudgetReceived")
def budget_grew(fact: Fact) -> Iterator[Statement]:
    """There is more."""
    yield _MOVE(key=fact.stream, received=fact.data["fen"], given=0, committed=0)


@PROJECTOR.on("voucher-ledger.BudgetAllocated", "voucher-ledger.BudgetTransferred")
def budget_gave(fact: Fact) -> Iterator[Statement]:
    """Another region has it now."""
    yield _MOVE(key=fact.stream, received=0, given=fact.data["fen"], committed=0)


@PROJECTOR.on("voucher-ledger.BudgetCommitted")
def budget_committed(fact: Fact) -> Iterator[Statement]:
    """A batch may issue it."""
    yield _MOVE(key=fact.stream, received=0, given=0, committed=fact.data["fen"])


@PROJECTOR.on("voucher-ledger.BudgetReleased")
def budget_released(fact: Fact) -> Iterator[Statement]:
    """A batch did not issue it."""
    yield _MOVE(key=fact.stream, received=0, given=0, committed=-fact.data["fen"])


@PROJECTOR.on("voucher-ledger.BudgetFrozen")
def budget_frozen(fact: Fact) -> Iterator[Statement]:
    """Nothing moves."""
    yield _SET_STATE(key=fact.stream, new_state="frozen")


@PROJECTOR.on("voucher-ledger.BudgetUnfrozen")
def budget_unfrozen(fact: Fact) -> Iterator[Statement]:
    """It goes on."""
    yield _SET_STATE(key=fact.stream, new_state="open")


@PROJECTOR.on("voucher-ledger.BudgetClosed")
def budget_closed(fact: Fact) -> Iterator[Statement]:
    """The year is over."""
    yield _MOVE(key=fact.stream, received=0, given=fact.data["fen"], committed=0)
    yield _SET_STATE(key=fact.stream, new_state="closed")


@PROJECTOR.on("voucher-ledger.BudgetTransferProposed")
def transfer_proposed(fact: Fact) -> Iterator[Statement]:
    """A transfer waits for approvals."""
    data = fact.data
    yield _PROPOSE(
        id=fact.stream,
        fund=data["fund"],
        year=data["year"],
        source_region=data["source_region"],
        target_region=data["target_region"],
        amount_fen=data["fen"],
        reason=data["reason"],
        approvals=0,
        state="proposed",
    )


@PROJECTOR.on("voucher-ledger.BudgetTransferApproved")
def transfer_approved(fact: Fact) -> Iterator[Statement]:
    """One more has approved."""
    yield _APPROVE(key=fact.stream)


@PROJECTOR.on("voucher-ledger.BudgetTransferRejected")
def transfer_rejected(fact: Fact) -> Iterator[Statement]:
    """It is not carried out."""
    yield _REJECT(key=fact.stream)
