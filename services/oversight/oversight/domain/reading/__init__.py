"""How each event changes what the supervisor knows. What is unknown changes nothing."""

from oversight.domain.reading import (
    accounts,
    admission,
    batches,
    budget,
    catalog,
    clearing,
    following,
    grants,
    identity,
    leases,
    matching,
    own_payments,
    personal_data,
    redemptions,
    refusals,
    tenures,
    vouchers,
    witness,
)
from oversight.domain.reading.batches import BATCH_TERMS, terms_of
from oversight.domain.reading.register import READINGS

__all__ = [
    "BATCH_TERMS",
    "READINGS",
    "accounts",
    "admission",
    "batches",
    "budget",
    "catalog",
    "clearing",
    "following",
    "grants",
    "identity",
    "leases",
    "matching",
    "own_payments",
    "personal_data",
    "redemptions",
    "refusals",
    "tenures",
    "terms_of",
    "vouchers",
    "witness",
]
