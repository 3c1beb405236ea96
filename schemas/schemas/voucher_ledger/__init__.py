"""What may be asked of the voucher ledger (电子创业券, art. 17-20), by subject."""

from schemas.voucher_ledger import (
    batches,
    book,
    budget,
    clawbacks,
    grants,
    parameters,
    payment_orders,
    redemptions,
    sampling,
    vouchers,
)
from schemas.voucher_ledger.common import SERVICE

__all__ = ["CONTRACTS", "SERVICE"]

CONTRACTS = (
    *budget.CONTRACTS,
    *parameters.CONTRACTS,
    *batches.CONTRACTS,
    *grants.CONTRACTS,
    *vouchers.CONTRACTS,
    *redemptions.CONTRACTS,
    *clawbacks.CONTRACTS,
    *sampling.CONTRACTS,
    *payment_orders.CONTRACTS,
    *book.CONTRACTS,
)
