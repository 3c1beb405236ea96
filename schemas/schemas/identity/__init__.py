"""What may be asked of identity, by subject (art. 21-29)."""

from chassis.contract import Contract
from schemas.identity import (
    accounts,
    admission,
    personal_data,
    providers,
    reviews,
    sessions,
    verification,
)

CONTRACTS: tuple[type[Contract], ...] = (
    *accounts.CONTRACTS,
    *sessions.CONTRACTS,
    *admission.CONTRACTS,
    *providers.CONTRACTS,
    *verification.CONTRACTS,
    *reviews.CONTRACTS,
    *personal_data.CONTRACTS,
)
