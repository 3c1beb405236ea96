"""Completed years around birthdays, under both policies (article 25)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.age import Completes, completed_years, in_age_range

dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birth", "on", "on_birthday", "day_after"),
    [
        ("2010-05-20", "2026-05-19", 15, 15),
        ("2010-05-20", "2026-05-20", 16, 15),
        ("2010-05-20", "2026-05-21", 16, 16),
        ("2010-12-31", "2027-01-01", 16, 16),
        ("2008-02-29", "2024-02-28", 15, 15),
        ("2008-02-29", "2024-02-29", 16, 15),
        ("2008-02-29", "2024-03-01", 16, 16),
        ("2008-02-29", "2025-02-27", 16, 16),
        ("2008-02-29", "2025-02-28", 17, 16),
        ("2008-02-29", "2025-03-01", 17, 17),
        ("2000-02-29", "2100-02-28", 100, 99),
        ("2008-02-28", "2024-02-28", 16, 15),
        ("2026-05-20", "2026-05-20", 0, 0),
    ],
)
def test_completed_years(birth: str, on: str, on_birthday: int, day_after: int) -> None:
    born, day = date.fromisoformat(birth), date.fromisoformat(on)
    assert completed_years(born, day) == on_birthday
    assert completed_years(born, day, Completes.DAY_AFTER) == day_after


@pytest.mark.article(25)
@pytest.mark.parametrize(
    ("on", "on_birthday", "day_after"),
    [
        ("2006-05-19", False, False),
        ("2006-05-20", True, False),
        ("2006-05-21", True, True),
        ("2050-05-19", True, True),
        ("2050-05-20", False, True),
        ("2050-05-21", False, False),
    ],
)
def test_users_are_16_to_59_both_included(on: str, on_birthday: bool, day_after: bool) -> None:
    birth, day = date(1990, 5, 20), date.fromisoformat(on)
    assert in_age_range(birth, day) is on_birthday
    assert in_age_range(birth, day, policy=Completes.DAY_AFTER) is day_after


@given(dates, dates)
def test_age_never_falls_and_policies_differ_on_the_completing_day_only(a: date, b: date) -> None:
    birth, on = min(a, b), max(a, b)
    plain, later = completed_years(birth, on), completed_years(birth, on, Completes.DAY_AFTER)
    assert 0 <= later <= plain <= later + 1
    if on > birth:
        yesterday = date.fromordinal(on.toordinal() - 1)
        assert completed_years(birth, yesterday) == later


def test_a_date_before_the_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        completed_years(date(2026, 1, 2), date(2026, 1, 1))


def test_an_instant_is_not_a_date() -> None:
    with pytest.raises(TypeError):
        completed_years(date(2000, 1, 1), datetime(2026, 1, 1, tzinfo=UTC))
