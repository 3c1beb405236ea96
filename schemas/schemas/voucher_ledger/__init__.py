"""What may be asked of the voucher ledger (电子创业券, art. 17-20), by subject."""

from schemas.voucher_ledger import batches, book, budget, grants, parameters, redemptions, vouchers
from schemas.voucher_ledger.common import SERVICE

__all__ = ["CONTRACTS", "SERVICE"]

CONTRACTS = (
    *budget.CONTRACTS,
    *parameters.CONTRACTS,
    *batches.CONTRACTS,
    *grants.CONTRACTS,
    *vouchers.CONTRACTS,
    *redemptions.CONTRACTS,
    *book.CONTRACTS,
)
