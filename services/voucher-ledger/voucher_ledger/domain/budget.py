"""Budgets (预算, art. 17): public money of a fund, a year and a region before it is anybody's.

Money is appropriated to the province, allocated or transferred to regions, and set aside for
batches. Each step is one event on the budget that gives, with the postings, and one on the budget
that receives. When its year is over, a budget is closed: what was not issued goes to the next year
or back.
"""

from datetime import date
from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain import book
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Bucket, Postings, Purse
from voucher_ledger.domain.refusals.budget import (
    AppropriationExceeded,
    BudgetStandsStill,
    NotFrozen,
    NothingToMove,
    YearNotOver,
)

PROVINCE: Final = "340000"
CARRY_OVER: Final = "carry-over"
"""What was not issued goes to the region's budget of the next year (结转)."""

RETURN: Final = "return"
"""What was not issued goes back to the treasury (收回)."""

OPEN, FROZEN, CLOSED = "open", "frozen", "closed"


def budget_id(fund: str, year: int, region: str) -> str:
    """The stream of a fund's year in a region: there is one."""
    return stream_id("budget", fund, str(year), region)


class Budget(LedgerAggregate):
    """A fund's money for a year in a region. Amounts in fen."""

    @event("Opened")
    def __init__(self, fund: str, year: int, region: str) -> None:
        self.purse = Purse(fund, region, year)
        self.state = OPEN
        self.received_fen = 0
        self.given_fen = 0
        self.committed_fen = 0

    @staticmethod
    def create_id(fund: str, year: int, region: str) -> UUID:
        """One stream per fund, year and region."""
        return UUID(budget_id(fund, year, region))

    @property
    def free_fen(self) -> int:
        """What is neither given away nor set aside for a batch."""
        return self.received_fen - self.given_fen - self.committed_fen

    def appropriate(self, fen: int, source: str, document_number: str) -> None:
        """Add new money, on the authority of a budget document (预算下达).

        Raises `BudgetStandsStill` when the year is closed.
        """
        self._require_not(CLOSED)
        self._appropriated(fen, source, document_number, book.appropriate(self.purse, fen))

    def allocate(self, target: "Budget", fen: int, document_number: str) -> None:
        """Give money to a region's budget of the same year (分配).

        Raises `NothingToMove`, `BudgetStandsStill`, `AppropriationExceeded`.
        """
        postings = self._give(target, fen)
        self._allocated(target.purse.region, fen, document_number, postings)
        target.receive(self.key, fen)

    def transfer(self, target: "Budget", fen: int, transfer_id: str) -> None:
        """Give money to another region's budget, as two people approved (调剂).

        Raises `NothingToMove`, `BudgetStandsStill`, `AppropriationExceeded`.
        """
        postings = self._give(target, fen)
        self._transferred(transfer_id, target.purse.region, fen, postings)
        target.receive(self.key, fen)

    def receive(self, source: str, fen: int) -> None:
        """Money comes from another budget, which says where it went. Raises `BudgetStandsStill`."""
        self._require_not(CLOSED)
        self._received(source, fen)

    def commit(self, batch_id: str, fen: int) -> None:
        """Set money aside for a batch, or for a purchase.

        Raises `BudgetStandsStill`, `AppropriationExceeded`.
        """
        self.require_free(fen)
        self._committed(batch_id, fen)

    def release(self, batch_id: str, fen: int) -> None:
        """A batch was closed: what it did not issue is free again."""
        if fen:
            self._released(batch_id, fen)

    def freeze(self, reason: str) -> None:
        """Stop every issue and every move out of it (冻结). Raises `BudgetStandsStill`."""
        self._require_not(FROZEN, CLOSED)
        self._frozen(reason)

    def unfreeze(self, reason: str) -> None:
        """Let it go on (解冻). Raises `NotFrozen`."""
        if self.state != FROZEN:
            raise NotFrozen(state=self.state)
        self._unfrozen(reason)

    def close(self, today: date, remainder: str, next_year: "Budget", document_number: str) -> bool:
        """Close the year (年终结账): what is free goes to the next year's budget, or back.

        Every batch has been closed before. Returns whether the next year got something.
        Raises `YearNotOver`, `BudgetStandsStill`.
        """
        if today.year <= self.purse.year:
            raise YearNotOver(year=self.purse.year, today=today.isoformat())
        self._require_not(FROZEN, CLOSED)
        fen, postings = self.free_fen, []
        if fen and remainder == CARRY_OVER:
            postings = book.allocate(self.purse, next_year.purse, fen)
        elif fen:
            postings = book.move(self.purse, Bucket.UNISSUED, Bucket.EXPIRED_RETURNED, fen)
        self._closed(remainder, fen, document_number, postings)
        carried = fen > 0 and remainder == CARRY_OVER
        if carried:
            next_year.receive(self.key, fen)
        return carried

    def require_transferable(self, target: "Budget", fen: int) -> None:
        """Raise `NothingToMove`, `BudgetStandsStill`, `AppropriationExceeded`."""
        if target.key == self.key:
            raise NothingToMove(region=self.purse.region)
        self.require_free(fen)
        target._require_not(FROZEN, CLOSED)  # noqa: SLF001 - another budget

    def _give(self, target: "Budget", fen: int) -> Postings:
        self.require_transferable(target, fen)
        return book.allocate(self.purse, target.purse, fen)

    def require_free(self, fen: int) -> None:
        """Raise `BudgetStandsStill`, `AppropriationExceeded`."""
        self._require_not(FROZEN, CLOSED)
        if fen > self.free_fen:
            raise AppropriationExceeded(asked_fen=fen, left_fen=self.free_fen)

    def _require_not(self, *states: str) -> None:
        if self.state in states:
            raise BudgetStandsStill(
                fund=self.purse.fund,
                year=self.purse.year,
                region=self.purse.region,
                state=self.state,
            )

    @event("Appropriated")
    def _appropriated(
        self, fen: int, source: str, document_number: str, postings: Postings
    ) -> None:
        self.received_fen += fen

    @event("Allocated")
    def _allocated(self, region: str, fen: int, document_number: str, postings: Postings) -> None:
        self.given_fen += fen

    @event("Transferred")
    def _transferred(self, transfer_id: str, region: str, fen: int, postings: Postings) -> None:
        self.given_fen += fen

    @event("Received")
    def _received(self, source: str, fen: int) -> None:
        self.received_fen += fen

    @event("Committed")
    def _committed(self, batch_id: str, fen: int) -> None:
        self.committed_fen += fen

    @event("Released")
    def _released(self, batch_id: str, fen: int) -> None:
        self.committed_fen -= fen

    @event("Frozen")
    def _frozen(self, reason: str) -> None:
        self.state = FROZEN

    @event("Unfrozen")
    def _unfrozen(self, reason: str) -> None:
        self.state = OPEN

    @event("Closed")
    def _closed(self, remainder: str, fen: int, document_number: str, postings: Postings) -> None:
        self.given_fen += fen
        self.state = CLOSED
