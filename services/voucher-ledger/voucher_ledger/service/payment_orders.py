"""Entrypoints of payment orders."""

from typing import Any

from chassis.application import Decision
from chassis.refusal import NotFound
from chassis.service import handles
from schemas.voucher_ledger.payment_orders import (
    DecidePayment,
    GetPaymentFile,
    ImportBankReturn,
    ListPaymentOrders,
    ProposePayment,
)
from voucher_ledger import queries
from voucher_ledger.domain.payment_file import digest
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.service.base import LedgerEntrypoints, Views


class PaymentOrderEntrypoints(LedgerEntrypoints):
    """Payment orders are drawn up, approved, answered."""

    @handles(ProposePayment)
    def propose_payment(self, **values: Any) -> Decision:
        return self.runtime.application.propose_payment(**values)

    @handles(DecidePayment)
    def decide_payment(self, **values: Any) -> Decision:
        return self.runtime.application.decide_payment(**values)

    @handles(ImportBankReturn)
    def import_bank_return(self, **values: Any) -> Decision:
        return self.runtime.application.import_bank_return(**values)

    @handles(ListPaymentOrders)
    def list_payment_orders(self, **values: Any) -> Views:
        return queries.payment_orders.listed(self.runtime.application.database, **values)

    @handles(GetPaymentFile)
    def get_payment_file(self, payment_order_id: str, form: str) -> dict[str, Any]:
        order = self.runtime.application.load(PaymentOrder, payment_order_id)
        if order.made is None:
            raise NotFound(what="payment file", id=payment_order_id)
        content = order.file(form, order.made)
        return {"content": content, "sha256": digest(content)}
