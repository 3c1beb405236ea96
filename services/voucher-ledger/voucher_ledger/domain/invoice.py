"""Invoices (发票): a number is used once, for an order or for a government purchase."""

from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate


def invoice_id(number: str) -> str:
    """The stream of an invoice number: it can be used once.

    Zeros in front make no other invoice of it.
    """
    return stream_id("invoice", number.lstrip("0"))


class Invoice(LedgerAggregate):
    """An invoice number that was used (发票号码)."""

    @event("Used")
    def __init__(self, number: str, order_id: str) -> None:
        self.number = number
        self.order_id = order_id

    @staticmethod
    def create_id(number: str) -> UUID:
        """One stream per number."""
        return UUID(invoice_id(number))
