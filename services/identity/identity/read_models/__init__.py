"""Read models by subject: their tables, what they make of events, and what is asked of them."""

from identity.read_models import api_keys, blacklist, freezes, resets, sessions, sign_in, staff

__all__ = ["api_keys", "blacklist", "freezes", "resets", "sessions", "sign_in", "staff"]
