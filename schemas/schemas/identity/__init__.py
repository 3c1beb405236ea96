"""What may be asked of identity, by subject (art. 21-29)."""

from schemas.identity import accounts, admission, personal_data, sessions

CONTRACTS = (
    *accounts.CONTRACTS,
    *sessions.CONTRACTS,
    *admission.CONTRACTS,
    *personal_data.CONTRACTS,
)
