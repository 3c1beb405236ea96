"""Entrypoints of users' own shares."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.own_payments import ListOwnPayments, RecordOwnPayment, RecordRefund
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class OwnPaymentEntrypoints(LedgerEntrypoints):
    """The payment institution calls back; the parties look."""

    @handles(RecordOwnPayment)
    def record_own_payment(self, **values: Any) -> Decision:
        return self.runtime.application.record_own_payment(**values)

    @handles(RecordRefund)
    def record_refund(self, **values: Any) -> Decision:
        return self.runtime.application.record_refund(**values)

    @handles(ListOwnPayments)
    def list_own_payments(self, **values: Any) -> Views:
        return queries.own_payments.listed(self.runtime.application.database, **values)
