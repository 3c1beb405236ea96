"""Reads of the ledger's read models, by subject."""

from voucher_ledger.queries import (
    book,
    granting,
    redemptions,
    reservation,
    vouchers,
    witness,
)

__all__ = ["book", "granting", "redemptions", "reservation", "vouchers", "witness"]
