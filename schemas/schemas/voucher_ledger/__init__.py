"""What may be asked of the voucher ledger (电子创业券, art. 17-20), by subject."""

from schemas.voucher_ledger import (
    batches,
    book,
    budget,
    clawbacks,
    grants,
    own_payments,
    parameters,
    payment_orders,
    purchases,
    reconciliations,
    redemptions,
    risks,
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
    *own_payments.CONTRACTS,
    *redemptions.CONTRACTS,
    *risks.CONTRACTS,
    *clawbacks.CONTRACTS,
    *sampling.CONTRACTS,
    *payment_orders.CONTRACTS,
    *purchases.CONTRACTS,
    *reconciliations.CONTRACTS,
    *book.CONTRACTS,
)
