"""What may be asked of identity, by subject (art. 21-29)."""

from chassis.contract import Contract
from schemas.identity import (
    accounts,
    admission,
    agreements,
    api_keys,
    authorisations,
    blacklist,
    freezes,
    importing,
    members,
    passwords,
    personal_data,
    providers,
    reviews,
    second_factor,
    sessions,
    staff,
    tenures,
    verification,
)

CONTRACTS: tuple[type[Contract], ...] = (
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
    *importing.CONTRACTS,
    *providers.CONTRACTS,
    *verification.CONTRACTS,
    *reviews.CONTRACTS,
    *blacklist.CONTRACTS,
    *agreements.CONTRACTS,
    *authorisations.CONTRACTS,
    *personal_data.CONTRACTS,
)
