"""How often somebody may fail: the policy alone, by a clock that the tests move."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.lockout import ACCOUNT, ADDRESS, Attempts, Locked, Policy

BEGIN = datetime(2026, 11, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def fail(attempts: Attempts, count: int, now: datetime, policy: Policy = ACCOUNT) -> Attempts:
    for _ in range(count):
        attempts = attempts.charged(now, policy)
    return attempts


def locked(attempts: Attempts, now: datetime, policy: Policy = ACCOUNT) -> bool:
    try:
        attempts.charged(now, policy)
    except Locked:
        return True
    return False


@pytest.mark.article(27)
def test_the_fifth_failure_locks_and_the_lock_ends_by_itself() -> None:
    attempts = fail(Attempts(), 5, BEGIN)
    assert not locked(fail(Attempts(), 4, BEGIN), BEGIN)
    assert locked(attempts, BEGIN)
    assert locked(attempts, BEGIN + 10 * MINUTE - timedelta(microseconds=1))
    assert not locked(attempts, BEGIN + 10 * MINUTE)


def test_each_lock_is_longer_until_a_day_was_quiet() -> None:
    now, attempts, lengths = BEGIN, Attempts(), []
    for _ in range(4):
        attempts = fail(attempts, 5, now)
        assert attempts.until is not None
        lengths.append(attempts.until - now)
        now = attempts.until
    assert lengths == [10 * MINUTE, 30 * MINUTE, 60 * MINUTE, 60 * MINUTE]
    assert attempts.last is not None
    quiet = attempts.last + timedelta(hours=24)
    attempts = fail(attempts, 5, quiet)
    assert attempts.until == quiet + 10 * MINUTE


def test_a_success_is_no_failure_of_the_address() -> None:
    attempts = Attempts()
    for n in range(200):
        attempts = attempts.charged(BEGIN + n * timedelta(seconds=1), ADDRESS).returned()
    assert attempts.failures == 0
    attempts = fail(attempts, 29, BEGIN, ADDRESS)
    lifted = attempts.charged(BEGIN, ADDRESS).returned()
    assert not locked(lifted, BEGIN, ADDRESS)
    assert locked(lifted.charged(BEGIN, ADDRESS), BEGIN, ADDRESS)


@given(st.lists(st.tuples(st.integers(0, 7200), st.booleans()), max_size=60))
def test_no_more_than_five_failures_between_two_locks(steps: list[tuple[int, bool]]) -> None:
    """Whatever the pauses (seconds), and wherever somebody succeeds and all is forgiven."""
    now, attempts, failures = BEGIN, Attempts(), 0
    for pause, success in steps:
        now += timedelta(seconds=pause)
        if locked(attempts, now):
            assert attempts.until is not None
            assert now < attempts.until <= now + 60 * MINUTE
            continue
        if attempts.until is not None:
            failures = 0
        attempts = attempts.charged(now, ACCOUNT)
        failures += 1
        assert failures <= 5
        assert (attempts.until is not None) == (failures == 5)
        if success:
            attempts, failures = Attempts(), 0
