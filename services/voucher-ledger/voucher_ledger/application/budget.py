"""Use cases of the budget (预算, art. 17)."""

from chassis import clock, context
from chassis.application import Decision
from chassis.domain import Aggregate
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.budget import PROVINCE, Budget, budget_id
from voucher_ledger.domain.lease import ISSUE, Allotment, allotment_id
from voucher_ledger.domain.transfer import BudgetTransfer
from voucher_ledger.presenting import present_budget, present_transfer


class Budgets(LedgerBase):
    """Public money before it is anybody's."""

    def appropriate_budget(
        self, fund: str, year: int, amount_fen: int, source: str, document_number: str
    ) -> Decision:
        """Add new money to a fund's year in the province, opening it at the first time."""
        budget = self._budget(fund, year, PROVINCE)
        budget.appropriate(amount_fen, source, document_number)
        return Decision(present_budget(budget), [budget])

    def allocate_budget(
        self, fund: str, year: int, region: str, amount_fen: int, document_number: str
    ) -> Decision:
        """Give a region money of the province's budget."""
        province, budget = self._budget(fund, year, PROVINCE), self._budget(fund, year, region)
        province.allocate(budget, amount_fen, document_number)
        return Decision(present_budget(budget), [province, budget])

    def propose_transfer(
        self,
        fund: str,
        year: int,
        source_region: str,
        target_region: str,
        amount_fen: int,
        reason: str,
    ) -> Decision:
        """Propose that money goes from one region to another. Refused when it is not there."""
        source = self._budget(fund, year, source_region)
        target = self._budget(fund, year, target_region)
        source.require_transferable(target, amount_fen)
        transfer = BudgetTransfer(
            fund=fund,
            year=year,
            source_region=source_region,
            target_region=target_region,
            fen=amount_fen,
            reason=reason,
            proposer=context.current().actor,
        )
        return Decision(present_transfer(transfer), [transfer])

    def decide_transfer(self, transfer_id: str, approve: bool, reason: str) -> Decision:
        """Approve or reject a transfer; the second approval carries it out."""
        transfer = self.load(BudgetTransfer, transfer_id)
        who = context.current().actor
        changed: list[Aggregate] = [transfer]
        if not approve:
            transfer.reject(who, reason)
        elif transfer.approve(who, reason):
            source = self._budget(transfer.fund, transfer.year, transfer.source_region)
            target = self._budget(transfer.fund, transfer.year, transfer.target_region)
            source.transfer(target, transfer.fen, transfer.key)
            changed += [source, target]
        return Decision(present_transfer(transfer), changed)

    def freeze_budget(self, budget_id: str, reason: str) -> Decision:
        """Stop every issue and every move out of a budget; its batches' shares are recalled."""
        budget = self.load(Budget, budget_id)
        budget.freeze(reason)
        changed: list[Aggregate] = [budget]
        for allotment in self._allotments(budget):
            changed += self.recall(allotment)
            allotment.hold()
            changed.append(allotment)
        return Decision(present_budget(budget), changed)

    def unfreeze_budget(self, budget_id: str, reason: str) -> Decision:
        """Let a frozen budget and its batches go on."""
        budget = self.load(Budget, budget_id)
        budget.unfreeze(reason)
        allotments = self._allotments(budget)
        for allotment in allotments:
            allotment.resume()
        return Decision(present_budget(budget), [budget, *allotments])

    def close_budget(self, budget_id: str, remainder: str, document_number: str) -> Decision:
        """Close a year that is over: its batches first, then what was not issued moves on."""
        budget = self.load(Budget, budget_id)
        purse = budget.purse
        next_year = self._budget(purse.fund, purse.year + 1, purse.region)
        changed: list[Aggregate] = []
        for batch_id in queries.batches.open_batches(self.database, purse):
            changed += self.close_one(self.load(Batch, batch_id), budget)
        changed.append(budget)
        if budget.close(clock.legal_date(), remainder, next_year, document_number):
            changed.append(next_year)
        return Decision(present_budget(budget), changed)

    def close_one(self, batch: Batch, budget: Budget) -> list[Aggregate]:
        """Close a batch: its shares come back, and what is left is free in its budget again."""
        batch.close()
        allotment = self.load(Allotment, allotment_id(ISSUE, batch.key))
        shares = self.recall(allotment)
        budget.release(batch.key, allotment.close())
        return [batch, *shares, allotment]

    def _allotments(self, budget: Budget) -> list[Allotment]:
        batches = queries.batches.open_batches(self.database, budget.purse)
        return [self.load(Allotment, allotment_id(ISSUE, id_)) for id_ in batches]

    def _budget(self, fund: str, year: int, region: str) -> Budget:
        found = self.find(Budget, budget_id(fund, year, region))
        return found or Budget(fund=fund, year=year, region=region)
