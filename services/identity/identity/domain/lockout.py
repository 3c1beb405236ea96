"""Lockout (登录锁定): how often somebody may fail to prove who they are, by the clock.

An attempt is charged before it is looked at and forgiven when it succeeds, so attempts at once are
counted like attempts one after the other. A lock ends by itself; the next ones are longer, until
nothing was tried for a while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


class Locked(Exception):
    """Nothing is looked at before `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(until.isoformat())


@dataclass(frozen=True, slots=True)
class Policy:
    """`limit` failures lock for `locks[0]`, then `locks[1]` …; all is forgotten after `quiet`."""

    limit: int
    quiet: timedelta
    locks: tuple[timedelta, ...]


ACCOUNT: Final = Policy(5, timedelta(hours=24), tuple(timedelta(minutes=n) for n in (10, 30, 60)))
"""Of one login, whether there is such an account or not (等保 三级: 登录失败处理)."""

ADDRESS: Final = Policy(30, timedelta(minutes=10), (timedelta(minutes=10),))
"""Of one network address, whatever logins are tried from it."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """What is remembered: failures that count, locks so far, the last attempt, the lock's end."""

    failures: int = 0
    lockouts: int = 0
    last: datetime | None = None
    until: datetime | None = None

    def charged(self, now: datetime, policy: Policy) -> "Attempts":
        """One attempt more. Raises `Locked`, which is not an attempt."""
        if self.until is not None and now < self.until:
            raise Locked(self.until)
        if self.last is None or now - self.last >= policy.quiet:
            failures, lockouts = 1, 0
        else:
            failures = 1 if self.until is not None else self.failures + 1
            lockouts = self.lockouts
        if failures < policy.limit:
            return Attempts(failures, lockouts, now)
        lock = policy.locks[min(lockouts, len(policy.locks) - 1)]
        return Attempts(failures, lockouts + 1, now, now + lock)

    def returned(self) -> "Attempts":
        """One attempt less: it was no failure. A lock that only this attempt caused is lifted."""
        failures = max(self.failures - 1, 0)
        lockouts = self.lockouts - 1 if self.until is not None else self.lockouts
        return Attempts(failures, lockouts, self.last)
