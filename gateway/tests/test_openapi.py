"""The OpenAPI document, against real payloads and the routes that there are."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from marshmallow import ValidationError

from chassis.refusal import Kind
from gateway.names import ROLES, SERVICES
from schemas import roles
from schemas.registry import CONTRACTS

from .conftest import ACCOUNT, PREFIX, ScriptedBus, Serve, Site, refusal

ROUTED = [contract for contract in CONTRACTS if contract.http]
NAMED = pytest.mark.parametrize("contract", ROUTED, ids=lambda contract: contract.__name__)
Spec = dict[str, Any]


def has_body(contract: Any) -> bool:
    """Whether anything but the path and the token is to be given."""
    return any(
        f":{name}>" not in contract.http and not field.metadata.get("given")
        for name, field in contract().fields.items()
    )


@pytest.fixture
def spec(site: Site) -> Spec:
    response = site.ask("GET", "/openapi.json")
    assert response.headers["Content-Type"] == "application/json"
    found: Spec = json.loads(response.content)
    return found


def operation_of(spec: Spec, contract: Any) -> dict[str, Any]:
    verb, path = contract.http.split(" ")
    item = spec["paths"][PREFIX + re.sub(r"<\w+:(\w+)>", r"{\1}", path)]
    found: dict[str, Any] = item[verb.lower()]
    every = [*item.get("parameters", []), *found.get("parameters", [])]
    return {**found, "parameters": list({one["name"]: one for one in every}.values())}


def valid(spec: Spec, schema: dict[str, Any], value: Any) -> bool:
    whole = {**schema, "components": spec["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(value)


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = operation["requestBody"]["content"]["application/json"]
    return found


def test_it_is_openapi_31_with_every_route_and_no_other(spec: Spec) -> None:
    assert spec["openapi"] == "3.1.0"
    said = {
        (verb, path)
        for path, item in spec["paths"].items()
        for verb in item
        if verb != "parameters"
    }
    assert len(said) == len(ROUTED)
    for contract in ROUTED:
        assert operation_of(spec, contract)["operationId"] == contract.method()


def test_every_reference_leads_somewhere(spec: Spec) -> None:
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(spec))):
        found: Any = spec
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_patterns_are_ecmascript(spec: Spec) -> None:
    assert "\\\\Z" not in json.dumps(spec)


@NAMED
def test_an_operation_says_what_its_contract_says(spec: Spec, contract: Any) -> None:
    operation = operation_of(spec, contract)
    assert operation["summary"] == " / ".join(contract.summary)
    assert operation["tags"] == [contract.service]
    assert operation["x-articles"] == list(contract.articles)
    assert operation.get("x-roles", []) == sorted(contract.allowed)
    assert ({} in operation["security"]) == contract.public
    assert {"200", "422", "503", "default"} <= operation["responses"].keys()
    declared = set(contract().fields)
    named = {one["name"] for one in operation["parameters"] if one["in"] != "header"}
    if "requestBody" in operation:
        schema = body_of(operation)["schema"]
        named |= set(spec["components"]["schemas"][schema["$ref"].split("/")[-1]]["properties"])
    token = {name for name, one in contract().fields.items() if one.metadata.get("given")}
    assert named == declared - token


@NAMED
def test_its_examples_fit_both_the_document_and_the_contract(spec: Spec, contract: Any) -> None:
    operation = operation_of(spec, contract)
    given: dict[str, Any] = {}
    for parameter in operation["parameters"]:
        if parameter["in"] != "header":
            assert valid(spec, parameter["schema"], parameter["example"]), parameter
            given[parameter["name"]] = parameter["example"]
    if "requestBody" in operation:
        body = body_of(operation)
        assert valid(spec, body["schema"], body["example"])
        given |= body["example"]
    for name, field in contract().fields.items():
        if field.metadata.get("given") == "bearer":
            given[name] = "token"
    contract.parse(given)


WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**16,
    1.5,
    "",
    "x",
    "x" * 5000,
    [],
    ["x"],
    {},
    {"a": 1},
)
"""Values of every type, most of them wrong for most fields."""


@pytest.mark.parametrize(
    "contract",
    [contract for contract in ROUTED if not contract.http.startswith("GET") and has_body(contract)],
    ids=lambda contract: contract.__name__,
)
def test_what_the_document_refuses_the_contract_refuses_too(spec: Spec, contract: Any) -> None:
    """The document never promises less than is taken, and what it forbids is refused."""
    operation = operation_of(spec, contract)
    body = body_of(operation)
    for name in body["example"]:
        for wrong in WRONG:
            changed = {**body["example"], name: wrong}
            if not valid(spec, body["schema"], changed):
                rest = {
                    one["name"]: ACCOUNT for one in operation["parameters"] if one["in"] == "path"
                }
                with pytest.raises(ValidationError):
                    contract.parse({**changed, **rest})


def test_real_answers_fit_it(spec: Spec, site: Site) -> None:
    voucher = {
        "id": ACCOUNT,
        "batch_id": ACCOUNT,
        "holder": ACCOUNT,
        "region": "340100",
        "state": "claimed",
        "face_fen": 300_000,
        "available_fen": 200_000,
        "reserved_fen": 100_000,
        "redeemed_fen": 0,
        "use_by": "2026-12-31",
        "hidden": "a column that no view names",
    }
    headers = site.bus.sign_in("t1", roles.USER)
    site.bus.outcomes["list_vouchers"] = {"result": [voucher]}
    site.bus.outcomes["get_voucher"] = {"result": voucher}
    for path, item in (
        ("/vouchers", "/vouchers"),
        (f"/vouchers/{ACCOUNT}", "/vouchers/{voucher_id}"),
    ):
        shown = spec["paths"][PREFIX + item]["get"]["responses"]["200"]["content"]
        schema = shown["application/json"]["schema"]
        answer = site.ask("GET", path, headers=headers).json()
        assert answer
        assert valid(spec, schema, answer)
        assert not valid(spec, schema, voucher)


def test_real_errors_fit_it(spec: Spec, site: Site) -> None:
    schema = {"$ref": "#/components/schemas/ErrorAnswer"}
    site.bus.outcomes["get_listing"] = refusal("a.b", Kind.CONFLICT, fen=1)
    for path in ("/nowhere", "/orders", f"/listings/{ACCOUNT}", "/listings?limit=x"):
        answer = site.ask("GET", path).json()
        assert valid(spec, schema, answer)
    assert not valid(spec, schema, {"error": {"code": "a"}})


def test_every_service_and_role_has_its_names() -> None:
    assert {contract.service for contract in CONTRACTS} == SERVICES.keys()
    assert ROLES.keys() == roles.ALL


def test_two_sites_in_one_process_have_one_document(serve: Serve) -> None:
    first, second = (serve(ScriptedBus()).ask("GET", "/openapi.json").content for _ in range(2))
    assert first == second
