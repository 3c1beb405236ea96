"""The ledger's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.seal import known_keys
from chassis.service import Runtime, Service, handles
from schemas.voucher_ledger import (
    ApplyRedemption,
    AppropriateBudget,
    ClaimVoucher,
    GetVoucher,
    GrantVouchers,
    ListRedemptions,
    ListVouchers,
    OpenBatch,
    PayRedemption,
    ReviewRedemption,
    TrialBalance,
    VoucherEvidence,
)
from voucher_ledger import queries
from voucher_ledger.application import Ledger
from voucher_ledger.expiring import expire_due
from voucher_ledger.subscriptions import POLICIES
from voucher_ledger.totals import LedgerTotals

Views = list[dict[str, Any]]


class LedgerService(Service):
    """Where public money is."""

    name = "voucher-ledger"
    runtime: Runtime[Ledger] = Runtime(
        Ledger,
        POLICIES,
        started=lambda runtime: runtime.every_tick(
            "expire vouchers", lambda: expire_due(runtime.application, runtime.commands)
        ),
    )

    @handles(AppropriateBudget)
    def appropriate_budget(self, **values: Any) -> Decision:
        return self.runtime.application.appropriate_budget(**values)

    @handles(OpenBatch)
    def open_batch(self, **values: Any) -> Decision:
        return self.runtime.application.open_batch(**values)

    @handles(GrantVouchers)
    def grant_vouchers(self, **values: Any) -> Decision:
        return self.runtime.application.grant_vouchers(**values)

    @handles(ClaimVoucher)
    def claim_voucher(self, **values: Any) -> Decision:
        return self.runtime.application.claim_voucher(**values)

    @handles(ListVouchers)
    def list_vouchers(self, **values: Any) -> Views:
        return queries.vouchers(self.runtime.application.database, **values)

    @handles(GetVoucher)
    def get_voucher(self, **values: Any) -> dict[str, Any]:
        return queries.voucher(self.runtime.application.database, **values)

    @handles(VoucherEvidence)
    def voucher_evidence(self, voucher_id: str) -> dict[str, Any]:
        keys = known_keys(self.runtime.settings)
        return queries.evidence(self.runtime.application.database, voucher_id, keys)

    @handles(ApplyRedemption)
    def apply_redemption(self, **values: Any) -> Decision:
        return self.runtime.application.apply_redemption(**values)

    @handles(ReviewRedemption)
    def review_redemption(self, **values: Any) -> Decision:
        return self.runtime.application.review_redemption(**values)

    @handles(PayRedemption)
    def pay_redemption(self, **values: Any) -> Decision:
        return self.runtime.application.pay_redemption(**values)

    @handles(ListRedemptions)
    def list_redemptions(self, **values: Any) -> Views:
        return queries.redemptions(self.runtime.application.database, **values)

    @handles(TrialBalance)
    def trial_balance(self, **values: Any) -> Views:
        return queries.balances(self.runtime.application.database, **values)


SERVICE = Deployable(LedgerService, Path(__file__).parent / "migrations", LedgerTotals)
