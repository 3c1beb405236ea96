"""Entrypoints of redemption."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.redemptions import (
    ApplyRedemption,
    ListRedemptions,
    PayRedemption,
    ReviewRedemption,
)
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class RedemptionEntrypoints(LedgerEntrypoints):
    """Redemptions are applied for, reviewed, paid."""

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
        return queries.redemptions.listed(self.runtime.application.database, **values)
