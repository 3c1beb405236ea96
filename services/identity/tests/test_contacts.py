"""Contact data that subjects give of themselves (联系方式, art. 36)."""

from typing import Any

import eventlet
import pytest

from authorities.synthetic import Firm, Person, Population
from chassis.privacy import PersonalDataKey, lookup_digest
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import (
    AccessPersonalData,
    ChangeContact,
    GetPersonalData,
    GiveConsent,
    PreviewErasure,
    RequestErasure,
    WithdrawConsent,
)
from schemas.identity.verification import RegisterAttestedPerson
from services.identity.tests.conftest import KEY, Desk, Simulator

PHONE, EMAIL = "13855512345", "mei.wang@example.com"
CHANGED = "PersonalDataContactChanged"


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


def contact(desk: Desk, account: str) -> dict[str, str]:
    data = desk.result(GetPersonalData, account)["data"]
    return {name: data[name] for name in ("phone", "email") if name in data}


@pytest.mark.article(36)
def test_contact_data_is_given_corrected_and_taken_away(
    desk: Desk, account: str, subject: str
) -> None:
    given = desk.result(ChangeContact, account, phone=f"+86 {PHONE}", email=EMAIL)
    assert given == {"subject": subject, "kept": ["email", "phone"]}
    assert contact(desk, account) == {"phone": f"+86{PHONE}", "email": EMAIL}
    desk.result(ChangeContact, account, phone="0551-62999999")
    assert contact(desk, account) == {"phone": "+8655162999999"}
    assert desk.result(PreviewErasure, account)["scope"] == ["id_number", "name", "phone"]
    before = desk.types()
    desk.result(ChangeContact, account, phone="+86 551 62999999")
    assert desk.types() == before, "nothing changed"
    assert desk.result(ChangeContact, account)["kept"] == []
    assert contact(desk, account) == {}
    assert desk.last(CHANGED)["sealed"] == {}


@pytest.mark.article(36)
@pytest.mark.parametrize(
    ("given", "code", "reason"),
    [
        ({"phone": "138555l2345"}, "identity.phone-invalid", "characters"),
        ({"phone": "+852 51234567"}, "identity.phone-invalid", "country"),
        ({"phone": PHONE, "email": "mei.wang"}, "identity.email-invalid", "form"),
    ],
)
def test_what_cannot_be_is_refused_and_an_entry_says_who_tried(
    desk: Desk, account: str, given: dict[str, Any], code: str, reason: str
) -> None:
    outcome = desk.ask(ChangeContact, account, **given)
    assert (outcome["error"]["code"], outcome["error"]["data"]["reason"]) == (code, reason)
    entry = desk.log()[-1]
    assert (entry.type, entry.data["code"]) == ("identity.CommandRefused", code)
    assert entry.event["actor"] == account
    assert all(value not in entry.text + str(outcome) for value in given.values())
    assert contact(desk, account) == {}, "nothing is half done"


@pytest.mark.article(17, 36)
def test_a_keyed_digest_tells_that_two_gave_the_same_and_no_more(
    desk: Desk, account: str, world: Population, firm: Firm
) -> None:
    other, third = desk.account(), desk.account()
    papers = {"uscc": firm.uscc, "legal_representative": firm.legal_representative}
    desk.result(RegisterFirm, other, name=firm.name, **papers)
    one = world.persons[9]
    desk.result(RegisterPerson, third, name=one.name, id_number=one.id_number)
    said = []
    for each, phone in ((account, PHONE), (other, f"0086 {PHONE}"), (third, "13855512346")):
        desk.result(ChangeContact, each, phone=phone)
        said.append(desk.last(CHANGED))
    same, again, different = (each["digests"]["phone"] for each in said)
    assert same == again != different
    assert len({each["sealed"]["phone"] for each in said}) == 3
    desk.result(ChangeContact, third, email=EMAIL)
    assert desk.last(CHANGED)["digests"].keys() == {"email"}
    assert all(PHONE not in entry.text and EMAIL not in entry.text for entry in desk.log())


@pytest.mark.article(36)
def test_contact_data_leaves_under_a_consent_that_names_it(
    desk: Desk, account: str, subject: str
) -> None:
    desk.result(ChangeContact, account, phone=PHONE, email=EMAIL)
    staff = desk.as_staff("operator")
    asked: dict[str, Any] = {"subject_id": subject, "scope": ["phone"]}
    complaint = {"legal_basis": "complaint", "file_number": "诉〔2026〕1号"}
    assert staff.code(AccessPersonalData, **asked, **complaint) == "identity.basis-not-for-fields"
    consents = []
    for scope in (["name"], ["phone"]):
        given: Any = {"given_to": "role:operator", "purpose": "service-delivery", "scope": scope}
        given["valid_until"] = "2026-12-31"
        consents.append(desk.result(GiveConsent, account, **given)["id"])
    of_name, of_phone = consents
    code = staff.code(AccessPersonalData, **asked, consent_id=of_name)
    assert code == "identity.consent-not-for-this"
    seen = staff.result(AccessPersonalData, **asked, consent_id=of_phone)
    assert seen["data"] == {"phone": f"+86{PHONE}"}
    (told,) = desk.result(GetPersonalData, account)["accesses"]
    assert (told["role"], told["scope"]) == ("operator", ["phone"])
    desk.result(WithdrawConsent, account, consent_id=of_phone)
    code = staff.code(AccessPersonalData, **asked, consent_id=of_phone)
    assert code == "identity.consent-withdrawn"


@pytest.mark.article(17, 36)
def test_an_address_and_an_account_are_kept_like_the_rest(
    desk: Desk, account: str, subject: str
) -> None:
    street, number = "安徽省合肥市蜀山区示例路1号", "1302010109200012345"
    given = {"address": f"中国 {street}", "bank_account": "1302 0101 0920 0012 345"}
    kept = desk.result(ChangeContact, account, **given)["kept"]
    assert kept == ["address", "bank_account"]
    asked: Any = {"subject_id": subject, "scope": kept}
    basis = {"legal_basis": "supervision", "file_number": "监〔2026〕1号"}
    seen = desk.as_staff("supervisor").result(AccessPersonalData, **asked, **basis)
    assert seen["data"] == {"address": street, "bank_account": number}
    key = PersonalDataKey.load(KEY)
    digests = desk.last(CHANGED)["digests"]
    assert digests["bank_account"] == lookup_digest(key.accounts, "bank_account", number)
    assert digests["bank_account"] != lookup_digest(key.lookup, "bank_account", number)
    assert all(street not in entry.text and number not in entry.text for entry in desk.log())
    for bad, code in (
        ({"address": "长江西路12号"}, "identity.address-invalid"),
        ({"bank_account": "6222020200112230346"}, "identity.bank-account-invalid"),
    ):
        assert desk.code(ChangeContact, account, **bad) == code


@pytest.mark.article(36)
def test_who_asked_for_erasure_gives_no_more(desk: Desk, account: str) -> None:
    desk.result(ChangeContact, account, phone=PHONE)
    preview = desk.result(PreviewErasure, account)["preview"]
    desk.result(RequestErasure, account, preview=preview)
    code = desk.code(ChangeContact, account, phone=PHONE, email=EMAIL)
    assert code == "identity.erasure-under-way"


@pytest.mark.article(36)
def test_who_was_verified_by_an_attestation_gives_contact_data_too(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    account = desk.account()
    assert desk.code(ChangeContact, account, phone=PHONE) == "identity.nothing-kept"
    attestation = simulator.attest(person, account)
    desk.result(RegisterAttestedPerson, account, attestation=attestation)
    assert desk.code(ChangeContact, account) == "identity.nothing-kept"
    desk.result(ChangeContact, account, phone=PHONE)
    assert contact(desk, account) == {"phone": f"+86{PHONE}"}
    assert desk.result(PreviewErasure, account)["scope"] == ["phone"]


@pytest.mark.article(36)
def test_of_twenty_changes_at_once_the_last_one_stands(desk: Desk, account: str) -> None:
    numbers = [f"138555123{place:02}" for place in range(20)]
    pool = eventlet.GreenPool(20)
    answers = pool.imap(lambda each: desk.ask(ChangeContact, account, phone=each), numbers)
    assert all("result" in each for each in answers)
    assert desk.types().count(CHANGED) == 20
    assert contact(desk, account)["phone"].removeprefix("+86") in numbers
