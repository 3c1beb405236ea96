"""Entrypoints of the book."""

from typing import Any

from chassis.service import handles
from schemas.voucher_ledger.book import ListAccounts, TrialBalance
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class BookEntrypoints(LedgerEntrypoints):
    """Balances."""

    @handles(TrialBalance)
    def trial_balance(self, **values: Any) -> Views:
        return queries.book.balances(self.runtime.application.database, **values)

    @handles(ListAccounts)
    def list_accounts(self, **values: Any) -> Views:
        return queries.book.accounts(self.runtime.application.database, **values)
