"""Entrypoints of government purchase."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.purchases import (
    AcceptPurchase,
    CancelPurchase,
    ContractPurchase,
    DecidePurchase,
    DeliverPurchase,
    InvoicePurchase,
    ListPurchases,
    ProposePurchase,
)
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class PurchaseEntrypoints(LedgerEntrypoints):
    """Departments buy results for groups."""

    @handles(ProposePurchase)
    def propose_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.propose_purchase(**values)

    @handles(DecidePurchase)
    def decide_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.decide_purchase(**values)

    @handles(ContractPurchase)
    def contract_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.contract_purchase(**values)

    @handles(DeliverPurchase)
    def deliver_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.deliver_purchase(**values)

    @handles(AcceptPurchase)
    def accept_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.accept_purchase(**values)

    @handles(CancelPurchase)
    def cancel_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.cancel_purchase(**values)

    @handles(InvoicePurchase)
    def invoice_purchase(self, **values: Any) -> Decision:
        return self.runtime.application.invoice_purchase(**values)

    @handles(ListPurchases)
    def list_purchases(self, **values: Any) -> Views:
        return queries.purchases.listed(self.runtime.application.database, **values)
