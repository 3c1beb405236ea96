"""Accounts: opened once per login, for anybody and for staff."""

from typing import Any

import eventlet
import pytest

from identity.application import Identity
from schemas import roles
from schemas.identity.accounts import GetAccount, OpenAccount, OpenStaffAccount
from services.identity.tests.conftest import PASSWORD, Desk


def test_an_account_is_opened_for_nobody_yet(desk: Desk) -> None:
    view = desk.result(OpenAccount, login="wang.wei", password=PASSWORD)
    assert view == {
        "account_id": view["account_id"],
        "subject_id": None,
        "roles": [],
        "region": None,
    }
    assert desk.result(GetAccount, actor=view["account_id"]) == view
    assert [(entry.type, entry.data) for entry in desk.log()] == [
        ("identity.AccountOpened", {"staff": False, "region": None})
    ]


@pytest.mark.parametrize("login", ["wang.wei", "WANG.wei"])
def test_a_login_is_taken_once_in_either_case(desk: Desk, login: str) -> None:
    desk.account("wang.wei")
    assert desk.code(OpenAccount, login=login, password=PASSWORD) == "identity.login-taken"


def test_of_ten_at_once_one_gets_the_login(desk: Desk) -> None:
    pool = eventlet.GreenPool(10)
    outcomes = list(
        pool.imap(lambda _: desk.ask(OpenAccount, login="wang", password=PASSWORD), range(10))
    )
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.login-taken"}
    assert desk.types() == ["AccountOpened"]
    assert desk.app.database.row("SELECT count(*) AS n FROM credentials") == {"n": 1}


def test_a_repeated_command_opens_one_account(desk: Desk) -> None:
    id_ = "00000000-0000-4000-8000-00000000000a"
    given = {"login": "wang", "password": PASSWORD}
    first = desk.ask(OpenAccount, command=id_, **given)
    assert desk.ask(OpenAccount, command=id_, **given) == first
    other = desk.ask(OpenAccount, command=id_, **{**given, "login": "wang2"})
    assert other["error"]["data"]["fields"] == ["login"]
    assert desk.types() == ["AccountOpened"]


def test_passwords_are_kept_as_argon2id_hashes(desk: Desk, app: Identity) -> None:
    accounts = [desk.account("a-1"), desk.account("a-2")]
    kept = {
        row["account_id"]: row["password_hash"]
        for row in app.database.rows("SELECT * FROM credentials")
    }
    assert set(kept) == set(accounts)
    assert all(hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for hashed in kept.values())
    assert len(set(kept.values())) == 2, "each has a salt of its own"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "ab"),
        ("login", "a" * 65),
        ("login", "王伟"),
        ("login", "a b c"),
        ("login", "abc\n"),
        ("login", 7),
        ("login", None),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "nul \x00 nul nul"),
        ("password", "half a \ud83d surrogate"),
        ("password", ["x" * 12]),
        ("role", "supervisor"),
    ],
)
def test_bad_input_is_refused_naming_the_field(desk: Desk, field: str, value: object) -> None:
    given: dict[str, Any] = {"login": "wang", "password": PASSWORD, field: value}
    outcome = desk.ask(OpenAccount, **given)
    assert outcome["error"]["code"] == "input.invalid"
    assert list(outcome["error"]["data"]["fields"]) == [field]
    assert desk.types() == []


@pytest.mark.article(7, 9)
@pytest.mark.parametrize(
    ("role", "region", "fits"),
    [
        (roles.HRSS_PROVINCE, "340000", True),
        (roles.FINANCE_PROVINCE, "340100", False),
        (roles.SUPERVISOR, "340000", True),
        (roles.OPERATOR, "340104", False),
        (roles.BUREAU, "340100", True),
        (roles.BUREAU, "340104", True),
        (roles.BUREAU, "340000", False),
        (roles.BUREAU, "349900", False),
    ],
)
def test_bureaus_are_below_the_province_and_others_in_it(
    desk: Desk, role: str, region: str, fits: bool
) -> None:
    given = {"login": "staff", "password": PASSWORD, "role": role, "region": region}
    who = "system:test"
    desk.tenure()
    if not fits:
        assert desk.code(OpenStaffAccount, who, **given) == "identity.region-unfit"
        return
    view = desk.result(OpenStaffAccount, who, **given)
    assert (view["roles"], view["region"]) == ([role], region)
    assert desk.result(GetAccount, actor=view["account_id"]) == view


def test_only_the_owner_opens_staff_accounts(desk: Desk) -> None:
    code = desk.code(
        OpenStaffAccount,
        desk.account(),
        login="staff",
        password=PASSWORD,
        role=roles.SUPERVISOR,
        region="340000",
    )
    assert code == "role.required"


@pytest.mark.parametrize("actor", ["nobody", "", "00000000-0000-4000-8000-000000000000"])
def test_who_has_no_account_is_not_signed_in(desk: Desk, actor: str) -> None:
    assert desk.code(GetAccount, actor) == "identity.not-signed-in"
