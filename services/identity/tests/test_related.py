"""Who is behind an organisation: told by its registry, or declared; kept as digests (art. 17)."""

from typing import Any

import eventlet
import pytest

from authorities.synthetic import Firm, Person, Population
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import (
    CorrectPersonalData,
    PreviewErasure,
    RequestErasure,
)
from schemas.identity.providers import RegisterProvider
from schemas.identity.related import DeclareRelated
from schemas.identity.verification import RenewVerification
from services.identity.tests.conftest import OFFER, Desk, Move, Simulator
from services.identity.tests.test_renewal import DUE, noon

TOLD = "PersonalDataRelatedTold"


def papers(firm: Firm) -> dict[str, Any]:
    named = {"name": firm.name, "uscc": firm.uscc}
    return {**named, "legal_representative": firm.legal_representative}


def registered(desk: Desk, firm: Firm) -> tuple[str, str]:
    """The account of a registered firm, and its subject."""
    account = desk.account()
    return account, str(desk.result(RegisterFirm, account, **papers(firm))["subject_id"])


@pytest.mark.article(17, 26)
def test_a_registry_says_who_is_behind_a_firm_and_no_number_is_kept(desk: Desk, firm: Firm) -> None:
    _, subject = registered(desk, firm)
    told = desk.last(TOLD)
    assert (told["subject"], told["source"]) == (subject, "market-regulation")
    assert told["related"]["representative"] == told["related"]["shareholder"]
    assert len(told["related"]["representative"]) == 1
    assert all(firm.legal_representative_id not in entry.text for entry in desk.log())


@pytest.mark.article(17)
def test_whoever_is_behind_a_firm_is_named_as_the_subject_they_are(
    desk: Desk, simulator: Simulator, world: Population, firm: Firm, person: Person
) -> None:
    other = world.firms[20]
    _, holding = registered(desk, other)
    account = desk.account()
    given = {"name": person.name, "id_number": person.id_number}
    own = desk.result(RegisterPerson, account, **given)["subject_id"]
    simulator.change(uscc=firm.uscc, shareholder_numbers=f"{other.uscc} {person.id_number} G1")
    provider = desk.account()
    desk.result(RegisterProvider, provider, **papers(firm), **OFFER)
    assert desk.last(TOLD)["related"]["shareholder"] == sorted([holding, own])


@pytest.mark.article(17, 26)
def test_what_a_registry_says_later_is_told_once(
    desk: Desk, simulator: Simulator, firm: Firm, person: Person, at_noon: Move
) -> None:
    account, _ = registered(desk, firm)
    again = {"number": firm.uscc, "name": firm.name}
    again["legal_representative"] = firm.legal_representative
    desk.result(CorrectPersonalData, account, **again)
    assert desk.types().count(TOLD) == 1
    simulator.change(uscc=firm.uscc, shareholder_numbers=person.id_number)
    desk.result(CorrectPersonalData, account, **again)
    assert desk.types().count(TOLD) == 2
    simulator.change(uscc=firm.uscc, shareholder_numbers=firm.legal_representative_id)
    at_noon(noon(DUE))
    desk.tick()
    assert desk.types().count(TOLD) == 3
    assert desk.code(RenewVerification, account) == "identity.renewal-not-due"


@pytest.mark.article(17)
def test_an_organisation_declares_who_is_behind_it(
    desk: Desk, firm: Firm, person: Person, world: Population
) -> None:
    account, subject = registered(desk, firm)
    by_registry = desk.last(TOLD)["related"]["representative"]
    listed = f"{person.id_number}、{world.firms[20].uscc},{person.id_number}"
    given = {"representative_number": firm.legal_representative_id, "shareholder_numbers": listed}
    shown = desk.result(DeclareRelated, account, **given)
    assert shown == {"subject": subject, "representative": 1, "shareholder": 2}
    told = desk.last(TOLD)
    assert told["source"] == "declared"
    assert told["related"]["representative"] == by_registry
    assert len(told["related"]["shareholder"]) == 2
    before = desk.types()
    desk.result(DeclareRelated, account, **given)
    assert desk.types() == before, "nothing changed"
    assert all(person.id_number not in entry.text for entry in desk.log())


@pytest.mark.article(17)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "identity.nobody-declared"),
        ({"shareholder_numbers": " , "}, "identity.nobody-declared"),
        ({"shareholder_numbers": "110105194912310021"}, "identity.id-number-invalid"),
        ({"representative_number": "91350100M000100Y43"}, "identity.id-number-invalid"),
        ({"shareholder_numbers": "1 " * 201}, "identity.too-many-declared"),
        ({"representative_number": "11010519491231002X"}, "identity.not-found-in-registry"),
    ],
)
def test_what_names_nobody_is_refused_and_an_entry_says_who_tried(
    desk: Desk, firm: Firm, given: dict[str, Any], code: str
) -> None:
    account, _ = registered(desk, firm)
    assert desk.code(DeclareRelated, account, **given) == code
    assert desk.last("CommandRefused")["code"] == code
    assert desk.types().count(TOLD) == 1


@pytest.mark.article(17, 26)
def test_who_tries_numbers_for_a_name_soon_asks_no_more(
    desk: Desk, firm: Firm, world: Population, simulator: Simulator
) -> None:
    account, _ = registered(desk, firm)
    codes = [
        desk.code(DeclareRelated, account, representative_number=each.id_number)
        for each in world.persons[10:14]
    ]
    assert codes == ["identity.name-mismatch"] * 3 + ["identity.too-many-mismatches"]
    simulator.set(public_security="down")
    own = {"representative_number": firm.legal_representative_id}
    assert desk.code(DeclareRelated, account, **own) == "identity.too-many-mismatches"


@pytest.mark.article(17)
def test_a_registry_that_is_away_confirms_nobody(
    desk: Desk, firm: Firm, simulator: Simulator
) -> None:
    account, _ = registered(desk, firm)
    simulator.set(public_security="down")
    given = {"representative_number": firm.legal_representative_id}
    assert desk.code(DeclareRelated, account, **given) == "identity.registry-unavailable"


@pytest.mark.article(17, 36)
def test_only_organisations_that_are_kept_declare(desk: Desk, firm: Firm, person: Person) -> None:
    given = {"shareholder_numbers": person.id_number}
    assert desk.code(DeclareRelated, desk.account(), **given) == "identity.nothing-kept"
    someone = desk.account()
    desk.result(RegisterPerson, someone, name=person.name, id_number=person.id_number)
    assert desk.code(DeclareRelated, someone, **given) == "identity.no-organisation"
    account, _ = registered(desk, firm)
    preview = desk.result(PreviewErasure, account)["preview"]
    desk.result(RequestErasure, account, preview=preview)
    assert desk.code(DeclareRelated, account, **given) == "identity.erasure-under-way"
    assert desk.result(GetAccount, account)["subject_id"]


@pytest.mark.article(17)
def test_of_twenty_same_declarations_at_once_one_is_told(
    desk: Desk, firm: Firm, person: Person
) -> None:
    account, _ = registered(desk, firm)
    pool = eventlet.GreenPool(20)
    given = {"shareholder_numbers": person.id_number}
    answers = pool.imap(lambda _: desk.ask(DeclareRelated, account, **given), range(20))
    assert all("result" in each for each in answers)
    assert desk.types().count(TOLD) == 2
