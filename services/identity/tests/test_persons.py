"""Persons: real-name verification and admission as users."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import eventlet
import pytest

from authorities import synthetic
from authorities.synthetic import Person, Population, id_check_character
from chassis.domain import new_id
from identity.domain.account import account_id
from schemas import roles
from schemas.identity.accounts import GetAccount, OpenStaffAccount
from schemas.identity.admission import RegisterPerson
from services.identity.tests.conftest import PASSWORD, Desk, Move


def asked(person: Person) -> dict[str, Any]:
    return {"name": person.name, "id_number": person.id_number}


@pytest.mark.article(25, 26)
def test_a_verified_adult_becomes_a_user(desk: Desk, person: Person) -> None:
    account = desk.account()
    view = desk.result(RegisterPerson, account, **asked(person))
    assert view == {
        "account_id": account,
        "subject_id": view["subject_id"],
        "roles": ["user"],
        "region": person.region[:4] + "00",
        "state": "active",
        "case_id": None,
    }
    assert desk.result(GetAccount, account).items() <= view.items()
    entries = {entry.type.removeprefix("identity."): entry for entry in desk.log()}
    assert entries.keys() == {
        "AccountOpened",
        "VerificationOpened",
        "VerificationAnswered",
        "SubjectKeyMade",
        "PersonalDataRecorded",
        "SubjectVerified",
        "AccountLinked",
        "SubjectAdmittedAsUser",
    }
    verified, linked = entries["SubjectVerified"], entries["AccountLinked"]
    admitted = entries["SubjectAdmittedAsUser"]
    assert entries["VerificationAnswered"].data["outcome"] == "match"
    kept, made = entries["PersonalDataRecorded"], entries["SubjectKeyMade"]
    assert made.data["subject"] == kept.data["subject"] == view["subject_id"]
    assert kept.data["public"] == {}
    assert kept.data["sealed"].keys() == {"name", "id_number"}
    assert (verified.type, verified.stream) == ("identity.SubjectVerified", view["subject_id"])
    assert verified.data == {
        "kind": "person",
        "document": "resident-id",
        "region": view["region"],
        "registry": "public-security",
        "outcome": "match",
        "renew_by": "2027-05-01",
    }
    assert (admitted.type, admitted.stream) == (
        "identity.SubjectAdmittedAsUser",
        view["subject_id"],
    )
    assert admitted.data == {
        "region": view["region"],
        "conditions": {
            "real-name": "match",
            "age-16-59": True,
            "full-capacity": "adult",
            "policy": "on-birthday",
            "on": "2026-11-01",
        },
    }
    assert admitted.event["legal_basis"] == ["art. 25", "art. 26"]
    assert admitted.event["rule_version"] == "admission/2"
    assert (linked.type, linked.stream) == ("identity.AccountLinked", account)
    assert linked.data == {"subject_id": view["subject_id"]}


def test_lower_case_and_full_width_forms_are_the_same_number(desk: Desk, world: Population) -> None:
    person = next(each for each in world.persons[8:] if each.id_number.endswith("X"))
    wide = "".join(chr(ord(each) + 0xFEE0) for each in person.id_number)
    first = desk.result(RegisterPerson, desk.account(), name=person.name, id_number=wide)
    given = {"name": person.name, "id_number": person.id_number.lower()}
    assert desk.code(RegisterPerson, desk.account(), **given) == "identity.already-registered"
    assert first["roles"] == ["user"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("34010419900101123", "length"),
        ("34010419900101123A", "characters"),
        ("34010419900230123", "length"),
        ("340104 19900101123", "characters"),
        ("110105194912310021", "check-digit"),
        ("340104900101123", "kind"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_reason(
    desk: Desk, number: str, reason: str
) -> None:
    outcome = desk.ask(RegisterPerson, desk.account(), name="王伟", id_number=number)
    assert outcome["error"]["code"] == "identity.id-number-invalid"
    assert outcome["error"]["data"]["reason"] == reason
    assert number not in json.dumps(outcome)
    refused = desk.log()[-1]
    assert refused.type == "identity.CommandRefused"
    assert refused.data["inputs"] == {"evidence": []}
    assert refused.event["rule_version"] == "admission/2"


@pytest.mark.article(26)
def test_another_name_is_a_mismatch(desk: Desk, person: Person) -> None:
    given = asked(replace(person, name="欧阳不是"))
    assert desk.code(RegisterPerson, desk.account(), **given) == "identity.name-mismatch"
    assert desk.types() == [
        "AccountOpened",
        "VerificationOpened",
        "VerificationAnswered",
        "CommandRefused",
    ]


def test_an_unknown_number_is_not_found(desk: Desk) -> None:
    body = "34010419800101999"
    given = {"name": "王伟", "id_number": body + id_check_character(body)}
    code = desk.code(RegisterPerson, desk.account(), **given)
    assert code == "identity.not-found-in-registry"


@pytest.mark.article(25)
@pytest.mark.parametrize(
    ("place", "code"),
    [
        *((place, "identity.age-out-of-range") for place in synthetic.UNDER_AGE),
        *((place, "identity.capacity-evidence-needed") for place in synthetic.MINORS),
        *((place, "identity.age-out-of-range") for place in synthetic.OVER_AGE),
    ],
)
def test_age_is_refused_with_a_code_and_no_date(
    desk: Desk, world: Population, place: int, code: str
) -> None:
    person = world.persons[place]
    outcome = desk.ask(RegisterPerson, desk.account(), **asked(person))
    assert outcome["error"]["code"] == code
    text = json.dumps([outcome, *(entry.event for entry in desk.log())])
    assert f"{person.birth_date:%Y%m%d}" not in text
    assert person.birth_date.isoformat() not in text
    assert desk.types() == ["AccountOpened", "CommandRefused"]


@pytest.mark.article(25)
@pytest.mark.parametrize(
    ("day", "code"),
    [
        (datetime(2026, 3, 3, 15, 59, tzinfo=UTC), "identity.capacity-evidence-needed"),
        (datetime(2026, 3, 3, 16, 0, tzinfo=UTC), "identity.not-found-in-registry"),
    ],
)
def test_eighteen_begins_at_midnight_in_shanghai(
    desk: Desk, at_noon: Move, day: datetime, code: str
) -> None:
    body = "34010420080304123"
    account = desk.account()
    at_noon(day)
    given = {"name": "王伟", "id_number": body + id_check_character(body)}
    assert desk.code(RegisterPerson, account, **given) == code


@pytest.mark.article(25)
def test_of_a_hundred_registrations_of_one_number_one_wins(desk: Desk, person: Person) -> None:
    accounts = [desk.account() for _ in range(100)]
    pool = eventlet.GreenPool(100)
    outcomes = list(
        pool.imap(lambda account: desk.ask(RegisterPerson, account, **asked(person)), accounts)
    )
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = [outcome["error"]["code"] for outcome in outcomes if "error" in outcome]
    assert codes == ["identity.already-registered"] * 99
    types = desk.types()
    for type_ in ("SubjectVerified", "SubjectAdmittedAsUser", "AccountLinked"):
        assert types.count(type_) == 1
    winner = next(outcome["result"] for outcome in outcomes if "result" in outcome)
    linked = desk.app.database.rows("SELECT account_id FROM accounts WHERE subject_id IS NOT NULL")
    assert linked == [{"account_id": winner["account_id"]}]


def test_of_thirty_at_once_of_one_account_one_wins(desk: Desk, world: Population) -> None:
    account = desk.account()
    people = world.persons[8:38]
    pool = eventlet.GreenPool(30)
    outcomes = list(
        pool.imap(lambda person: desk.ask(RegisterPerson, account, **asked(person)), people)
    )
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.account-linked"}
    assert desk.types().count("SubjectVerified") == 1


def test_a_command_sent_ten_times_at_once_has_one_outcome(desk: Desk, person: Person) -> None:
    account, id_ = desk.account(), new_id()
    pool = eventlet.GreenPool(10)
    outcomes = list(
        pool.imap(
            lambda _: desk.ask(RegisterPerson, account, command=id_, **asked(person)), range(10)
        )
    )
    assert outcomes == [outcomes[0]] * 10
    assert outcomes[0]["result"]["roles"] == ["user"]


def test_a_user_registers_once(desk: Desk, person: Person) -> None:
    account = desk.account()
    desk.result(RegisterPerson, account, **asked(person))
    assert desk.code(RegisterPerson, account, **asked(person)) == "identity.already-registered"


def test_nobody_learns_that_a_number_is_registered_without_its_name(
    desk: Desk, person: Person
) -> None:
    desk.result(RegisterPerson, desk.account(), **asked(person))
    given = asked(replace(person, name="欧阳不是"))
    assert desk.code(RegisterPerson, desk.account(), **given) == "identity.name-mismatch"


@pytest.mark.article(27)
def test_an_account_acts_for_one_subject(desk: Desk, person: Person, world: Population) -> None:
    account = desk.account()
    desk.result(RegisterPerson, account, **asked(person))
    code = desk.code(RegisterPerson, account, **asked(world.persons[9]))
    assert code == "identity.account-linked"


@pytest.mark.article(6)
def test_a_staff_account_becomes_no_user(desk: Desk, person: Person) -> None:
    staff = desk.result(
        OpenStaffAccount,
        "system:test",
        login="staff",
        password=PASSWORD,
        role=roles.FINANCE_PROVINCE,
        region="340000",
    )["account_id"]
    assert desk.code(RegisterPerson, staff, **asked(person)) == "identity.staff-account"


@pytest.mark.parametrize("actor", ["system", account_id("0" * 64)])
def test_registration_needs_an_account(desk: Desk, person: Person, actor: str) -> None:
    assert desk.code(RegisterPerson, actor, **asked(person)) == "identity.not-signed-in"
