"""Re-verification (定期核验, E-commerce Law, art. 27): every six months, on time.

A verification is good until its day (`renew_by`). Some days before, the subject is reminded; on the
day the registry is asked again; what is not confirmed within the days of grace lapses. The figures
but for the six months are the platform's own parameters, "not Anhui law".
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = 6
REMIND_DAYS: Final = 14
GRACE_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Renewal:
    """The dates (Asia/Shanghai) of one verification that is good until `renew_by`."""

    renew_by: date

    @property
    def remind_on(self) -> date:
        """The day on which the subject is told."""
        return self.renew_by - timedelta(days=REMIND_DAYS)

    @property
    def lapses_on(self) -> date:
        """The first day on which it stands no more."""
        return self.renew_by + timedelta(days=GRACE_DAYS)


def renew_by(verified_on: date, at_the_latest: date | None = None) -> date:
    """The day by which a verification of a date is made anew: six months later, or earlier."""
    month = verified_on.month - 1 + MONTHS
    year, month = verified_on.year + month // 12, month % 12 + 1
    day = min(verified_on.day, monthrange(year, month)[1])
    due = date(year, month, day)
    return due if at_the_latest is None else min(due, at_the_latest)
