"""The ledger's use cases, by subject: load, decide, hand over the decision."""

from voucher_ledger.application.batches import Batches
from voucher_ledger.application.budget import Budgets
from voucher_ledger.application.redemptions import Redemptions
from voucher_ledger.application.vouchers import Vouchers


class Ledger(Budgets, Batches, Vouchers, Redemptions):
    """Public money: appropriated, issued, reserved, redeemed, paid."""


__all__ = ["Ledger"]
