"""Entrypoints of reconciliation."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.reconciliations import (
    CompareTotals,
    GetReconciliation,
    ListDifferences,
    ListReconciliations,
    Reconcile,
    SettleDifference,
)
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class ReconciliationEntrypoints(LedgerEntrypoints):
    """Book, orders and payments are compared; what differs is settled."""

    @handles(Reconcile)
    def reconcile(self) -> Decision:
        return self.runtime.application.reconcile()

    @handles(SettleDifference)
    def settle_difference(self, **values: Any) -> Decision:
        return self.runtime.application.settle_difference(**values)

    @handles(ListReconciliations)
    def list_reconciliations(self, **values: Any) -> Views:
        return queries.reconciliations.listed(self.runtime.application.database, **values)

    @handles(GetReconciliation)
    def get_reconciliation(self, **values: Any) -> dict[str, Any]:
        return queries.reconciliations.shown(self.runtime.application.database, **values)

    @handles(ListDifferences)
    def list_differences(self, **values: Any) -> Views:
        return queries.reconciliations.differences(self.runtime.application.database, **values)

    @handles(CompareTotals)
    def compare_totals(self) -> Views:
        return queries.book.beside_vouchers(self.runtime.application.database)
