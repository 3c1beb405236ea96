"""What may be asked of identity, by subject (art. 21-29)."""

from schemas.identity import accounts, admission, sessions

CONTRACTS = (*accounts.CONTRACTS, *sessions.CONTRACTS, *admission.CONTRACTS)
