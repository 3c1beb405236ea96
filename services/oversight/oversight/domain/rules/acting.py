"""The rules about who may act at all: blacklist, agreements, authorisations (art. 27 to 29)."""

from oversight.domain.rules.agreements import AGREED, AGREEMENTS
from oversight.domain.rules.authorisations import AUTHORISATIONS
from oversight.domain.rules.blacklist import BLACKLIST, BLACKLISTED

__all__ = ["ACTED", "ACTING"]

ACTING = (*BLACKLIST, *AGREEMENTS, *AUTHORISATIONS)
ACTED = (*BLACKLISTED, *AGREED)
"""Rules about the whole of identity's log."""
