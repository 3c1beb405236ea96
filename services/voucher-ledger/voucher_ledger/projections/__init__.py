"""What the ledger's read models make of its own events, by subject."""

from voucher_ledger.projections import (
    batches,
    budget,
    clawbacks,
    grants,
    leases,
    own_payments,
    parameters,
    payment_orders,
    purchases,
    reconciliations,
    redemptions,
    risks,
    vouchers,
)
from voucher_ledger.projections.projector import PROJECTOR

__all__ = [
    "PROJECTOR",
    "batches",
    "budget",
    "clawbacks",
    "grants",
    "leases",
    "own_payments",
    "parameters",
    "payment_orders",
    "purchases",
    "reconciliations",
    "redemptions",
    "risks",
    "vouchers",
]
