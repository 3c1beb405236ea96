"""What the registries answer, and how they fail when told to."""

import json
import logging
import time
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask.testing import FlaskClient

from authorities import synthetic
from authorities.app import create_app
from authorities.net_id import NetId
from authorities.synthetic import Person, Population, population

WORLD = population(person_count=20, firm_count=20)
PERSON = WORLD.persons[8]
IDENTITY = "/public-security/identity-match"
ENTERPRISE = "/market-regulation/enterprise"
LISTS = "/market-regulation/lists"
INSTITUTION = "/institution-registration/institution"
ATTESTATIONS = "/net-id/attestations"
UP = dict.fromkeys(
    ("public-security", "market-regulation", "institution-registration", "net-id"), "up"
)


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
        "established_on": WORLD.firms[place].established_on.isoformat(),
        "size": WORLD.firms[place].size,
        "representative_number": WORLD.firms[place].legal_representative_id,
        "shareholder_numbers": [WORLD.firms[place].legal_representative_id],
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
        "established_on": None,
        "size": None,
        "representative_number": None,
        "shareholder_numbers": None,
    }


def test_lists_say_where_a_firm_stands(client: FlaskClient) -> None:
    for place, outcome in ((4, "abnormal"), (7, "serious-violation"), (16, "clear")):
        asked = {"uscc": WORLD.firms[place].uscc}
        assert client.post(LISTS, json=asked).json == {"outcome": outcome}
    assert client.post(LISTS, json={"uscc": "91350100M000100Y43"}).json == {"outcome": "not-found"}


def test_institutions_have_a_register_of_their_own(client: FlaskClient) -> None:
    agency = WORLD.agencies[0]
    asked = {
        "name": agency.name,
        "uscc": agency.uscc,
        "legal_representative": agency.legal_representative,
    }
    found = {"outcome": "match", "kind": agency.kind, "region": agency.region}
    assert client.post(INSTITUTION, json=asked).json == found
    for changed, outcome in (({"name": "x"}, "mismatch"), ({"uscc": "x"}, "not-found")):
        answer = client.post(INSTITUTION, json={**asked, **changed}).json
        assert answer == {"outcome": outcome, "kind": None, "region": None}
    assert client.post(ENTERPRISE, json=asked).json["outcome"] == "not-found"  # type: ignore[index]


def attested(born: date, on: datetime) -> dict[str, Any]:
    person = replace(PERSON, birth_date=born)
    app = create_app(Population((person,), ()), net_id=NetId(now=lambda: on))
    return payload(app.test_client(), person)


def payload(client: FlaskClient, person: Person) -> dict[str, Any]:
    """What an attestation says, once its signature is verified."""
    asked = {"name": person.name, "id_number": person.id_number, "audience": "a", "nonce": "n"}
    answer = client.post(ATTESTATIONS, json=asked).json
    assert answer is not None
    text, _, signature = answer["attestation"].partition(".")
    key = client.get("/net-id/key").json["key"]  # type: ignore[index]
    verifier = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    verifier.verify(urlsafe_b64decode(signature + "=="), text.encode())
    found: dict[str, Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "within", "adult", "until"),
    [
        (date(1990, 5, 5), True, True, "2027-06-09"),
        (date(1966, 11, 2), True, True, "2026-11-01"),
        (date(1966, 11, 1), False, True, "2026-10-31"),
        (date(2010, 11, 1), True, False, "2027-06-09"),
        (date(2010, 11, 2), False, False, "2027-06-09"),
        (date(2008, 2, 29), True, True, "2027-06-09"),
    ],
)
def test_an_attestation_says_whether_an_age_is_in_range(
    born: date, within: bool, adult: bool, until: str
) -> None:
    found = attested(born, NOON)
    assert found["age"] == {"low": 16, "high": 59, "within": within, "until": until}
    assert found["adult"] is adult
    assert (found["issued_at"], found["expires_at"]) == (
        "2026-11-01T04:00:00.000000Z",
        "2026-11-01T04:10:00.000000Z",
    )


def test_an_attestation_names_nobody_but_a_pseudonym(client: FlaskClient) -> None:
    first, again = payload(client, PERSON), payload(client, PERSON)
    assert first["net_number"] == again["net_number"]
    assert (first["audience"], first["nonce"]) == ("a", "n")
    shown = json.dumps(first, ensure_ascii=False)
    for secret in (PERSON.name, PERSON.id_number, PERSON.id_number[6:14]):
        assert secret not in shown
    other = payload(client, WORLD.persons[9])
    assert other["net_number"] != first["net_number"]
    asked = {"name": "x", "id_number": PERSON.id_number, "audience": "a", "nonce": "n"}
    assert client.post(ATTESTATIONS, json=asked).json == {"attestation": None}


def test_records_can_be_changed(client: FlaskClient) -> None:
    firm = WORLD.firms[16]
    for change in (
        {"uscc": firm.uscc, "status": "abnormal"},
        {"uscc": firm.uscc, "legal_representative": "欧阳新"},
        {"uscc": firm.uscc, "shareholder_numbers": f"{PERSON.id_number} {WORLD.firms[17].uscc}"},
        {"id_number": PERSON.id_number, "name": "欧阳新"},
    ):
        assert client.post("/control/records", json=change).status_code == 200
    assert client.post(LISTS, json={"uscc": firm.uscc}).json == {"outcome": "abnormal"}
    answer = client.post(ENTERPRISE, json=ask_firm(16, legal_representative="欧阳新")).json
    assert answer is not None
    assert (answer["outcome"], answer["status"]) == ("match", "abnormal")
    assert answer["shareholder_numbers"] == [PERSON.id_number, WORLD.firms[17].uscc]
    assert client.post(IDENTITY, json=ask_person(name="欧阳新")).json == {"outcome": "match"}
    for unknown in ({"uscc": "x", "status": "abnormal"}, {"uscc": firm.uscc, "status": "x"}):
        assert client.post("/control/records", json=unknown).status_code == 400


def test_down_is_503_for_that_registry_only(client: FlaskClient) -> None:
    assert client.post("/control", json={"public-security": "down"}).json == {
        **UP,
        "public-security": "down",
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


@pytest.mark.parametrize(
    "path",
    [IDENTITY, ENTERPRISE, LISTS, INSTITUTION, ATTESTATIONS, "/control", "/control/records"],
)
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
    assert client.get("/control").json == UP


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
