"""Use cases of batches and granting (批次、发放, art. 17)."""

from contextlib import ExitStack
from typing import Any

from chassis import clock
from chassis.application import Decision
from voucher_ledger import queries
from voucher_ledger.application.budget import Budgets
from voucher_ledger.domain import book
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import Bucket
from voucher_ledger.domain.budget import Budget, budget_id
from voucher_ledger.domain.lease import ISSUE, Allotment, allotment_id
from voucher_ledger.domain.refusals.batches import (
    AlreadyGranted,
    BatchExhausted,
    HolderAgedOut,
    HolderNotAdmitted,
)
from voucher_ledger.domain.refusals.budget import AppropriationExceeded
from voucher_ledger.domain.voucher import Voucher, voucher_id
from voucher_ledger.leasing import Held, TooLittleLeft


class Batches(Budgets):
    """Batches are opened and closed, and their vouchers granted."""

    def open_batch(
        self, fund: str, year: int, region: str, amount_fen: int, **terms: Any
    ) -> Decision:
        """Open a batch out of its region's budget. Refused beyond what is free there."""
        budget = self.find(Budget, budget_id(fund, year, region))
        if budget is None:
            raise AppropriationExceeded(asked_fen=amount_fen, left_fen=0)
        purse = {"fund": fund, "year": year, "region": region}
        batch = Batch.open(clock.legal_date(), **purse, amount_fen=amount_fen, **terms)
        budget.commit(batch.key, amount_fen)
        allotment = Allotment(
            kind=ISSUE, batch_id=batch.key, category=None, year=None, fen=amount_fen
        )
        opened = {"id": batch.key, **purse, "amount_fen": amount_fen, **terms}
        result = {**opened, "granted_fen": 0, "granted": 0, "state": batch.state}
        return Decision(result, [budget, batch, allotment])

    def close_batch(self, batch_id: str) -> Decision:
        """Grant no more of a batch; what it did not issue is free in its budget again."""
        batch = self.load(Batch, batch_id)
        purse = batch.purse
        budget = self.load(Budget, budget_id(purse.fund, purse.year, purse.region))
        before = budget.committed_fen
        changed = self.close_one(batch, budget)
        released = before - budget.committed_fen
        result = {"id": batch_id, "state": batch.state, "released_fen": released}
        return Decision(result, [*changed, budget])

    def grant_vouchers(self, batch_id: str, holders: list[str]) -> Decision:
        """Grant a voucher to each holder, or to none when one of them may not have it."""
        batch = self.load(Batch, batch_id)
        batch.require_open()
        wanted = sorted(set(holders))
        admitted, seen = queries.granting.users_among(self.database, wanted)
        if missing := [holder for holder in wanted if holder not in admitted]:
            raise HolderNotAdmitted(holders=", ".join(missing[:20]))
        if aged := queries.granting.aged_out_among(self.database, wanted):
            raise HolderAgedOut(holders=", ".join(aged[:20]))
        ids = {holder: voucher_id(batch_id, holder) for holder in wanted}
        if having := queries.granting.holders_of(self.database, list(ids.values())):
            raise AlreadyGranted(holders=", ".join(sorted(having)[:20]))
        result = {
            "batch_id": batch_id,
            "vouchers": [{"id": ids[holder], "holder": holder} for holder in wanted],
            "granted_fen": len(wanted) * batch.face_fen,
        }
        with ExitStack() as stack:
            held = stack.enter_context(self._money_for(batch, len(wanted)))
            self._issue(held, batch, len(wanted), batch_id)
            vouchers = [Voucher.grant(batch, holder) for holder in wanted]
            changed = [*held.changed, *vouchers]
            return Decision(result, changed, seen=seen, held=stack.pop_all())

    def _money_for(self, batch: Batch, count: int) -> Held:
        fen = count * batch.face_fen
        try:
            return self.take_share(allotment_id(ISSUE, batch.key), fen)
        except TooLittleLeft as error:
            raise BatchExhausted(asked_fen=fen, left_fen=error.left_fen) from error

    @staticmethod
    def _issue(held: Held, batch: Batch, count: int, purpose: str) -> None:
        fen = count * batch.face_fen
        postings = book.move(batch.purse, Bucket.UNISSUED, Bucket.ISSUED, fen)
        held.share.draw(fen, purpose, postings)
