"""Which role somebody acts in, what a restricted token is for, and where a request comes from."""

import pytest

from chassis.refusal import Kind
from gateway.request import ADDRESS, Proxies, agent
from schemas import roles

from .conftest import ScriptedBus, Serve, Site, error_of, refusal

ORDERS = "/orders"


@pytest.mark.article(3)
def test_who_holds_several_roles_chooses_the_one_to_act_in(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.USER, roles.PROVIDER)
    site.bus.outcomes["list_orders"] = {"result": []}
    for chosen in (None, roles.USER, roles.PROVIDER):
        given = {**headers, "Acting-Role": chosen} if chosen else headers
        assert site.ask("GET", ORDERS, headers=given).status_code == 200
    used = [asked.context.role for asked in site.bus.of("list_orders")]
    assert used == [roles.PROVIDER, roles.USER, roles.PROVIDER], (
        "by default the first of the alphabet"
    )


def test_the_default_is_the_first_role_that_may(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.USER, roles.PROVIDER)
    site.ask("POST", f"{ORDERS}/{'0' * 8}-0000-4000-8000-{'0' * 12}/acceptance", headers=headers)
    assert site.bus.of("accept_order")[0].context.role == roles.USER


@pytest.mark.article(7)
@pytest.mark.parametrize("role", [roles.OPERATOR, "USER", "user, provider", "x" * 900])
def test_a_role_that_is_not_held_is_refused(site: Site, role: str) -> None:
    headers = {**site.bus.sign_in("t1", roles.USER), "Acting-Role": role}
    for path in (ORDERS, "/listings"):
        error = error_of(site.ask("GET", path, headers=headers), 403)
        assert error["code"] == "role.not-held"
    assert not site.bus.of("list_orders")
    assert len(site.bus.of("who_is")) == 3, "identity is asked anew: it may just have been granted"


def test_a_chosen_role_must_be_allowed_too(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.HRSS_PROVINCE, roles.EMPLOYMENT_PROVINCE)
    chosen = {**headers, "Acting-Role": roles.EMPLOYMENT_PROVINCE}
    error = error_of(site.ask("POST", "/appropriations", json={}, headers=chosen), 403)
    assert error["code"] == "role.required"


@pytest.mark.article(27)
def test_who_acts_on_one_of_several_authorisations_names_it(site: Site) -> None:
    named = "00000000-0000-4000-8000-000000000008"
    headers = site.bus.sign_in("t1", roles.GOVERNMENT_SERVICE, roles.BUREAU)
    body = {"login": "wang", "reason": "本人到窗口核验身份"}

    def release(role: str, authority: str | None) -> int:
        given = {**headers, "Acting-Role": role}
        given |= {"Acting-Authority": authority} if authority else {}
        return site.ask("POST", "/sign-in-locks/release", json=body, headers=given).status_code

    assert release(roles.GOVERNMENT_SERVICE, named) == 200
    assert release(roles.GOVERNMENT_SERVICE, None) == 200, "the service refuses it, with an entry"
    assert release(roles.BUREAU, named) == 200
    used = [asked.context.authority for asked in site.bus.of("release_lock")]
    assert used == [named, None, None], "no other role stands on what its holder says"
    assert release(roles.GOVERNMENT_SERVICE, "everything") == 422


@pytest.mark.article(7)
def test_a_role_brings_what_it_stands_on_and_no_other_does(site: Site) -> None:
    held = {roles.OPERATOR: "00000000-0000-4000-8000-000000000007"}
    headers = site.bus.sign_in("t1", roles.OPERATOR, roles.USER, authorities=held)
    site.bus.outcomes["list_orders"] = {"result": []}
    for chosen in (roles.OPERATOR, roles.USER):
        site.ask("GET", ORDERS, headers={**headers, "Acting-Role": chosen})
    used = [asked.context.authority for asked in site.bus.of("list_orders")]
    assert used == [held[roles.OPERATOR], None]


def restricted(site: Site, *scopes: str) -> dict[str, str]:
    headers = site.bus.sign_in("t1", roles.USER)
    site.bus.tokens["t1"]["scopes"] = list(scopes)
    return headers


@pytest.mark.article(27, 34)
def test_an_api_key_does_what_its_scopes_say(site: Site) -> None:
    headers = restricted(site, "account", "matching.read")
    for method in ("list_orders", "find_listings", "get_account"):
        site.bus.outcomes[method] = {"result": [] if method != "get_account" else {}}
    assert site.ask("GET", ORDERS, headers=headers).status_code == 200
    assert site.ask("GET", "/accounts/me", headers=headers).status_code == 200
    assert site.ask("GET", "/listings", headers=headers).status_code == 200, "public"
    for verb, path in (("POST", ORDERS), ("GET", "/vouchers"), ("GET", "/sessions")):
        body: dict[str, object] | None = {} if verb == "POST" else None
        error = error_of(site.ask(verb, path, headers=headers, json=body), 403)
        assert error["code"] == "scope.required"
    assert error["data"] == {"scope": "identity.read"}


@pytest.mark.article(27, 31)
def test_staff_without_a_second_factor_are_told_to_set_one_up(site: Site) -> None:
    headers = restricted(site, "account", "enrolment")
    error = error_of(site.ask("GET", ORDERS, headers=headers), 403)
    assert error["code"] == "identity.second-factor-needed"
    site.bus.outcomes["enrol_second_factor"] = {"result": {"enrolment": None}}
    body = {"password": "a passphrase of one's own"}
    answer = site.ask("POST", "/accounts/me/second-factor", json=body, headers=headers)
    assert answer.status_code == 200
    assert site.ask("POST", "/sessions/current/end", headers=headers).status_code == 200


def test_what_is_tried_too_often_says_how_long_to_wait(site: Site) -> None:
    site.bus.outcomes["sign_in"] = refusal("identity.sign-in-locked", Kind.THROTTLED, seconds=600)
    body = {"login": "wang", "password": "some password 电池"}
    response = site.ask("POST", "/sessions", json=body)
    assert error_of(response, 429)["code"] == "identity.sign-in-locked"
    assert response.headers["Retry-After"] == "600"


def test_the_gateway_says_where_a_sign_in_comes_from(site: Site) -> None:
    body = {"login": "wang", "password": "some password 电池"}
    headers = {"User-Agent": "Browser/1.0 (测试)", "X-Forwarded-For": "203.0.113.7"}
    site.ask("POST", "/sessions", json=body, headers={k: v.encode() for k, v in headers.items()})
    [asked] = site.bus.of("sign_in")
    assert asked.input["address"] == "127.0.0.1"
    assert asked.input["device"].startswith("Browser/1.0 (")
    assert asked.input["device"].isascii()
    sealed = asked.payload["input"]
    assert "127.0.0.1" not in str(sealed)
    assert "Browser" not in str(sealed)
    for name in ("address", "device"):
        error = error_of(site.ask("POST", "/sessions", json={**body, name: "x"}), 422)
        assert list(error["data"]["fields"]) == [name]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.9.9.9, 203.0.113.7", "203.0.113.7"),
        (2, "10.9.9.9, 203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "x" * 200, "x" * 64),
    ],
)
def test_only_our_own_proxies_are_believed(proxies: int, forwarded: str | None, found: str) -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1"}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    Proxies(lambda _environ, _start: [], proxies)(environ, None)
    assert environ[ADDRESS] == found


def test_a_program_without_a_name_has_none() -> None:
    assert agent({}) is None
    assert agent({"HTTP_USER_AGENT": " \t "}) is None


def test_proxies_are_a_setting(serve: Serve, bus: ScriptedBus) -> None:
    site = serve(bus)
    site.ask("POST", "/sessions", json={"login": "wang", "password": "some password 电池"})
    assert bus.of("sign_in")[0].input["address"] == "127.0.0.1"
