"""Entrypoints of batches and granting."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.batches import GrantVouchers, OpenBatch
from voucher_ledger.service.base import LedgerEntrypoints


class BatchEntrypoints(LedgerEntrypoints):
    """Batches are opened and their vouchers granted."""

    @handles(OpenBatch)
    def open_batch(self, **values: Any) -> Decision:
        return self.runtime.application.open_batch(**values)

    @handles(GrantVouchers)
    def grant_vouchers(self, **values: Any) -> Decision:
        return self.runtime.application.grant_vouchers(**values)
