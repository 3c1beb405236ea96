"""Entrypoints of batches."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.batches import CloseBatch, ListBatches, OpenBatch
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class BatchEntrypoints(LedgerEntrypoints):
    """Batches are opened and closed."""

    @handles(OpenBatch)
    def open_batch(self, **values: Any) -> Decision:
        return self.runtime.application.open_batch(**values)

    @handles(CloseBatch)
    def close_batch(self, **values: Any) -> Decision:
        return self.runtime.application.close_batch(**values)

    @handles(ListBatches)
    def list_batches(self, **values: Any) -> Views:
        return queries.batches.listed(self.runtime.application.database, **values)
