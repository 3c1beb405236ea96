"""Read models by subject: their tables, what they make of events, and what is asked of them."""

from identity.read_models import (
    agreements,
    api_keys,
    blacklist,
    freezes,
    resets,
    sessions,
    sign_in,
    staff,
)

__all__ = [
    "agreements",
    "api_keys",
    "blacklist",
    "freezes",
    "resets",
    "sessions",
    "sign_in",
    "staff",
]
