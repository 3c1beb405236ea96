"""Reads of the ledger's read models, by subject."""

from voucher_ledger.queries import (
    batches,
    book,
    budget,
    granting,
    grants,
    leases,
    own_payments,
    parameters,
    payment_orders,
    reconciliations,
    redemptions,
    reservation,
    risks,
    sampling,
    vouchers,
    witness,
)

__all__ = [
    "batches",
    "book",
    "budget",
    "granting",
    "grants",
    "leases",
    "own_payments",
    "parameters",
    "payment_orders",
    "reconciliations",
    "redemptions",
    "reservation",
    "risks",
    "sampling",
    "vouchers",
    "witness",
]
