"""Dry runs over HTTP: the header, what is asked on the bus, and what the document says of it."""

from http import HTTPStatus
from typing import Any

import jsonschema_rs
import pytest

from chassis.contract import Command
from chassis.refusal import Kind
from schemas import roles
from schemas.registry import CONTRACTS

from .conftest import PREFIX, Site, error_of, refusal

BATCH = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d12"
HOLDER = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d13"
VOUCHER = {"id": HOLDER, "holder": HOLDER}
TRIED = {
    "result": {"batch_id": BATCH, "vouchers": [VOUCHER], "granted_fen": 5, "inner": "not shown"},
    "events": [{"type": "t.X", "stream": BATCH, "data": {"fen": 5}, "count": 1}],
    "rule_version": "eligibility/1",
}


def grant(site: Site, header: str) -> Any:
    headers = site.bus.sign_in("t1", roles.HRSS_PROVINCE, region="340000")
    body = {"holders": [HOLDER]}
    path = f"/batches/{BATCH}/grants"
    return site.ask("POST", path, json=body, headers={**headers, "Dry-Run": header})


def test_a_dry_run_is_asked_for_and_shown_as_one(site: Site) -> None:
    site.bus.outcomes["grant_vouchers"] = {"result": TRIED}
    response = grant(site, "true")
    assert response.status_code == HTTPStatus.OK
    assert response.headers["Dry-Run"] == "true"
    assert "Idempotency-Key" not in response.headers
    shown = {"batch_id": BATCH, "vouchers": [VOUCHER], "granted_fen": 5}
    assert response.json() == {"dry_run": True, **TRIED, "result": shown}
    assert site.bus.of("grant_vouchers")[0].payload["dry_run"] is True


def test_without_it_or_with_false_the_command_is_carried_out(site: Site) -> None:
    site.bus.outcomes["grant_vouchers"] = {"result": TRIED["result"]}
    response = grant(site, "false")
    assert "Dry-Run" not in response.headers
    assert "dry_run" not in site.bus.of("grant_vouchers")[0].payload


@pytest.mark.parametrize("header", ["", "1", "yes", "TRUE", "true, true"])
def test_another_value_is_refused_before_anything_is_asked(site: Site, header: str) -> None:
    assert error_of(grant(site, header), 400)["code"] == "command.dry-run-invalid"
    assert not site.bus.of("grant_vouchers")


def test_the_refusal_of_a_dry_run_is_the_commands_own(site: Site) -> None:
    site.bus.outcomes["grant_vouchers"] = refusal("voucher-ledger.batch-closed", Kind.CONFLICT)
    assert error_of(grant(site, "true"), 409)["code"] == "voucher-ledger.batch-closed"


def test_a_query_does_not_know_the_header(site: Site) -> None:
    site.bus.outcomes["trial_balance"] = {"result": []}
    headers = site.bus.sign_in("t1", roles.SUPERVISOR, region="340000")
    response = site.ask("GET", "/balances", headers={**headers, "Dry-Run": "what"})
    assert response.status_code == HTTPStatus.OK
    assert "dry_run" not in site.bus.of("trial_balance")[0].payload


def test_the_document_names_it_where_it_can_be_asked_and_its_answer_fits(site: Site) -> None:
    spec = site.ask("GET", "/openapi.json").json()
    said = {
        operation["operationId"]
        for item in spec["paths"].values()
        for verb, operation in item.items()
        if verb != "parameters"
        and any(each["name"] == "Dry-Run" for each in operation.get("parameters", []))
    }
    wanted = {
        contract.method()
        for contract in CONTRACTS
        if issubclass(contract, Command) and contract.http and contract.rehearsable()
    }
    assert said == wanted
    done = spec["paths"][f"{PREFIX}/batches/{{batch_id}}/grants"]["post"]["responses"]["200"]
    schema = {**done["content"]["application/json"]["schema"], "components": spec["components"]}
    site.bus.outcomes["grant_vouchers"] = {"result": TRIED}
    answer = grant(site, "true").json()
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(answer)
