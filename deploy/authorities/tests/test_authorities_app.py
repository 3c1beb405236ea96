"""What the two registries answer, and how they fail when told to."""

import logging
import time
from typing import Any

import pytest
from flask.testing import FlaskClient

from authorities import synthetic
from authorities.app import create_app
from authorities.synthetic import population

WORLD = population(person_count=20, firm_count=20)
PERSON = WORLD.persons[8]
IDENTITY = "/public-security/identity-match"
ENTERPRISE = "/market-regulation/enterprise"


@pytest.fixture
def client() -> FlaskClient:
    return create_app(WORLD, slow_seconds=0.2).test_client()


def ask_firm(place: int, **changed: str) -> dict[str, str]:
    firm = WORLD.firms[place]
    asked = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    return asked | changed


def ask_person(**changed: str) -> dict[str, str]:
    return {"name": PERSON.name, "id_number": PERSON.id_number} | changed


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "match"),
        ({"name": "张三"}, "mismatch"),
        ({"id_number": "11010519491231002X"}, "not-found"),
    ],
)
def test_identity_match(client: FlaskClient, changed: dict[str, str], outcome: str) -> None:
    response = client.post(IDENTITY, json=ask_person(**changed))
    assert (response.status_code, response.json) == (200, {"outcome": outcome})


def test_legal_representatives_are_known_as_persons(client: FlaskClient) -> None:
    firm = WORLD.firms[0]
    asked = {"name": firm.legal_representative, "id_number": firm.legal_representative_id}
    assert client.post(IDENTITY, json=asked).json == {"outcome": "match"}


@pytest.mark.parametrize(
    ("place", "ownership", "status"),
    [
        (synthetic.STATE_OWNED[0], "state-owned", "in-operation"),
        (synthetic.STATE_CONTROLLED[0], "state-controlled", "in-operation"),
        (synthetic.ABNORMAL[0], "private", "abnormal"),
        (synthetic.SERIOUS_VIOLATION[0], "private", "serious-violation"),
        (synthetic.MIXED[0], "mixed", "in-operation"),
    ],
)
def test_enterprise_match(client: FlaskClient, place: int, ownership: str, status: str) -> None:
    assert client.post(ENTERPRISE, json=ask_firm(place)).json == {
        "outcome": "match",
        "ownership": ownership,
        "status": status,
        "region": WORLD.firms[place].region,
    }


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"name": "合肥某某科技有限公司"}, "mismatch"),
        ({"legal_representative": "张三"}, "mismatch"),
        ({"uscc": "91350100M000100Y43"}, "not-found"),
    ],
)
def test_enterprise_tells_nothing_without_a_match(
    client: FlaskClient, changed: dict[str, str], outcome: str
) -> None:
    assert client.post(ENTERPRISE, json=ask_firm(0, **changed)).json == {
        "outcome": outcome,
        "ownership": None,
        "status": None,
        "region": None,
    }


def test_down_is_503_for_that_registry_only(client: FlaskClient) -> None:
    assert client.post("/control", json={"public-security": "down"}).json == {
        "public-security": "down",
        "market-regulation": "up",
    }
    response = client.post(IDENTITY, json=ask_person())
    assert response.status_code == 503
    assert response.json
    assert response.json["error"]["code"] == "unavailable"
    assert client.post(ENTERPRISE, json=ask_firm(12)).status_code == 200
    client.post("/control", json={"public-security": "up"})
    assert client.post(IDENTITY, json=ask_person()).status_code == 200


def test_garbled_is_a_page_instead_of_json(client: FlaskClient) -> None:
    client.post("/control", json={"market-regulation": "garbled"})
    response = client.post(ENTERPRISE, json=ask_firm(0))
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert not response.is_json


def test_slow_answers_late(client: FlaskClient) -> None:
    client.post("/control", json={"public-security": "slow"})
    begun = time.monotonic()
    assert client.post(IDENTITY, json=ask_person()).json == {"outcome": "match"}
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize("path", [IDENTITY, ENTERPRISE, "/control"])
@pytest.mark.parametrize(
    "body",
    [
        {"data": "not json", "content_type": "application/json"},
        {"data": "name=x", "content_type": "application/x-www-form-urlencoded"},
        {"json": ["name"]},
        {"json": {"name": "x"}},
        {"json": {"name": 1, "id_number": "1", "uscc": [], "legal_representative": {}}},
        {"json": {"public-security": "up", "market-regulation": "sideways"}},
        {"json": {"public-security": ["up"]}},
    ],
)
def test_other_forms_are_refused(client: FlaskClient, path: str, body: dict[str, Any]) -> None:
    response = client.post(path, **body)
    assert response.status_code == 400
    assert response.json
    assert set(response.json["error"]["message"]) == {"zh", "en"}


def test_extra_fields_and_empty_values_are_refused(client: FlaskClient) -> None:
    assert client.post(IDENTITY, json=ask_person(phone="1")).status_code == 400
    assert client.post(IDENTITY, json=ask_person(name="")).status_code == 400


def test_a_refused_control_changes_nothing(client: FlaskClient) -> None:
    client.post("/control", json={"public-security": "down", "market-regulation": "sideways"})
    assert client.get("/control").json == {"public-security": "up", "market-regulation": "up"}


def test_a_huge_body_is_refused(client: FlaskClient) -> None:
    response = client.post(IDENTITY, json=ask_person(name="x" * 70_000))
    assert response.status_code == 413
    assert response.is_json


def test_the_front_page_says_simulator_in_both_languages(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "模拟器" in page
    assert "simulator" in page


def test_no_personal_data_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.post(IDENTITY, json=ask_person())
    client.get(f"/public-security/{PERSON.id_number}?id_number={PERSON.id_number}")
    assert f"POST {IDENTITY} 200" in caplog.text
    assert PERSON.id_number not in caplog.text
    assert PERSON.name not in caplog.text
