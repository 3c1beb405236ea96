"""Allotments and their shares (额度与份额): one amount that many draw from at once, never over.

An allotment is money that a batch may still issue, or a yearly cap on what is paid in a category.
All who draw from it would fight over its stream; so it is leased in shares, each a stream that one
process draws from alone. What a share does not use goes back. Whoever finds the allotment empty
takes what lies in other shares, so it can be used to the last fen.
"""

from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Postings
from voucher_ledger.domain.refusals.batches import AllotmentStandsStill

ISSUE: Final = "issue"
"""Money of a batch that was not issued yet."""

CATEGORY: Final = "category"
"""What a batch's vouchers may still pay in a category in a calendar year."""

PARTS: Final = 32
"""A lease takes this part of what is left, so that shares shrink as the allotment does."""

DRAWS: Final = 200
"""Events after which a share is given back: so it is quick to read again."""


def allotment_id(
    kind: str, batch_id: str, category: str | None = None, year: int | None = None
) -> str:
    """The stream of a batch's money, or of its cap on a category in a calendar year."""
    return stream_id("allotment", kind, batch_id, category or "", str(year or ""))


def share_id(allotment_id: str, number: int) -> str:
    """The stream of an allotment's share of a number."""
    return stream_id("budget-share", allotment_id, str(number))


class Allotment(LedgerAggregate):
    """An amount that is leased in shares, in fen. `left_fen` is not leased."""

    @event("Opened")
    def __init__(
        self, kind: str, batch_id: str, category: str | None, year: int | None, fen: int
    ) -> None:
        self.kind = kind
        self.batch_id = batch_id
        self.left_fen = fen
        self.shares = 0
        self.state = "open"

    @staticmethod
    def create_id(kind: str, batch_id: str, category: str | None, year: int | None) -> UUID:
        """One stream per batch, or per batch, category and year."""
        return UUID(allotment_id(kind, batch_id, category, year))

    def lease(self, fen: int) -> "BudgetShare":
        """Lease a new share of at least an amount, which is left.

        Raises `AllotmentStandsStill`.
        """
        if self.state != "open":
            raise AllotmentStandsStill(state=self.state)
        size = max(fen, self.left_fen // PARTS)
        number = self.shares + 1
        self._leased(share_id(self.key, number), number, size)
        return BudgetShare(allotment_id=self.key, number=number, fen=size)

    def take_back(self, share: "BudgetShare") -> None:
        """A share gives back what it has."""
        if share.left_fen:
            fen = share.left_fen
            share.surrender()
            self._returned(share.key, fen)

    def hold(self) -> None:
        """Lease nothing for the time being."""
        self._held()

    def resume(self) -> None:
        """Lease again."""
        self._resumed()

    def close(self) -> int:
        """Lease nothing any more; every share was given back. Returns what is left."""
        fen = self.left_fen
        self._closed(fen)
        return fen

    @event("Leased")
    def _leased(self, share_id: str, number: int, fen: int) -> None:
        self.left_fen -= fen
        self.shares = number

    @event("Returned")
    def _returned(self, share_id: str, fen: int) -> None:
        self.left_fen += fen

    @event("Held")
    def _held(self) -> None:
        self.state = "held"

    @event("Resumed")
    def _resumed(self) -> None:
        self.state = "open"

    @event("Closed")
    def _closed(self, fen: int) -> None:
        self.left_fen = 0
        self.state = "closed"


class BudgetShare(LedgerAggregate):
    """A share of an allotment, in fen. One process draws from it alone."""

    @event("Leased")
    def __init__(self, allotment_id: str, number: int, fen: int) -> None:
        self.allotment_id = allotment_id
        self.left_fen = fen

    @staticmethod
    def create_id(allotment_id: str, number: int) -> UUID:
        """One stream per allotment and number."""
        return UUID(share_id(allotment_id, number))

    def draw(self, fen: int, purpose: str, postings: Postings) -> None:
        """Use some of it, for a grant or an order; it has that much."""
        assert 0 < fen <= self.left_fen, (fen, self.left_fen)
        self._drawn(fen, purpose, postings)

    def restore(self, fen: int, purpose: str) -> None:
        """What was drawn for an order is not needed after all."""
        self._restored(fen, purpose)

    def surrender(self) -> None:
        """Give back everything that is left."""
        self._surrendered(self.left_fen)

    @event("Drawn")
    def _drawn(self, fen: int, purpose: str, postings: Postings) -> None:
        self.left_fen -= fen

    @event("Restored")
    def _restored(self, fen: int, purpose: str) -> None:
        self.left_fen += fen

    @event("Surrendered")
    def _surrendered(self, fen: int) -> None:
        self.left_fen = 0
