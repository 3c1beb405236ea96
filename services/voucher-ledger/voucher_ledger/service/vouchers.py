"""Entrypoints of vouchers."""

from typing import Any

from chassis.application import Decision
from chassis.seal import known_keys
from chassis.service import handles
from schemas.voucher_ledger.vouchers import (
    ClaimVoucher,
    GetVoucher,
    ListVouchers,
    QuoteVoucher,
    VoidVoucher,
    VoucherEvidence,
)
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class VoucherEntrypoints(LedgerEntrypoints):
    """Claiming, voiding, listing and proving vouchers."""

    @handles(ClaimVoucher)
    def claim_voucher(self, **values: Any) -> Decision:
        return self.runtime.application.claim_voucher(**values)

    @handles(VoidVoucher)
    def void_voucher(self, **values: Any) -> Decision:
        return self.runtime.application.void_voucher(**values)

    @handles(ListVouchers)
    def list_vouchers(self, **values: Any) -> Views:
        return queries.vouchers.listed(self.runtime.application.database, **values)

    @handles(GetVoucher)
    def get_voucher(self, **values: Any) -> dict[str, Any]:
        return queries.vouchers.shown(self.runtime.application.database, **values)

    @handles(QuoteVoucher)
    def quote_voucher(self, **values: Any) -> dict[str, Any]:
        return self.runtime.application.quote_voucher(**values)

    @handles(VoucherEvidence)
    def voucher_evidence(self, voucher_id: str) -> dict[str, Any]:
        keys = known_keys(self.runtime.settings)
        return queries.witness.evidence(self.runtime.application.database, voucher_id, keys)
