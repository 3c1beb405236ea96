"""What may be asked of identity, by subject (art. 21-29)."""

from schemas.identity import (
    accounts,
    admission,
    api_keys,
    freezes,
    members,
    passwords,
    personal_data,
    second_factor,
    sessions,
    staff,
    tenures,
)

CONTRACTS = (
    *accounts.CONTRACTS,
    *staff.CONTRACTS,
    *tenures.CONTRACTS,
    *members.CONTRACTS,
    *sessions.CONTRACTS,
    *second_factor.CONTRACTS,
    *passwords.CONTRACTS,
    *freezes.CONTRACTS,
    *api_keys.CONTRACTS,
    *admission.CONTRACTS,
    *personal_data.CONTRACTS,
)
