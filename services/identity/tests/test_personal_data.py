"""No personal data in any event, outcome, read model or log line (art. 36)."""

import io
import json
import logging
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
import structlog

from authorities.synthetic import Firm, Person, Population
from chassis.domain import new_id
from chassis.privacy import seal_personal
from identity.application import Identity
from schemas.identity import CONTRACTS, tenures
from schemas.identity.accounts import GetAccount, OpenAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import (
    AccessPersonalData,
    ChangeContact,
    CorrectPersonalData,
    GetPersonalData,
)
from schemas.identity.providers import RegisterProvider
from schemas.identity.related import DeclareRelated
from schemas.identity.sessions import SignIn, SignOut, WhoIs
from services.identity.tests.conftest import OFFER, PASSWORD, SIGNED, Desk, Simulator

LOGIN = "mei.13855512345"
RESOURCES = "联系人 13855512345"
PHONE, EMAIL = "13955512345", "mei@example.com"
MARK = "5eed" * 8


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, at the lowest level, as JSON lines."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=written),
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.configure(**before)
    root.removeHandler(handler)
    root.setLevel(level)


def dump(app: Identity) -> str:
    """Every row of every table of the database as text."""
    names = app.database.rows(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    parts = [
        row["text"]
        for table in names
        for row in app.database.rows(f"SELECT row_to_json(t)::text AS text FROM {table['name']} t")
    ]
    return "\n".join(parts)


def everything(desk: Desk, simulator: Simulator, person: Person, firm: Firm) -> None:
    """Every command, done and refused in every way that says something about somebody."""
    account, other = desk.account(LOGIN), desk.account()
    token = desk.token(LOGIN)
    numbers = {"name": person.name, "id_number": person.id_number}
    papers = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    offer: Any = {**OFFER, "resources": RESOURCES}
    desk.ask(OpenAccount, login=LOGIN, password=PASSWORD)
    desk.ask(SignIn, login=LOGIN, password=PASSWORD + "!")
    simulator.set(public_security="down", market_regulation="garbled")
    desk.ask(RegisterPerson, account, **numbers)
    desk.ask(RegisterFirm, other, **papers)
    simulator.set(public_security="up", market_regulation="up")
    desk.ask(RegisterPerson, account, **{**numbers, "name": firm.legal_representative})
    desk.ask(RegisterPerson, account, **{**numbers, "id_number": person.id_number + "1"})
    desk.ask(RegisterPerson, account, **{**numbers, person.id_number: "an unknown field"})
    desk.result(RegisterPerson, account, **numbers)
    desk.ask(RegisterPerson, other, **numbers)
    # Somebody mistakes the fields: what is refused may be anything.
    mistaken = {**papers, "uscc": person.id_number, "name": person.name}
    desk.ask(RegisterFirm, other, **mistaken)
    desk.ask(RegisterProvider, other, **{**mistaken, **offer})
    desk.ask(RegisterProvider, other, **{**papers, **offer, "commitments": ["good-record"]})
    desk.result(RegisterFirm, other, **papers)
    desk.result(RegisterProvider, other, **papers, **offer)
    desk.result(WhoIs, token=token)
    found = desk.result(GetAccount, account)
    desk.result(WhoIs, token=token, mark=MARK)
    assert len(desk.result(GetPersonalData, account)["devices"]) == 1
    assert desk.result(GetPersonalData, account)["data"] == numbers
    assert desk.result(GetPersonalData, other)["data"] == papers
    desk.ask(CorrectPersonalData, account, name=person.name, number=person.id_number)
    desk.ask(CorrectPersonalData, account, name=person.id_number, number=person.id_number)
    desk.ask(CorrectPersonalData, other, name=person.name, number=person.id_number)
    access: Any = {"subject_id": found["subject_id"], "scope": ["name", "id_number"]}
    grounds = {"legal_basis": "supervision", "file_number": "监〔2026〕1号"}
    seen = desk.as_staff("supervisor").result(AccessPersonalData, **access, **grounds)
    assert seen["data"] == numbers
    desk.result(ChangeContact, account, phone=PHONE, email=EMAIL)
    desk.result(DeclareRelated, other, shareholder_numbers=person.id_number)
    desk.ask(DeclareRelated, other, representative_number=person.id_number)
    desk.ask(DeclareRelated, account, shareholder_numbers=person.id_number)
    desk.ask(ChangeContact, account, phone=person.id_number)
    desk.ask(ChangeContact, account, bank_account=person.id_number)
    desk.ask(ChangeContact, account, address=person.name)
    desk.ask(ChangeContact, account, email=person.id_number)
    desk.result(SignOut, token=token)


@pytest.mark.article(36)
def test_no_personal_data_is_kept_or_logged(
    desk: Desk, simulator: Simulator, person: Person, world: Population, lines: io.StringIO
) -> None:
    firm = next(each for each in world.firms[16:] if each.legal_representative != person.name)
    everything(desk, simulator, person, firm)
    secrets = [
        person.name,
        person.id_number,
        person.id_number[:6],
        f"{person.birth_date:%Y%m%d}",
        person.birth_date.isoformat(),
        firm.legal_representative,
        firm.legal_representative_id,
        LOGIN,
        PASSWORD,
        RESOURCES,
        *(MARK, sha256(MARK.encode()).hexdigest(), sha256(bytes.fromhex(MARK)).hexdigest()),
        *(PHONE, EMAIL, sha256(f"+86{PHONE}".encode()).hexdigest()),
    ]
    desk.log()
    kept, logged = dump(desk.app), lines.getvalue()
    assert kept.count("identity.CommandRefused") > 8
    assert logged.count('"register_person"') > 4, "those that were not stored too"
    for secret in secrets:
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3]):
            assert form not in kept, f"{form} is kept"
            assert form not in logged, f"{form} is logged"


OPEN = {
    *("kind", "commitments", "role", "region"),
    *("session_id", "keep_this", "key_id", "scopes", "days"),
    *("account_id", "after", "case_id"),
    *("reset_id", "grounds", "second_factor", "approve", "state", "limit", "reason"),
    *("subject_id", "consent_id", "scope", "purpose", "given_to", "valid_until", "preview"),
    *("legal_basis", "file_number", "position"),
    *("evidence", "categories", "civil_servant", "decision", "ownership"),
    *("source", "row"),
    *("blacklisting_id", "evidence_sha256", "statement_sha256", "lift", "until"),
    *("agreement_id", "text_sha256", "zh", "en", "authority", "document_sha256", "valid_from"),
    *("authorisation_id", "department", "in_force"),
}
"""Fields of identity's contracts that may travel as they are."""

OF_TENURES = {
    *("tenure_id", "operator", "uscc", "contract_number", "document_sha256", "valid_from"),
    *("valid_until", "grounds", "rectify_by", "reason", "logs", "successor_id", "export_sha256"),
}
"""All of a tenure is public, the operator's credit code among it."""


def test_what_travels_over_the_bus_shows_nobody(desk: Desk, person: Person, firm: Firm) -> None:
    given: dict[str, Any] = {
        "login": LOGIN,
        "password": PASSWORD,
        "token": "t" * 40,
        "id_number": person.id_number,
        "name": person.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
        "resources": RESOURCES,
        "number": person.id_number,
    }
    for contract in CONTRACTS:
        is_open = OF_TENURES if contract.__module__ == tenures.__name__ else OPEN
        values = {name: given.get(name, f"some {name}") for name in contract().fields}
        sealed = seal_personal(contract, values, desk.key.sealing)
        for name, value in sealed.items():
            assert (value == values[name]) == (name in is_open), f"{contract.__name__}.{name}"


@pytest.mark.parametrize("contract", [RegisterPerson, RegisterFirm, RegisterProvider])
def test_a_fault_of_ours_shows_nobody(
    desk: Desk, person: Person, lines: io.StringIO, contract: type[RegisterPerson]
) -> None:
    class Broken:
        def person(self, *asked: str) -> None:
            raise RuntimeError("broken")

        firm = person

    desk.app._registries = Broken()  # type: ignore[assignment]
    given = {
        "name": person.name,
        "id_number": person.id_number,
        "uscc": "91350100M000100Y43",
        "legal_representative": person.name,
        "kind": "lawful-firm",
        "resources": RESOURCES,
        "commitments": SIGNED,
        "categories": ["enterprise.legal"],
    }
    values = {name: given[name] for name in contract().fields if name in given}
    outcome = desk.ask(contract, desk.account(), command=new_id(), **values)
    assert outcome["error"]["code"] == "service.fault"
    assert "broken" not in json.dumps(outcome)
    logged = lines.getvalue()
    assert "RuntimeError" in logged
    assert person.name not in logged
    assert person.id_number not in logged
