"""Who may ask, and how long the gateway believes it."""

from typing import Any

import pytest

from chassis.refusal import Kind, ServiceUnavailable
from gateway.sessions import FRESH_SECONDS, Account, Sessions
from schemas import roles

from .conftest import ACCOUNT, SUBJECT, ScriptedBus, Site, error_of, refusal

ORDERS = "/orders"


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def sessions(bus: ScriptedBus, ticks: Ticks) -> Sessions:
    bus.outcomes["who_is"] = {"result": account(roles.USER)}
    return Sessions(bus, None, 1.0, ticks, most=3)


def account(*held: str, account_id: str = ACCOUNT) -> dict[str, Any]:
    return {"account_id": account_id, "subject_id": SUBJECT, "roles": list(held), "region": None}


@pytest.mark.article(27)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer unknown-token"},
        {"Authorization": "Basic dTpw"},
        {"Authorization": "Bearer a b"},
        {"Authorization": "Bearer " + "x" * 201},
    ],
)
def test_without_a_session_nothing_that_is_not_public_is_answered(
    site: Site, headers: dict[str, str]
) -> None:
    response = site.ask("GET", ORDERS, headers=headers)
    assert error_of(response, 401)["code"] == "identity.not-signed-in"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert not site.bus.of("list_orders")


def test_the_form_of_a_body_is_refused_before_its_sender(site: Site) -> None:
    response = site.ask("POST", ORDERS, data=b"{", headers={"Content-Type": "application/json"})
    assert error_of(response, 400)["code"] == "http.json-broken"


@pytest.mark.article(7, 8)
def test_a_role_that_may_not_ask_is_refused_here(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.USER)
    error = error_of(site.ask("POST", "/appropriations", json={}, headers=headers), 403)
    assert error["code"] == "role.required"
    assert roles.HRSS_PROVINCE in error["message"]["en"]
    assert not site.bus.of("appropriate_budget")


def test_an_account_without_a_role_may_ask_what_needs_none(site: Site) -> None:
    headers = site.bus.sign_in("t1")
    site.bus.outcomes["list_orders"] = {"result": []}
    assert site.ask("GET", ORDERS, headers=headers).status_code == 200
    assert site.bus.of("list_orders")[0].context.role is None


def test_public_queries_need_no_session_and_know_who_asks_when_there_is_one(site: Site) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    headers = site.bus.sign_in("t1", roles.PROVIDER)
    for given in ({}, {"Authorization": "Bearer expired"}, headers):
        assert site.ask("GET", "/listings", headers=given).status_code == 200
    contexts = [asked.context for asked in site.bus.of("find_listings")]
    assert [context.actor for context in contexts] == ["anonymous", "anonymous", ACCOUNT]
    assert [context.role for context in contexts] == [None, None, roles.PROVIDER]


def test_public_queries_work_while_identity_is_away_and_others_say_so(site: Site) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    site.bus.outcomes["who_is"] = ServiceUnavailable(service="identity")
    headers = {"Authorization": "Bearer t1"}
    assert site.ask("GET", "/listings", headers=headers).status_code == 200
    error = error_of(site.ask("GET", ORDERS, headers=headers), 503)
    assert error["data"] == {"service": "identity"}


def test_a_token_in_the_body_of_a_sign_out_is_not_taken(site: Site) -> None:
    headers = site.bus.sign_in("t1")
    body = {"token": "someone-else's"}
    error = error_of(site.ask("POST", "/sessions/current/end", json=body, headers=headers), 422)
    assert list(error["data"]["fields"]) == ["token"]


def test_signing_out_ends_the_session_here_at_once(site: Site) -> None:
    headers = site.bus.sign_in("t1")
    site.bus.outcomes["list_orders"] = {"result": []}
    assert site.ask("GET", ORDERS, headers=headers).status_code == 200

    response = site.ask("POST", "/sessions/current/end", headers=headers)
    del site.bus.tokens["t1"]

    assert response.json() == {}
    assert site.bus.of("sign_out")[0].input == {"token": "t1"}
    error_of(site.ask("GET", ORDERS, headers=headers), 401)


def test_an_answer_is_believed_for_two_seconds(
    sessions: Sessions, bus: ScriptedBus, ticks: Ticks
) -> None:
    first = sessions.account("t1", "c")
    ticks.at += FRESH_SECONDS - 0.001
    assert sessions.account("t1", "c") is first
    assert len(bus.asked) == 1
    ticks.at += 0.001
    sessions.account("t1", "c")
    assert len(bus.asked) == 2


def test_an_unknown_token_is_asked_for_each_time(sessions: Sessions, bus: ScriptedBus) -> None:
    bus.outcomes["who_is"] = refusal("identity.session-ended", Kind.UNAUTHENTICATED)
    assert sessions.account("t1", "c") is None
    assert sessions.account("t1", "c") is None
    assert len(bus.asked) == 2


def test_a_session_that_ended_is_forgotten(
    sessions: Sessions, bus: ScriptedBus, ticks: Ticks
) -> None:
    assert sessions.account("t1", "c") is not None
    ticks.at += FRESH_SECONDS
    bus.outcomes["who_is"] = refusal("identity.session-ended", Kind.UNAUTHENTICATED)
    assert sessions.account("t1", "c") is None


def test_only_so_many_sessions_are_remembered(sessions: Sessions, bus: ScriptedBus) -> None:
    for number in range(10):
        sessions.account(f"t{number}", "c")
    bus.asked.clear()
    for number in (9, 8, 7, 0):
        sessions.account(f"t{number}", "c")
    assert len(bus.asked) == 1


@pytest.mark.parametrize("actor", ["system:identity", "system", "", "anonymous"])
def test_no_caller_becomes_a_service(actor: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        Account.parse(account(account_id=actor))
