"""Own data, another's data, consents and corrections (art. 36-37)."""

from datetime import timedelta
from typing import Any

import pytest

from authorities.synthetic import Firm, Person
from chassis import context
from chassis.domain import new_id
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import (
    AccessPersonalData,
    CorrectPersonalData,
    GetPersonalData,
    GiveConsent,
    ListConsents,
    WithdrawConsent,
)
from schemas.identity.providers import RegisterProvider
from services.identity.tests.conftest import NOON, OFFER, Desk, Move

FILE = "皖兑〔2026〕3号"


@pytest.fixture
def account(desk: Desk, person: Person) -> str:
    """The account of a registered person."""
    account = desk.account()
    desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    return account


@pytest.fixture
def subject(desk: Desk, account: str) -> str:
    """The registered person."""
    return str(desk.result(GetAccount, account)["subject_id"])


def consent(desk: Desk, account: str, **changed: Any) -> str:
    given: Any = {
        "given_to": "role:operator",
        "purpose": "service-delivery",
        "scope": ["name"],
        "valid_until": "2026-12-31",
    }
    return str(desk.result(GiveConsent, account, **{**given, **changed})["id"])


def last(desk: Desk) -> Any:
    return desk.log()[-1]


@pytest.mark.article(36)
def test_a_subject_reads_what_is_kept_of_it(desk: Desk, account: str, person: Person) -> None:
    found = desk.result(GetPersonalData, account)
    assert found["data"] == {"name": person.name, "id_number": person.id_number}
    assert (found["accesses"], found["consents"], found["requested_on"]) == ([], [], None)
    assert desk.code(GetPersonalData, desk.account()) == "identity.nothing-kept"
    assert desk.code(GetPersonalData, new_id()) == "identity.not-signed-in"


@pytest.mark.article(36, 37)
def test_staff_see_personal_data_on_a_legal_basis_and_it_is_recorded(
    desk: Desk, account: str, subject: str, person: Person
) -> None:
    staff = desk.as_staff("employment-province")
    grounds = {"legal_basis": "redemption-review", "file_number": FILE}
    seen = staff.result(AccessPersonalData, subject_id=subject, scope=["name"], **grounds)
    assert seen["data"] == {"name": person.name}
    event = last(desk)
    assert event.type == "identity.PersonalDataAccessed"
    assert event.data["basis"] == {
        "consent_id": None,
        "law": "redemption-review",
        "file_number": FILE,
    }
    assert (event.data["subject"], event.data["scope"]) == (subject, ["name"])
    assert event.data["accessor"] == staff.who.actor
    assert person.name not in event.text
    (told,) = desk.result(GetPersonalData, account)["accesses"]
    assert told["role"] == "employment-province"
    assert told["basis"]["law"] == "redemption-review"


@pytest.mark.article(36)
@pytest.mark.parametrize(
    ("role", "given", "code"),
    [
        ("employment-province", {}, "identity.basis-needed"),
        ("employment-province", {"legal_basis": "redemption-review"}, "identity.basis-needed"),
        (
            "employment-province",
            {"legal_basis": "redemption-review", "file_number": FILE, "consent_id": new_id()},
            "identity.basis-needed",
        ),
        (
            "employment-province",
            {"legal_basis": "redemption-review", "file_number": FILE, "scope": ["id_number"]},
            "identity.basis-not-for-fields",
        ),
        (
            "operator",
            {"legal_basis": "redemption-review", "file_number": FILE},
            "identity.basis-not-for-role",
        ),
        ("provider", {"legal_basis": "complaint", "file_number": FILE},
         "identity.basis-not-for-role"),
        (
            "supervisor",
            {"legal_basis": "supervision", "file_number": FILE, "scope": ["uscc", "name"]},
            "identity.field-not-kept",
        ),
        ("operator", {"consent_id": new_id()}, "resource.not-found"),
        ("user", {"legal_basis": "complaint", "file_number": FILE}, "role.required"),
        ("operator", {"legal_basis": "complaint", "file_number": "张三的事"}, "input.invalid"),
    ],
)  # fmt: skip
def test_without_grounds_nothing_is_shown(
    desk: Desk, subject: str, role: str, given: dict[str, Any], code: str
) -> None:
    asked = {"subject_id": subject, "scope": ["name"], **given}
    assert desk.as_staff(role).code(AccessPersonalData, **asked) == code
    assert "PersonalDataAccessed" not in desk.types()


@pytest.mark.article(9)
def test_a_bureau_sees_subjects_of_its_region_only(desk: Desk, subject: str) -> None:
    grounds = {"legal_basis": "complaint", "file_number": FILE}
    asked: Any = {"subject_id": subject, "scope": ["name"], **grounds}
    [own] = [e.data["region"] for e in desk.log() if e.type == "identity.SubjectVerified"]
    other = "340200" if own != "340200" else "340300"
    assert desk.as_staff("bureau", own).result(AccessPersonalData, **asked)
    assert desk.as_staff("bureau", other).code(AccessPersonalData, **asked) == "region.outside"


@pytest.mark.article(36)
def test_an_access_shows_for_a_short_time(desk: Desk, subject: str, at_noon: Move) -> None:
    staff, command = desk.as_staff("supervisor"), new_id()
    asked: Any = {"subject_id": subject, "scope": ["name"]}
    asked |= {"legal_basis": "supervision", "file_number": FILE}
    first = staff.ask(AccessPersonalData, command=command, **asked)
    assert staff.ask(AccessPersonalData, command=command, **asked) == first
    assert desk.types().count("PersonalDataAccessed") == 1
    at_noon(NOON + timedelta(minutes=6))
    again = staff.ask(AccessPersonalData, command=command, **asked)
    assert again["error"]["code"] == "identity.access-over"


@pytest.mark.article(36)
def test_a_consent_opens_what_it_names_until_it_ends(
    desk: Desk, account: str, subject: str, person: Person, at_noon: Move
) -> None:
    operator, given = desk.as_staff("operator"), consent(desk, account)

    def code(desk: Desk, *scope: str) -> str:
        outcome = desk.ask(
            AccessPersonalData, subject_id=subject, scope=list(scope), consent_id=given
        )
        return str(outcome.get("error", {}).get("code", "shown"))

    assert code(operator, "name") == "shown"
    assert last(desk).data["basis"]["consent_id"] == given
    assert code(operator, "name", "id_number") == "identity.consent-not-for-this"
    assert code(desk.as_staff("finance-province"), "name") == "identity.consent-not-for-this"
    at_noon(NOON + timedelta(days=61))
    assert code(operator, "name") == "identity.consent-expired"
    at_noon(NOON)
    desk.result(WithdrawConsent, account, consent_id=given)
    assert code(operator, "name") == "identity.consent-withdrawn"
    assert [one["state"] for one in desk.result(ListConsents, account)] == ["withdrawn"]  # type: ignore[index]


@pytest.mark.article(36)
def test_a_provider_sees_its_customers_name_with_a_consent(
    desk: Desk, account: str, subject: str, person: Person
) -> None:
    provider = new_id()
    given = consent(desk, account, given_to=f"subject:{provider}")
    there = desk.as_staff("provider")
    asked: Any = {"subject_id": subject, "scope": ["name"], "consent_id": given}
    assert there.code(AccessPersonalData, **asked) == "identity.consent-not-for-this"
    there.who = context.Context(actor=new_id(), role="provider", subject=provider)
    assert there.result(AccessPersonalData, **asked)["data"] == {"name": person.name}


@pytest.mark.article(36)
def test_consents_are_ones_own(desk: Desk, account: str) -> None:
    given, other = consent(desk, account), desk.account()
    assert desk.code(WithdrawConsent, other, consent_id=given) == "identity.nothing-kept"
    assert desk.code(WithdrawConsent, account, consent_id=new_id()) == "resource.not-found"
    desk.result(WithdrawConsent, account, consent_id=given)
    assert desk.code(WithdrawConsent, account, consent_id=given) == "identity.consent-withdrawn"
    wrong: Any = {"purpose": "editing", "scope": ["name"], "valid_until": "2026-10-31"}
    assert (
        desk.code(GiveConsent, account, given_to="role:operator", **wrong)
        == "identity.consent-over"
    )
    assert desk.code(GiveConsent, account, given_to="role:user", **wrong) == "input.invalid"
    assert desk.code(GiveConsent, account, given_to="张三", **wrong) == "input.invalid"


@pytest.mark.article(36)
def test_a_correction_is_confirmed_by_the_registry(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    papers = {"name": firm.name, "uscc": firm.uscc}
    desk.result(RegisterFirm, account, **papers, legal_representative=firm.legal_representative)
    asked: Any = {"name": firm.name, "number": firm.uscc}
    assert (
        desk.code(CorrectPersonalData, account, **asked, legal_representative="欧阳不是")
        == "identity.name-mismatch"
    )
    before = desk.types()
    desk.result(
        CorrectPersonalData, account, **asked, legal_representative=firm.legal_representative
    )
    assert desk.types() == before, "nothing changed"


def renamed(desk: Desk, person: Person, name: str) -> None:
    """The registry knows the person by another name now."""

    class Registry:
        def person(self, asked: str, number: str) -> Any:
            from identity.domain.registry import Outcome  # noqa: PLC0415

            fits = asked == name and number == person.id_number
            return Outcome.MATCH if fits else Outcome.MISMATCH

    desk.app._registries = Registry()  # type: ignore[assignment]


@pytest.mark.article(36)
def test_a_name_that_changed_is_corrected_and_sealed(
    desk: Desk, account: str, person: Person, world: Any
) -> None:
    renamed(desk, person, "新名字")
    asked: Any = {"name": "新名字", "number": person.id_number}
    other = {**asked, "number": world.persons[9].id_number}
    assert desk.code(CorrectPersonalData, account, **other) == "identity.number-of-another"
    desk.result(CorrectPersonalData, account, **asked)
    event = last(desk)
    assert event.type == "identity.PersonalDataCorrected"
    assert (event.data["by"], event.data["consent_id"]) == ("self", None)
    assert event.data["sealed"].keys() == {"name"}
    assert desk.result(GetPersonalData, account)["data"] == {
        "name": "新名字",
        "id_number": person.id_number,
    }


@pytest.mark.article(36)
def test_staff_edit_for_a_user_with_consent_only(
    desk: Desk, account: str, subject: str, person: Person
) -> None:
    renamed(desk, person, "新名字")
    asked: Any = {"name": "新名字", "number": person.id_number, "subject_id": subject}
    staff = desk.as_staff("operator")
    staff_account = desk.account()
    staff.who = staff.who._replace(actor=staff_account)
    assert staff.code(CorrectPersonalData, **asked) == "resource.not-found"
    seeing = consent(desk, account)
    assert (
        staff.code(CorrectPersonalData, **asked, consent_id=seeing)
        == "identity.consent-not-for-this"
    )
    editing = consent(desk, account, purpose="editing")
    stranger = desk.account()
    assert desk.code(CorrectPersonalData, stranger, **asked, consent_id=editing) == "role.required"
    assert (
        staff.code(AccessPersonalData, subject_id=subject, scope=["name"], consent_id=editing)
        == "identity.consent-not-for-this"
    ), "editing is not seeing"
    staff.result(CorrectPersonalData, **asked, consent_id=editing)
    assert (last(desk).data["by"], last(desk).data["consent_id"]) == ("on-behalf", editing)


@pytest.mark.article(21, 36)
def test_what_a_registry_says_anew_at_another_registration_is_kept(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    papers: Any = {"name": firm.name, "uscc": firm.uscc}
    desk.result(RegisterFirm, account, **papers, legal_representative=firm.legal_representative)
    asked = desk.app._registries.firm

    class Registry:
        def firm(self, name: str, uscc: str, _representative: str) -> Any:
            return asked(name, uscc, firm.legal_representative)

    desk.app._registries = Registry()  # type: ignore[assignment]
    desk.result(RegisterProvider, account, **papers, **OFFER, legal_representative="新代表")
    (event,) = [entry for entry in desk.log() if entry.type == "identity.PersonalDataCorrected"]
    assert (event.data["by"], event.data["sealed"].keys()) == (
        "registration",
        {"legal_representative"},
    )
    assert desk.result(GetPersonalData, account)["data"]["legal_representative"] == "新代表"
