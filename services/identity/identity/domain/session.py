"""Sessions (登录会话): from signing in to signing out, or to the hour at which they expire."""

from typing import Final

from chassis.domain import event
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.accounts import NotSignedIn

PASSWORD: Final = "password"  # noqa: S105 - the name of a factor
"""What a session was opened with, beside the factors of `used_code`: the password alone."""

SIGNED_OUT: Final = "signed-out"
ENDED_ELSEWHERE: Final = "ended-elsewhere"
IDLE: Final = "idle"
EXPIRED: Final = "expired"


class Session(IdentityAggregate):
    """A session of an account; `expires_at` is an instant as `clock.timestamp` writes it.

    `factor` is what was proved beside the password (`totp`, `recovery`), or `password`. A session
    that is `enrolling` may do nothing but set up the second factor that its account needs. `epoch`
    is the account's: when that moves on, the session has ended.
    """

    @event("Opened")
    def __init__(
        self, account_id: str, expires_at: str, factor: str, enrolling: bool, epoch: int
    ) -> None:
        self.account_id = account_id
        self.expires_at = expires_at
        self.factor = factor
        self.enrolling = enrolling
        self.epoch = epoch
        self.ended = False
        self.lapsed = False
        self.used_after_end = False

    def end(self, now: str, reason: str = SIGNED_OUT) -> None:
        """End it (退出). Raises `NotSignedIn` when it has ended or expired before `now`."""
        if self.ended or self.expires_at <= now:
            raise NotSignedIn
        self._ended(self.account_id, reason)

    def lapse(self, reason: str) -> bool:
        """Note that it ended by the clock (`IDLE`, `EXPIRED`); False when it had ended before."""
        if self.ended:
            return False
        self._ended(self.account_id, reason)
        return True

    def use_after_end(self, now: str) -> None:
        """Somebody holds its token still, though its holder had ended it; noted once.

        Who comes back to a session that lapsed by the clock does nothing strange.
        """
        if not (self.used_after_end or self.lapsed or self.expires_at <= now):
            self._used_after_end(self.account_id)

    def raise_to(self, factor: str) -> None:
        """The second factor was set up in this session: it may do everything from now on."""
        if self.enrolling:
            self._raised(self.account_id, factor)

    @event("Ended")
    def _ended(self, account_id: str, reason: str) -> None:
        self.ended = True
        self.lapsed = reason in (IDLE, EXPIRED)

    @event("UsedAfterEnd")
    def _used_after_end(self, account_id: str) -> None:
        self.used_after_end = True

    @event("Raised")
    def _raised(self, account_id: str, factor: str) -> None:
        self.factor = factor
        self.enrolling = False
