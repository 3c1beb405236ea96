"""Entrypoints of the budget."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.budget import AppropriateBudget
from voucher_ledger.service.base import LedgerEntrypoints


class BudgetEntrypoints(LedgerEntrypoints):
    """Public money before it is anybody's."""

    @handles(AppropriateBudget)
    def appropriate_budget(self, **values: Any) -> Decision:
        return self.runtime.application.appropriate_budget(**values)
