"""Entrypoints of granting."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.grants import (
    CancelGrantRun,
    GetGrantRun,
    GrantVouchers,
    ListGrantRuns,
    StartGrantRun,
)
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class GrantEntrypoints(LedgerEntrypoints):
    """Vouchers are granted, a few at once or many in a run."""

    @handles(GrantVouchers)
    def grant_vouchers(self, **values: Any) -> Decision:
        return self.runtime.application.grant_vouchers(**values)

    @handles(StartGrantRun)
    def start_grant_run(self, **values: Any) -> Decision:
        return self.runtime.application.start_grant_run(**values)

    @handles(CancelGrantRun)
    def cancel_grant_run(self, **values: Any) -> Decision:
        return self.runtime.application.cancel_grant_run(**values)

    @handles(GetGrantRun)
    def get_grant_run(self, **values: Any) -> dict[str, Any]:
        return queries.grants.shown(self.runtime.application.database, **values)

    @handles(ListGrantRuns)
    def list_grant_runs(self, **values: Any) -> Views:
        return queries.grants.listed(self.runtime.application.database, **values)
