"""Sessions (登录会话): from signing in to signing out, or to the hour at which they expire."""

from chassis.domain import event
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.accounts import NotSignedIn


class Session(IdentityAggregate):
    """A session of an account; `expires_at` is an instant as `clock.timestamp` writes it."""

    @event("Opened")
    def __init__(self, account_id: str, expires_at: str) -> None:
        self.account_id = account_id
        self.expires_at = expires_at
        self.ended = False

    def end(self, now: str) -> None:
        """Sign out (退出). Raises `NotSignedIn` when it has ended or expired before `now`."""
        if self.ended or self.expires_at <= now:
            raise NotSignedIn
        self._ended(self.account_id)

    @event("Ended")
    def _ended(self, account_id: str) -> None:
        self.ended = True
