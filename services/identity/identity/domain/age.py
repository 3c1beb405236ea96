"""Age in completed years (周岁), on legal dates: calendar dates in Asia/Shanghai.

Article 25 of the Measures: users are 16 to 59 (16-59周岁). Which day completes a year is a policy.
"""

from calendar import isleap
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

LOWEST_AGE: Final = 16
HIGHEST_AGE: Final = 59


class Completes(StrEnum):
    """On which day a year of age is complete.

    `ON_BIRTHDAY`: on the birthday itself (default). `DAY_AFTER`: the day after it, as the courts
    count in criminal law (从周岁生日的第二天起).
    """

    ON_BIRTHDAY = "on-birthday"
    DAY_AFTER = "day-after"


def completed_years(birth: date, on: date, policy: Completes = Completes.ON_BIRTHDAY) -> int:
    """Years completed on the date `on` by someone born on the date `birth`.

    Born on 29 February, a common year is complete on 28 February, the last day of the month (Civil
    Code, article 202). Raises ValueError where `on` is before `birth`, TypeError for a datetime,
    whose zone would be a guess.
    """
    if isinstance(birth, datetime) or isinstance(on, datetime):
        raise TypeError("age is counted on dates, not on instants")
    if on < birth:
        raise ValueError("the date lies before the birth")
    birthday = (birth.month, birth.day)
    if birthday == (2, 29) and not isleap(on.year):
        birthday = (2, 28)
    today = (on.month, on.day)
    complete = today >= birthday if policy is Completes.ON_BIRTHDAY else today > birthday
    return max(0, on.year - birth.year - (0 if complete else 1))


def completes_on(birth: date, years: int, policy: Completes = Completes.ON_BIRTHDAY) -> date:
    """The date on which so many years are complete for someone born on the date `birth`."""
    year = birth.year + years
    leap_day = (birth.month, birth.day) == (2, 29) and not isleap(year)
    birthday = date(year, 2, 28) if leap_day else birth.replace(year=year)
    return birthday if policy is Completes.ON_BIRTHDAY else birthday + timedelta(days=1)


def in_age_range(
    birth: date,
    on: date,
    low: int = LOWEST_AGE,
    high: int = HIGHEST_AGE,
    policy: Completes = Completes.ON_BIRTHDAY,
) -> bool:
    """Whether `low` ≤ completed years ≤ `high` on the date `on` (article 25, ends included)."""
    return low <= completed_years(birth, on, policy) <= high
