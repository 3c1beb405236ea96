"""Entrypoints of clawback."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.clawbacks import (
    DemandRepayment,
    RecordRepayment,
    WriteOffRepayment,
)
from voucher_ledger.service.base import LedgerEntrypoints


class ClawbackEntrypoints(LedgerEntrypoints):
    """Paid money is demanded back, comes in, or is written off."""

    @handles(DemandRepayment)
    def demand_repayment(self, **values: Any) -> Decision:
        return self.runtime.application.demand_repayment(**values)

    @handles(RecordRepayment)
    def record_repayment(self, **values: Any) -> Decision:
        return self.runtime.application.record_repayment(**values)

    @handles(WriteOffRepayment)
    def write_off_repayment(self, **values: Any) -> Decision:
        return self.runtime.application.write_off_repayment(**values)
