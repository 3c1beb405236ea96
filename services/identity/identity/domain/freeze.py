"""Cases of accounts that were frozen because they may be in other hands (帐号被盗, art. 35)."""

from typing import Final

from chassis.domain import event
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.freezes import CaseClosed

HOLDER: Final = "holder"
RECOVERY_CODE: Final = "recovery-code"
STAFF: Final = "staff"
"""Who reported it: its holder in a session, with a recovery code, or staff on their behalf."""


class FreezeCase(IdentityAggregate):
    """A case: opened with the freeze, closed by staff with a reason when it is lifted."""

    @event("Opened")
    def __init__(
        self,
        account_id: str,
        subject_id: str | None,
        region: str | None,
        reported_by: str,
        grounds: str,
    ) -> None:
        self.account_id = account_id
        self.subject_id = subject_id
        self.region = region
        self.reported_by = reported_by
        self.grounds = grounds
        self.open = True

    def close(self, reason: str) -> None:
        """Close it. Raises `CaseClosed`."""
        if not self.open:
            raise CaseClosed
        self._closed(self.account_id, reason)

    @event("Closed")
    def _closed(self, account_id: str, reason: str) -> None:
        self.open = False
