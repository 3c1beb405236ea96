"""Passwords: strong ones only; changed, recovered, reset by two persons."""

from datetime import timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any

import eventlet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authorities.synthetic import Person
from chassis.domain import new_id
from identity.domain.refusals.sign_in import PasswordWeak
from identity.strength import Strength, holds_line
from schemas import roles
from schemas.identity.accounts import OpenAccount
from schemas.identity.admission import RegisterPerson
from schemas.identity.api_keys import IssueApiKey
from schemas.identity.passwords import (
    ChangePassword,
    CompletePasswordReset,
    DecidePasswordReset,
    ListPasswordResets,
    RecoverPassword,
    RequestPasswordReset,
)
from schemas.identity.second_factor import IssueRecoveryCodes
from schemas.identity.sessions import SignIn, WhoIs
from services.identity.tests.conftest import NOON, PASSWORD, Desk, Move

NEW = "quite another 马 staple"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("1234567890", "breached"),
        ("QWERTYUIOP", "breached"),
        ("PASSWORD123!", "guessable"),
        ("wanchuang2026", "guessable"),
        ("wang.xiaowei", "guessable"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "guessable"),
        ("2018-01-01!", "guessable"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(desk: Desk, password: str, reason: str) -> None:
    outcome = desk.ask(OpenAccount, login="wang.xiaowei", password=password)
    assert outcome["error"]["code"] == "identity.password-weak"
    assert outcome["error"]["data"]["reason"] == reason
    assert password not in str(outcome)
    assert desk.types() == []


def test_a_weak_password_does_not_burn_the_command_id(desk: Desk) -> None:
    id_ = new_id()
    assert desk.code(OpenAccount, command=id_, login="wang", password="1234567890")
    assert "result" in desk.ask(OpenAccount, command=id_, login="wang", password=PASSWORD)


def breached_file(folder: Path, passwords: list[str]) -> Path:
    lines = sorted(sha1(each.encode()).hexdigest().upper() + ":3" for each in passwords)
    path = folder / "pwned.txt"
    path.write_text("\r\n".join([*lines, ""]))
    return path


def test_a_file_of_breached_passwords_is_searched_where_it_lies(tmp_path: Path) -> None:
    known = [f"a long passphrase {n} 电池" for n in range(500)]
    strength = Strength(str(breached_file(tmp_path, known)))
    for password in (known[0], known[250], known[499]):
        with pytest.raises(PasswordWeak, match="breached"):
            strength.require(password)
    strength.require("a long passphrase 500 电池")
    with pytest.raises(FileNotFoundError):
        Strength(str(tmp_path / "missing.txt"))


@given(
    st.sets(st.text("0123456789ABCDEF", min_size=1, max_size=6), max_size=40),
    st.text("0123456789ABCDEF", min_size=1, max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_a_sorted_file_holds_what_it_holds(
    tmp_path_factory: pytest.TempPathFactory, lines: set[str], wanted: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_text("".join(f"{line}:1\n" for line in sorted(lines, key=lambda x: x + ":1")))
    for each in (*lines, wanted):
        assert holds_line(path, f"{each}:".encode()) == (each in lines)


@pytest.mark.article(27, 35)
def test_a_changed_password_ends_every_other_session(desk: Desk) -> None:
    account = desk.account("wang")
    here, there = desk.token("wang"), desk.token("wang")
    given = {"token": here, "new_password": NEW}
    wrong = desk.code(ChangePassword, account, password="wrong one 电池", **given)
    assert wrong == "identity.password-wrong"
    weak = {**given, "new_password": "1234567890"}
    assert desk.code(ChangePassword, account, password=PASSWORD, **weak) == (
        "identity.password-weak"
    )
    assert desk.result(ChangePassword, account, password=PASSWORD, **given) == {}
    assert desk.result(WhoIs, token=here)
    assert desk.code(WhoIs, token=there) == "identity.not-signed-in"
    assert desk.code(SignIn, login="wang", password=PASSWORD) == "identity.sign-in-failed"
    assert desk.result(SignIn, login="wang", password=NEW)
    told = ["AccountPasswordChanged", "SessionUsedAfterEnd", "SessionOpened"]
    assert desk.types()[-3:] == told


def test_a_session_that_was_being_opened_with_the_old_password_is_void(desk: Desk) -> None:
    """Decided before the change, written after it."""
    account = desk.account("wang")
    here = desk.token("wang")
    decision = desk.app.sign_in("wang", PASSWORD)
    desk.result(ChangePassword, account, token=here, password=PASSWORD, new_password=NEW)
    desk.app.write(decision)
    token = desk.app.tokens.issue(decision.result["session_id"])
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.result(WhoIs, token=here)


def test_the_password_is_guessed_in_a_session_no_more_often_than_at_the_door(desk: Desk) -> None:
    account = desk.account("wang")
    given = {"token": desk.token("wang"), "new_password": NEW}
    codes = [
        desk.code(ChangePassword, account, password=f"wrong {n}!!!!", **given) for n in range(6)
    ]
    assert codes == ["identity.password-wrong"] * 5 + ["identity.sign-in-locked"]


@pytest.mark.article(35)
def test_a_recovery_code_sets_a_new_password_and_ends_everything(desk: Desk) -> None:
    account = desk.account("wang")
    token = desk.token("wang")
    key = desk.result(IssueApiKey, account, label="k", scopes=["matching.read"])["token"]
    [code, *_] = desk.result(IssueRecoveryCodes, account, password=PASSWORD)["recovery_codes"]
    given = {"login": "wang", "new_password": NEW}
    assert desk.result(RecoverPassword, code=code, **given) == {}
    for each in (token, key):
        assert desk.code(WhoIs, token=each) == "identity.not-signed-in"
    assert desk.result(SignIn, login="wang", password=NEW)
    assert desk.code(RecoverPassword, code=code, **given) == "identity.recovery-failed"


def test_nobody_learns_by_recovering_who_has_an_account(desk: Desk) -> None:
    desk.account("wang")
    given = {"code": "AAAA-AAAA-AAAA-AAAA", "new_password": NEW}
    known = desk.ask(RecoverPassword, login="wang", **given)
    unknown = desk.ask(RecoverPassword, login="nobody", **given)
    assert known == unknown
    assert known["error"]["code"] == "identity.recovery-failed"


def requested(desk: Desk, by: str, login: str, **given: Any) -> str:
    return str(
        desk.result(RequestPasswordReset, by, login=login, grounds="forgotten", **given)["id"]
    )


@pytest.mark.article(27, 35)
def test_two_of_staff_reset_a_password(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    token = desk.token("wang")
    helper, one, two = desk.acting_as(roles.OPERATOR), desk.account(), desk.account()
    reset = requested(helper, one, "wang")
    assert helper.code(DecidePasswordReset, one, reset_id=reset, approve=True) == (
        "identity.second-person-needed"
    )
    decided = helper.result(DecidePasswordReset, two, reset_id=reset, approve=True)
    assert desk.result(WhoIs, token=token), "not before the holder uses the ticket"
    given = {"ticket": decided["ticket"], "new_password": NEW}
    assert desk.result(CompletePasswordReset, **given) == {}
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.result(SignIn, login="wang", password=NEW)
    assert desk.code(CompletePasswordReset, **given) == "identity.ticket-invalid"
    [shown] = helper.rows(ListPasswordResets, one)
    assert (shown["id"], shown["state"]) == (reset, "completed")


def test_a_ticket_is_good_for_a_day_and_made_by_nobody(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    helper, one, two = desk.acting_as(roles.OPERATOR), desk.account(), desk.account()
    reset = requested(helper, one, "wang")
    made_up = {"ticket": desk.app.tokens.issue(reset), "new_password": NEW}
    assert desk.code(CompletePasswordReset, **made_up) == "identity.ticket-invalid"
    early = {"ticket": desk.app.tickets.issue(reset), "new_password": NEW}
    assert desk.code(CompletePasswordReset, **early) == "identity.ticket-invalid"
    helper.result(DecidePasswordReset, two, reset_id=reset, approve=True)
    at_noon(NOON + timedelta(hours=24))
    assert desk.code(CompletePasswordReset, **early) == "identity.ticket-invalid"


def test_two_who_decide_at_once_do_not_both_decide(desk: Desk) -> None:
    desk.account("wang")
    helper = desk.acting_as(roles.OPERATOR)
    reset = requested(helper, desk.account(), "wang")
    deciders = [desk.account() for _ in range(6)]
    pool = eventlet.GreenPool(6)
    outcomes = list(
        pool.imap(
            lambda n: helper.ask(
                DecidePasswordReset, deciders[n], reset_id=reset, approve=n % 2 == 0
            ),
            range(6),
        )
    )
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.reset-decided"}
    refused = [entry for entry in desk.log() if entry.type == "identity.CommandRefused"]
    assert len(refused) == 5
    assert {entry.event["actor"] for entry in refused} < set(deciders)


def test_nobody_resets_their_own_password_and_others_not_that_of_staff(desk: Desk) -> None:
    owner, other = (desk.staff(roles.HRSS_PROVINCE, login) for login in ("a-owner", "b-owner"))
    province, helper = desk.acting_as(roles.HRSS_PROVINCE), desk.acting_as(roles.OPERATOR)
    given = {"login": "a-owner", "grounds": "lost-device", "second_factor": True}
    assert province.code(RequestPasswordReset, owner, **given) == "identity.own-reset"
    assert helper.code(RequestPasswordReset, desk.account(), **given) == "identity.reset-forbidden"
    reset = str(province.result(RequestPasswordReset, other, **given)["id"])
    assert province.code(DecidePasswordReset, owner, reset_id=reset, approve=True) == (
        "identity.own-reset"
    )
    third = desk.staff(roles.HRSS_PROVINCE)
    desk.enrol("a-owner")
    ticket = province.result(DecidePasswordReset, third, reset_id=reset, approve=True)["ticket"]
    desk.result(CompletePasswordReset, ticket=ticket, new_password=NEW)
    session = desk.result(SignIn, login="a-owner", password=NEW)
    assert session["enrolling"], "the lost device counts no more"


@pytest.mark.article(9)
def test_a_bureau_helps_people_of_its_region_and_an_event_says_who_tried_beyond(
    desk: Desk, person: Person
) -> None:
    account = desk.account("wang")
    view = desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    city = view["region"]
    other = "340100" if city != "340100" else "340200"
    here = desk.acting_as(roles.BUREAU, city)
    there = desk.acting_as(roles.BUREAU, other)
    given = {"login": "wang", "grounds": "forgotten"}
    outsider = desk.account()
    assert there.code(RequestPasswordReset, outsider, **given) == "region.outside"
    refused = desk.log()[-1]
    assert refused.type == "identity.CommandRefused"
    assert refused.data["code"] == "region.outside"
    assert refused.event["actor"] == outsider
    reset = requested(here, desk.account(), "wang")
    assert there.code(DecidePasswordReset, desk.account(), reset_id=reset, approve=True) == (
        "region.outside"
    )
    assert [row["id"] for row in here.rows(ListPasswordResets, desk.account())] == [reset]
    assert there.rows(ListPasswordResets, desk.account()) == []
    unverified = desk.account("nobody-yet")
    assert unverified
    assert here.code(RequestPasswordReset, outsider, login="nobody-yet", grounds="forgotten") == (
        "region.outside"
    ), "who has no region is the province's"
