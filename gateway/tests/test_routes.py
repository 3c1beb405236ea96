"""What a request becomes on the bus, and what an outcome becomes over HTTP."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from chassis.contract import Choice, Command, Query, View
from chassis.refusal import Kind, ServiceUnavailable
from gateway.endpoint import Bus, Endpoint
from gateway.examples import example_input
from gateway.sessions import Sessions
from schemas import roles
from schemas.registry import CONTRACTS

from .conftest import ACCOUNT, KEY, PREFIX, SUBJECT, ScriptedBus, Site, error_of, refusal

BATCH = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d12"
HOLDER = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d13"
COMMAND = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d14"
ROUTED = [contract for contract in CONTRACTS if contract.http]
ACCOUNT_RESULT: dict[str, object] = {
    "account_id": ACCOUNT,
    "subject_id": None,
    "roles": [],
    "region": None,
}


def test_a_command_becomes_one_call_with_its_body_its_path_and_its_id(site: Site) -> None:
    site.bus.outcomes["grant_vouchers"] = {
        "result": {"batch_id": BATCH, "vouchers": [], "granted_fen": 5, "inner": "not shown"}
    }
    headers = site.bus.sign_in("t1", roles.HRSS_PROVINCE, region="340000")
    response = site.ask(
        "POST",
        f"/batches/{BATCH.upper()}/grants",
        json={"holders": [HOLDER]},
        headers={**headers, "Idempotency-Key": COMMAND},
    )

    assert response.status_code == HTTPStatus.OK
    assert response.json() == {"batch_id": BATCH, "vouchers": [], "granted_fen": 5}
    assert response.headers["Idempotency-Key"] == COMMAND
    [asked] = site.bus.of("grant_vouchers")
    assert asked.service == "voucher-ledger"
    assert asked.payload == {
        "input": {"batch_id": BATCH, "holders": [HOLDER]},
        "command_id": COMMAND,
    }
    assert asked.timeout == 4.5


def test_the_context_says_who_asks_in_which_role_for_which_region(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.USER, roles.BUREAU, roles.SUPERVISOR, region="340100")
    response = site.ask("GET", "/balances", headers=headers)

    [asked] = site.bus.of("trial_balance")
    assert (asked.context.actor, asked.context.subject) == (ACCOUNT, SUBJECT)
    assert (asked.context.role, asked.context.region) == (roles.BUREAU, "340100")
    assert asked.context.correlation == response.headers["X-Correlation-Id"]
    assert "command_id" not in asked.payload


def test_the_gateway_makes_a_command_id_when_there_is_none(site: Site) -> None:
    site.bus.outcomes["open_account"] = {"result": ACCOUNT_RESULT}
    body = {"login": "somebody", "password": "long enough, surely"}
    response = site.ask("POST", "/accounts", json=body)

    made = response.headers["Idempotency-Key"]
    assert str(UUID(made)) == made
    assert site.bus.of("open_account")[0].payload["command_id"] == made


@pytest.mark.parametrize("given", ["", "1", "x" * 36, COMMAND + "0", "{" + COMMAND + "}"])
def test_a_malformed_command_id_is_refused_before_anything_is_asked(site: Site, given: str) -> None:
    response = site.ask("POST", "/accounts", json={}, headers={"Idempotency-Key": given})
    assert error_of(response, 400)["code"] == "command.id-invalid"
    assert not site.bus.asked


def test_personal_fields_travel_sealed_and_nothing_else_does(site: Site) -> None:
    site.bus.outcomes["open_account"] = {"result": ACCOUNT_RESULT}
    body = {"login": "somebody", "password": "long enough, surely"}
    site.ask("POST", "/accounts", json=body)

    [asked] = site.bus.of("open_account")
    assert all(value.startswith("sealed:1:") for value in asked.payload["input"].values())
    assert asked.input == body


def test_the_token_travels_sealed_too(site: Site) -> None:
    headers = site.bus.sign_in("t1")
    site.bus.outcomes["get_account"] = {"result": ACCOUNT_RESULT}
    site.ask("GET", "/accounts/me", headers=headers)
    [asked] = site.bus.of("who_is")
    assert asked.payload["input"]["token"].startswith("sealed:1:")
    assert asked.context.actor == "system:gateway"


def test_query_parameters_become_what_the_fields_expect(site: Site) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    query = f"?limit=7&vouchers=true&text=%E8%B4%A2%E7%A8%8E&after={BATCH}"
    assert site.ask("GET", "/listings" + query).json() == []
    assert site.bus.of("find_listings")[0].input == {
        "category": None,
        "region": None,
        "text": "财税",
        "vouchers": True,
        "after": BATCH,
        "limit": 7,
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1.5", "limit"),
        ("limit=%EF%BC%97", "limit"),
        ("limit=7&limit=8", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("vouchers=yes", "vouchers"),
        ("region=110000", "region"),
        ("text=", "text"),
        ("text=%00", "text"),
        ("after=not-an-id", "after"),
        ("colour=blue", "colour"),
        ("x" * 100 + "=1", "x" * 64),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(site: Site, query: str, field: str) -> None:
    error = error_of(site.ask("GET", "/listings?" + query), 422)
    assert error["code"] == "input.invalid"
    assert list(error["data"]["fields"]) == [field]
    [text] = error["data"]["fields"][field]
    assert " / " in text
    assert not site.bus.asked


@pytest.mark.parametrize("query", ["text=%ff", "&".join(f"a{n}=1" for n in range(65))])
def test_a_query_string_that_cannot_be_read_is_refused(site: Site, query: str) -> None:
    assert error_of(site.ask("GET", "/listings?" + query), 400)["code"] == "http.query-broken"


def test_a_command_takes_no_query_string(site: Site) -> None:
    error = error_of(site.ask("POST", "/accounts?login=x", json={}), 422)
    assert error["data"]["fields"]["login"][0].startswith("未知参数")


def test_wrong_fields_are_named_in_both_languages_before_anything_is_asked(site: Site) -> None:
    body = {"login": 5, "passwort": "x", "password": None}
    error = error_of(site.ask("POST", "/accounts", json=body), 422)
    assert error["code"] == "input.invalid"
    assert error["data"]["fields"] == {
        "login": ["应为文本 / Not a valid string."],
        "password": ["不能为空 / Field may not be null."],
        "passwort": ["未知字段 / Unknown field."],
    }
    assert not site.bus.asked


def test_the_path_cannot_be_contradicted_by_the_body(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.HRSS_PROVINCE)
    body = {"batch_id": HOLDER, "holders": [HOLDER]}
    error = error_of(site.ask("POST", f"/batches/{BATCH}/grants", json=body, headers=headers), 422)
    assert list(error["data"]["fields"]) == ["batch_id"]


def test_a_list_longer_than_its_contract_says_is_not_even_looked_through(site: Site) -> None:
    headers = site.bus.sign_in("t1", roles.HRSS_PROVINCE)
    body = {"holders": ["x"] * 501}
    error = error_of(site.ask("POST", f"/batches/{BATCH}/grants", json=body, headers=headers), 422)
    assert error["data"]["fields"] == {"holders": ["至多 500 项 / At most 500 items."]}


def test_a_great_many_unknown_fields_make_a_small_answer(site: Site) -> None:
    body = {f"{number:05d}" + "y" * 80: 1 for number in range(5000)}
    response = site.ask("POST", "/accounts", json=body)
    fields = error_of(response, 422)["data"]["fields"]
    assert len(response.content) < 10_000
    assert len(fields) < 30
    assert max(map(len, fields)) == 64


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Kind.INVALID, 422),
        (Kind.MALFORMED, 400),
        (Kind.UNAUTHENTICATED, 401),
        (Kind.FORBIDDEN, 403),
        (Kind.NOT_FOUND, 404),
        (Kind.CONFLICT, 409),
        (Kind.UNAVAILABLE, 503),
    ],
)
def test_a_refusal_is_answered_by_its_kind(site: Site, kind: Kind, status: int) -> None:
    site.bus.outcomes["get_listing"] = refusal("catalog.some-reason", kind, fen=5)
    response = site.ask("GET", f"/listings/{BATCH}")
    error = error_of(response, status)
    assert (error["code"], error["data"]) == ("catalog.some-reason", {"fen": 5})
    assert error["message"] == {"zh": "不行", "en": "No"}
    assert ("Retry-After" in response.headers) == (status == 503)
    assert ("WWW-Authenticate" in response.headers) == (status == 401)


def test_a_refused_command_says_its_id_too(site: Site) -> None:
    site.bus.outcomes["open_account"] = refusal("identity.login-taken", Kind.CONFLICT)
    body = {"login": "somebody", "password": "long enough, surely"}
    response = site.ask("POST", "/accounts", json=body, headers={"Idempotency-Key": COMMAND})
    error_of(response, 409)
    assert response.headers["Idempotency-Key"] == COMMAND


def test_a_service_that_is_away_is_named(site: Site) -> None:
    site.bus.outcomes["get_listing"] = ServiceUnavailable(service="catalog")
    error = error_of(site.ask("GET", f"/listings/{BATCH}"), 503)
    assert error["code"] == "service.unavailable"
    assert error["data"] == {"service": "catalog"}
    assert "catalog" in error["message"]["zh"]
    assert "catalog" in error["message"]["en"]


def test_a_fault_of_ours_tells_nothing_but_a_code(site: Site) -> None:
    site.bus.outcomes["get_listing"] = RuntimeError("secret detail")
    response = site.ask("GET", f"/listings/{BATCH}")
    assert error_of(response, 500)["code"] == "gateway.fault"
    assert "secret" not in response.text


@pytest.mark.parametrize(
    "contract", [c for c in ROUTED if not c.addressee], ids=lambda contract: contract.__name__
)
def test_every_contract_has_its_route(contract: Any, site: Site) -> None:
    """Asked with its own example by a caller who may, each contract reaches its service."""
    headers = site.bus.sign_in("t1", *sorted(contract.allowed or {roles.USER}))
    result: Any = [] if contract.is_list else {}
    if contract.raw is not None:
        result = {contract.raw.field: "content"}
    site.bus.outcomes[contract.method()] = {"result": result}
    endpoint = Endpoint(contract, Bus(site.bus, Sessions(site.bus, None, 1.0), None, 1.0))
    example = example_input(contract)
    path = contract.http.split(" ")[1]
    for name in endpoint.path_fields:
        path = path.replace(f"<uuid:{name}>", str(example[name]))
        path = path.replace(f"<string:{name}>", str(example[name]))
    body = {name: value for name, value in example.items() if name in endpoint.fields}
    given = {"params": body} if endpoint.verb == "GET" else {"json": body}

    response = site.ask(endpoint.verb, path, headers=headers, **given)

    assert response.status_code == HTTPStatus.OK, response.text
    [asked] = site.bus.of(contract.method())
    assert asked.service == contract.service
    assert ("command_id" in asked.payload) == issubclass(contract, Command)


class ThingView(View):
    kind = Choice("a", "b")


class FindThings(Query):
    service = "things"
    http = "GET /things/<string:kind>"
    deadline = 30.0
    public = True
    is_list = True
    view = ThingView
    articles = ()
    summary = ("查找", "Find")

    kind = Choice("a", "b", required=True)


def test_a_new_contract_needs_no_line_here(bus: ScriptedBus) -> None:
    endpoint = Endpoint(FindThings, Bus(bus, Sessions(bus, None, 1.0), None, 1.0))
    assert (endpoint.rule, endpoint.name) == (f"{PREFIX}/things/<string:kind>", "find_things")
    assert (endpoint.path_fields, endpoint.fields) == (("kind",), {})
    assert endpoint.deadline == 30.0


def test_a_path_that_names_no_field_is_a_mistake(bus: ScriptedBus) -> None:
    class Broken(FindThings):
        http = "GET /things/<uuid:thing_id>"

    with pytest.raises(TypeError, match="thing_id"):
        Endpoint(Broken, Bus(bus, Sessions(bus, None, 1.0), bytes.fromhex(KEY), 1.0))
