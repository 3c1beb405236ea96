"""The second factor: set up, needed for staff, never twice the same code; recovery codes."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import eventlet
import pyotp
import pytest

from chassis.settings import Settings
from identity.application import Identity
from identity.domain.session import Session
from identity.lapsing import log_failures
from schemas import roles
from schemas.identity.api_keys import IssueApiKey
from schemas.identity.second_factor import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    GetSecurity,
    IssueRecoveryCodes,
    RemoveSecondFactor,
)
from schemas.identity.sessions import SignIn, WhoIs
from services.identity.tests.conftest import KEY, NOON, PASSWORD, Desk, Move

STEP = timedelta(seconds=30)


def sign_in(desk: Desk, login: str, code: str | None = None) -> dict[str, Any]:
    return desk.ask(SignIn, login=login, password=PASSWORD, code=code)


def code_of(outcome: dict[str, Any]) -> str:
    """What came of signing in."""
    return str(outcome["error"]["code"]) if "error" in outcome else "done"


@pytest.mark.article(27, 31)
def test_staff_without_a_second_factor_can_set_one_up_and_nothing_else(desk: Desk) -> None:
    account = desk.staff(roles.FINANCE_PROVINCE, "payer")
    session = desk.result(SignIn, login="payer", password=PASSWORD)
    assert session["enrolling"]
    assert desk.result(WhoIs, token=session["token"])["scopes"] == ["account", "enrolment"]
    needed = {"second_factor": False, "second_factor_needed": True, "recovery_codes_left": 0}
    assert desk.result(GetSecurity, account) == needed

    token, _, codes = desk.enrol("payer")

    assert desk.result(WhoIs, token=token)["scopes"] is None, "the same session, raised"
    assert len(codes) == len(set(codes)) == 10
    assert desk.result(GetSecurity, account) == {
        "second_factor": True,
        "second_factor_needed": True,
        "recovery_codes_left": 10,
    }
    assert code_of(sign_in(desk, "payer")) == "identity.code-needed"


def test_what_an_authenticator_needs_is_shown_until_it_is_confirmed(desk: Desk) -> None:
    account = desk.account("wang")
    token = desk.token("wang")
    command = "00000000-0000-4000-8000-00000000000b"
    outcome = desk.ask(EnrolSecondFactor, account, command, password=PASSWORD)
    shown = outcome["result"]
    uri = urlsplit(shown["otpauth_uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query) == {"secret": [shown["secret"]], "issuer": ["皖创云"]}
    assert "wang" not in shown["otpauth_uri"]
    assert ET.fromstring(shown["qr_svg"]).tag.endswith("svg")
    again = desk.result(EnrolSecondFactor, account, password=PASSWORD)
    assert again == shown, "the one that is under way goes on"

    code = pyotp.TOTP(shown["secret"]).at(NOON)
    desk.result(ConfirmSecondFactor, account, token=token, code=code)

    late = desk.ask(EnrolSecondFactor, account, command, password=PASSWORD)
    assert late["result"] == {"enrolment": shown["enrolment"]}, "its secret is shown no more"
    fresh = desk.result(EnrolSecondFactor, account, password=PASSWORD)
    assert fresh["secret"] != shown["secret"]


def test_setting_up_needs_the_password_and_the_right_code(desk: Desk) -> None:
    account = desk.account("wang")
    token, other = desk.token("wang"), desk.token("wang")
    assert desk.code(EnrolSecondFactor, account, password="wrong one 电池") == (
        "identity.password-wrong"
    )
    given = {"token": token, "code": "000000"}
    assert desk.code(ConfirmSecondFactor, account, **given) == "identity.nothing-to-confirm"
    secret = desk.result(EnrolSecondFactor, account, password=PASSWORD)["secret"]
    assert desk.code(ConfirmSecondFactor, account, **given) == "identity.code-refused"
    code = pyotp.TOTP(secret).at(NOON)
    stranger = desk.account("stranger")
    assert desk.code(ConfirmSecondFactor, stranger, token=other, code=code) == (
        "identity.not-signed-in"
    )
    assert code_of(sign_in(desk, "wang")) == "done", "not confirmed: not needed"
    assert desk.result(ConfirmSecondFactor, account, token=other, code=code)


@pytest.mark.article(27)
def test_a_code_opens_one_session(desk: Desk, at_noon: Move) -> None:
    desk.staff(roles.SUPERVISOR, "sup")
    _, phone, _ = desk.enrol("sup")
    assert code_of(sign_in(desk, "sup", phone.code())) == "identity.code-replayed", "it confirmed"
    at_noon(NOON + STEP)
    assert code_of(sign_in(desk, "sup", phone.code())) == "done"
    assert code_of(sign_in(desk, "sup", phone.code())) == "identity.code-replayed"
    log_failures(desk.app, desk.commands)
    [entry] = [each for each in desk.log() if each.type == "identity.AccountSignInsFailed"]
    assert (entry.data["failures"], entry.data["replayed"]) == (2, 2)


def test_of_ten_at_once_a_code_opens_one_session(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    _, phone, _ = desk.enrol("wang")
    at_noon(NOON + STEP)
    code = phone.code()
    pool = eventlet.GreenPool(4)
    outcomes = list(pool.imap(lambda _: code_of(sign_in(desk, "wang", code)), range(4)))
    assert sorted(outcomes) == ["done", *["identity.code-replayed"] * 3]


def test_a_device_may_be_half_a_minute_fast_or_slow_and_never_goes_back(
    desk: Desk, at_noon: Move
) -> None:
    desk.account("wang")
    _, phone, _ = desk.enrol("wang")
    at_noon(NOON + 10 * STEP)
    assert code_of(sign_in(desk, "wang", phone.code(-2))) == "identity.code-refused"
    assert code_of(sign_in(desk, "wang", phone.code(2))) == "identity.code-refused"
    assert code_of(sign_in(desk, "wang", phone.code(-1))) == "done"
    assert code_of(sign_in(desk, "wang", phone.code(1))) == "done"
    assert code_of(sign_in(desk, "wang", phone.code())) == "identity.code-replayed"


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "123456", "٣٣٣٣٣٣", "é" * 6])
def test_what_is_no_code_is_refused(desk: Desk, code: str) -> None:
    desk.account("wang")
    desk.enrol("wang")
    assert code_of(sign_in(desk, "wang", code)) == "identity.code-refused"


@pytest.mark.article(27, 35)
def test_a_recovery_code_opens_one_session(desk: Desk) -> None:
    account = desk.staff(roles.SUPERVISOR, "sup")
    _, _, codes = desk.enrol("sup")
    written = codes[3].lower().replace("-", " ")
    session = sign_in(desk, "sup", written)["result"]
    assert not session["enrolling"]
    found = desk.app.load(Session, session["session_id"])
    assert found.factor == "recovery"
    assert code_of(sign_in(desk, "sup", codes[3])) == "identity.code-replayed"
    assert desk.result(GetSecurity, account)["recovery_codes_left"] == 9
    assert code_of(sign_in(desk, "sup", codes[4])) == "done"


def test_new_recovery_codes_void_the_earlier_ones(desk: Desk) -> None:
    account = desk.account("wang")
    assert desk.code(IssueRecoveryCodes, account, password="wrong one 电池")
    old = desk.result(IssueRecoveryCodes, account, password=PASSWORD)["recovery_codes"]
    new = desk.result(IssueRecoveryCodes, account, password=PASSWORD)["recovery_codes"]
    assert not set(old) & set(new)
    assert code_of(sign_in(desk, "wang", old[0])) == "identity.code-refused"
    assert code_of(sign_in(desk, "wang", new[0])) == "done"


def test_a_user_can_do_without_and_staff_cannot(desk: Desk, at_noon: Move) -> None:
    account = desk.account("wang")
    _, phone, codes = desk.enrol("wang")
    at_noon(NOON + STEP)
    given = {"password": PASSWORD, "code": phone.code()}
    assert desk.result(RemoveSecondFactor, account, **given) == {}
    assert code_of(sign_in(desk, "wang")) == "done"
    assert code_of(sign_in(desk, "wang", codes[0])) == "identity.code-refused"
    assert desk.code(RemoveSecondFactor, account, **given) == "identity.second-factor-missing"
    assert desk.app.database.rows("SELECT * FROM totp_secrets") == []
    payer = desk.staff(roles.FINANCE_PROVINCE, "payer")
    _, phone, _ = desk.enrol("payer")
    given = {"password": PASSWORD, "code": phone.code(1)}
    assert desk.code(RemoveSecondFactor, payer, **given) == "identity.second-factor-required"


def test_a_new_phone_takes_the_place_of_the_old_one(desk: Desk, at_noon: Move) -> None:
    desk.staff(roles.SUPERVISOR, "sup")
    token, old, _ = desk.enrol("sup")
    account = desk.result(WhoIs, token=token)["account_id"]
    secret = desk.result(EnrolSecondFactor, account, password=PASSWORD)["secret"]
    at_noon(NOON + STEP)
    assert code_of(sign_in(desk, "sup", old.code())) == "done", "until the new one is confirmed"
    code = pyotp.TOTP(secret).at(NOON + STEP)
    desk.result(ConfirmSecondFactor, account, token=token, code=code)
    at_noon(NOON + 2 * STEP)
    assert code_of(sign_in(desk, "sup", old.code())) == "identity.code-refused"
    assert code_of(sign_in(desk, "sup", pyotp.TOTP(secret).at(NOON + 2 * STEP))) == "done"
    assert len(desk.app.database.rows("SELECT * FROM totp_secrets")) == 1


def test_secrets_and_codes_are_nowhere_in_clear(
    desk: Desk, app: Identity, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in events, outcomes, read models and private tables, nor in log lines."""
    account = desk.account("wang")
    token, phone, codes = desk.enrol("wang")
    desk.ask(SignIn, login="wang", password=PASSWORD, code="000000")
    desk.ask(SignIn, login="wang", password=PASSWORD, code=codes[0])
    tables = [
        row["tablename"]
        for row in app.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    desk.log()
    stored = "".join(
        json.dumps(app.database.rows(f"SELECT row_to_json(t)::text AS t FROM {name} t"))
        for name in tables
    )
    assert account in stored
    words = [phone.totp.secret, phone.code(), token.split(".")[1], PASSWORD, "wang", "000000"]
    printed = capsys.readouterr()
    for word in (*words, *codes, *(code.replace("-", "") for code in codes)):
        if word != "000000":
            assert word not in stored
        assert word not in printed.out + printed.err


def test_a_new_master_key_ends_neither_authenticators_nor_tokens(
    desk: Desk, settings: Settings, at_noon: Move
) -> None:
    """While the earlier key is named beside it; then the secrets are sealed anew."""
    account = desk.account("wang")
    token, phone, _ = desk.enrol("wang")
    key = desk.result(IssueApiKey, account, label="k", scopes=["matching.read"])["token"]
    rotated = replace(
        settings,
        personal_data_key=f"{'6b' * 32} {KEY}",
        personal_data_lookup_key=desk.key.lookup.hex() + desk.key.command_digests.hex(),
    )
    app = Identity(rotated)
    for each in (token, key):
        assert app.who_is(each)["account_id"] == account
    at_noon(NOON + STEP)
    assert app.sign_in("wang", PASSWORD, phone.code()).result["account_id"] == account
    assert (app.authenticators.reseal(), app.authenticators.reseal()) == (1, 0)
    app.close()
    app = Identity(replace(rotated, personal_data_key="6b" * 32))
    assert app.sign_in("wang", PASSWORD, phone.code()).result["account_id"] == account
    app.close()
