"""Lockout as callers meet it: per login, per address, without telling who exists."""

from datetime import timedelta
from typing import Any

import eventlet
import pytest

from identity.application import Identity
from identity.domain.refusals.sign_in import SignInLocked
from identity.lapsing import log_failures
from schemas import roles
from schemas.identity.passwords import RecoverPassword, ReleaseLock
from schemas.identity.sessions import SignIn
from services.identity.tests.conftest import NOON, PASSWORD, Desk, Move

WRONG = "not the password at all"


def fail(desk: Desk, login: str, count: int = 1, **given: Any) -> list[str]:
    return [desk.code(SignIn, login=login, password=WRONG, **given) for _ in range(count)]


@pytest.mark.article(27)
@pytest.mark.parametrize("login", ["wang", "nobody"])
def test_five_failures_lock_a_login_whether_it_exists_or_not(
    desk: Desk, login: str, at_noon: Move
) -> None:
    desk.account("wang")
    assert fail(desk, login, 5) == ["identity.sign-in-failed"] * 5
    outcome = desk.ask(SignIn, login=login, password=PASSWORD)
    assert outcome["error"] == SignInLocked(until="12:10:00", seconds=600).as_dict()
    at_noon(NOON + timedelta(minutes=10))
    if login == "wang":
        assert desk.result(SignIn, login=login, password=PASSWORD)
    else:
        assert fail(desk, login) == ["identity.sign-in-failed"]


def test_a_success_forgives_what_failed_before(desk: Desk) -> None:
    desk.account("wang")
    for _ in range(3):
        fail(desk, "wang", 4)
        assert desk.token("wang")


def test_of_thirty_attempts_at_once_five_are_looked_at(desk: Desk) -> None:
    desk.account("wang")
    pool = eventlet.GreenPool(30)
    codes = list(pool.imap(lambda _: fail(desk, "wang")[0], range(30)))
    assert codes.count("identity.sign-in-failed") == 5
    assert codes.count("identity.sign-in-locked") == 25


def test_an_address_is_locked_whatever_logins_it_tries(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    away = {"address": "203.0.113.7"}
    for n in range(30):
        fail(desk, f"guess-{n}", address="203.0.113.7")
    outcome = desk.ask(SignIn, login="wang", password=PASSWORD, **away)
    assert outcome["error"]["code"] == "identity.address-locked"
    assert outcome["error"]["data"]["seconds"] == 600
    other = {"address": "203.0.113.8"}
    assert desk.result(SignIn, login="wang", password=PASSWORD, **other)
    at_noon(NOON + timedelta(minutes=10))
    assert desk.result(SignIn, login="wang", password=PASSWORD, **away)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("unknown", "unknown", True),
    ],
)
def test_an_ipv6_host_has_one_network(app: Identity, first: str, second: str, same: bool) -> None:
    assert (app.attempts._network(first) == app.attempts._network(second)) == same


def test_an_office_that_signs_in_all_day_is_never_locked(desk: Desk) -> None:
    desk.account("wang")
    for _ in range(40):
        desk.result(SignIn, login="wang", password=PASSWORD, address="203.0.113.7")


def test_staff_lifts_a_lock_and_says_why(desk: Desk) -> None:
    account = desk.account("wang")
    fail(desk, "wang", 5)
    helper = desk.acting_as(roles.OPERATOR)
    given = {"login": "Wang", "reason": "到窗口核验身份"}
    assert helper.result(ReleaseLock, desk.account(), **given) == {}
    assert desk.token("wang")
    [entry] = [entry for entry in desk.log() if entry.type == "identity.AccountLockReleased"]
    assert (entry.stream, entry.data) == (account, {"reason": "到窗口核验身份"})
    assert helper.code(ReleaseLock, desk.account(), login="nobody", reason="x") == (
        "resource.not-found"
    )


def test_recovery_codes_are_guessed_no_more_often_than_passwords(desk: Desk) -> None:
    desk.account("wang")
    given = {
        "login": "wang",
        "code": "AAAA-AAAA-AAAA-AAAA",
        "new_password": "a new one 电池 staple",
    }
    codes = [desk.code(RecoverPassword, **given) for _ in range(6)]
    assert codes == ["identity.recovery-failed"] * 5 + ["identity.sign-in-locked"]


def summaries(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    """What the log says of failures: whose account, and what."""
    names = {"identity.AccountSignInsFailed", "identity.StrangersRefused"}
    return [
        ("" if "logins" in entry.data else entry.stream, entry.data)
        for entry in desk.log()
        if entry.type in names
    ]


@pytest.mark.article(32)
def test_failures_are_summed_up_in_the_log_and_cannot_flood_it(desk: Desk, at_noon: Move) -> None:
    account = desk.account("wang")
    for n in range(12):
        fail(desk, f"guess-{n}", 2, address=f"203.0.113.{n % 2}")
    fail(desk, "wang", 9)
    for _ in range(3):  # on three replicas at once
        log_failures(desk.app, desk.commands)
    ended = {"failures": 5, "replayed": 0, "locked_until": "2026-11-01T04:10:00.000000Z"}
    strangers = {"failures": 24, "logins": 12, "addresses": 0}
    assert sorted(summaries(desk), key=lambda one: one[0] == "") == [
        (account, ended),
        ("", strangers),
    ]
    fail(desk, "guess-0")
    log_failures(desk.app, desk.commands)
    assert len(summaries(desk)) == 2, "once a minute at the most"
    at_noon(NOON + timedelta(minutes=1))
    log_failures(desk.app, desk.commands)
    assert summaries(desk)[2:] == [("", {"failures": 1, "logins": 1, "addresses": 0})]
    log_failures(desk.app, desk.commands)
    at_noon(NOON + timedelta(minutes=2))
    log_failures(desk.app, desk.commands)
    assert len(summaries(desk)) == 3, "nothing happened"


def test_what_failed_before_a_success_is_in_the_log_too(desk: Desk) -> None:
    account = desk.account("wang")
    fail(desk, "wang", 3)
    desk.token("wang")
    log_failures(desk.app, desk.commands)
    [(stream, data)] = summaries(desk)
    assert (stream, data["failures"], data["locked_until"]) == (account, 3, None)


def test_counters_are_forgotten_and_hold_no_login(desk: Desk, at_noon: Move) -> None:
    fail(desk, "somebody", address="203.0.113.7")
    rows = desk.app.database.rows("SELECT * FROM sign_in_attempts")
    assert len(rows) == 2
    assert all(word not in str(rows) for word in ("somebody", "203.0.113"))
    log_failures(desk.app, desk.commands)
    at_noon(NOON + timedelta(days=3))
    log_failures(desk.app, desk.commands)
    assert desk.app.database.rows("SELECT * FROM sign_in_attempts") == []
