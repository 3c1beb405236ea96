"""Reads of the ledger's read models, by subject."""

from voucher_ledger.queries import (
    batches,
    book,
    budget,
    granting,
    grants,
    leases,
    parameters,
    redemptions,
    reservation,
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
    "parameters",
    "redemptions",
    "reservation",
    "vouchers",
    "witness",
]
