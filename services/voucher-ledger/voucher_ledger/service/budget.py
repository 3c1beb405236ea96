"""Entrypoints of the budget."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.budget import (
    AllocateBudget,
    AppropriateBudget,
    CloseBudget,
    DecideTransfer,
    FreezeBudget,
    ListBudgets,
    ListTransfers,
    ProposeTransfer,
    UnfreezeBudget,
)
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class BudgetEntrypoints(LedgerEntrypoints):
    """Public money before it is anybody's."""

    @handles(AppropriateBudget)
    def appropriate_budget(self, **values: Any) -> Decision:
        return self.runtime.application.appropriate_budget(**values)

    @handles(AllocateBudget)
    def allocate_budget(self, **values: Any) -> Decision:
        return self.runtime.application.allocate_budget(**values)

    @handles(FreezeBudget)
    def freeze_budget(self, **values: Any) -> Decision:
        return self.runtime.application.freeze_budget(**values)

    @handles(UnfreezeBudget)
    def unfreeze_budget(self, **values: Any) -> Decision:
        return self.runtime.application.unfreeze_budget(**values)

    @handles(CloseBudget)
    def close_budget(self, **values: Any) -> Decision:
        return self.runtime.application.close_budget(**values)

    @handles(ListBudgets)
    def list_budgets(self, **values: Any) -> Views:
        return queries.budget.listed(self.runtime.application.database, **values)

    @handles(ProposeTransfer)
    def propose_transfer(self, **values: Any) -> Decision:
        return self.runtime.application.propose_transfer(**values)

    @handles(DecideTransfer)
    def decide_transfer(self, **values: Any) -> Decision:
        return self.runtime.application.decide_transfer(**values)

    @handles(ListTransfers)
    def list_transfers(self, **values: Any) -> Views:
        return queries.budget.transfers(self.runtime.application.database, **values)
