"""Users whose admission needs more than a registry: documents, and who reviews them (art. 25)."""

import json
from datetime import date
from typing import Any

import eventlet
import pytest

from authorities import synthetic
from authorities.synthetic import Firm, Person, Population
from identity.domain.refusals.admission import NotStartUp
from identity.domain.registry import FirmRecord, Ownership, Size, Status
from identity.domain.startup import SETS, in_force, start_up
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.reviews import GetCase, ListCases, ReviewCase
from services.identity.tests.conftest import NOON, Desk

FILE = "ab" * 32


def document(kind: str) -> list[dict[str, str]]:
    return [{"kind": kind, "sha256": FILE}]


def asked(person: Person, **changed: Any) -> dict[str, Any]:
    return {"name": person.name, "id_number": person.id_number, **changed}


def papers(firm: Firm, **changed: Any) -> dict[str, Any]:
    return {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
        **changed,
    }


def approve(case_id: str, **more: Any) -> dict[str, Any]:
    return {"case_id": case_id, "decision": "approve", "reason": "材料齐全", **more}


def reject(case_id: str) -> dict[str, Any]:
    return {"case_id": case_id, "decision": "reject", "reason": "工资单缺少印章"}


@pytest.fixture
def minor(world: Population) -> Person:
    return world.persons[synthetic.MINORS[0]]


@pytest.mark.article(25)
def test_a_minor_with_an_income_of_their_own_is_admitted_by_a_person(
    desk: Desk, minor: Person
) -> None:
    account = desk.account()
    given = asked(minor, evidence=document("own-income"))
    view = desk.result(RegisterPerson, account, **given)
    assert (view["state"], view["roles"]) == ("in-review", [])
    assert desk.result(GetAccount, account)["roles"] == []
    [case] = desk.as_staff("operator").rows(ListCases)
    assert (case["matters"], case["state"], case["kind"]) == (["capacity"], "in-review", "person")
    assert case["papers"]["evidence"] == document("own-income")
    operator = desk.as_staff("operator")
    decided = operator.result(ReviewCase, **approve(case["id"]))
    assert decided == desk.result(GetCase, account, case_id=case["id"])
    assert (decided["state"], decided["review"]["reviewer"]) == ("active", operator.who.actor)
    assert desk.result(GetAccount, account)["roles"] == ["user"]
    admitted = desk.last("SubjectAdmittedAsUser")
    assert admitted["conditions"]["full-capacity"] == "own-income"
    assert desk.last("AdmissionActivated")["review"]["reason"] == "材料齐全"


@pytest.mark.article(25)
def test_a_rejected_minor_is_told_why_and_may_try_again_with_the_history_kept(
    desk: Desk, minor: Person
) -> None:
    account, operator = desk.account(), desk.as_staff("operator")
    given = asked(minor, evidence=document("own-income"))
    case_id = desk.result(RegisterPerson, account, **given)["case_id"]
    assert desk.code(RegisterPerson, account, **given) == "identity.case-closed", "while reviewed"
    operator.result(ReviewCase, **reject(case_id))
    case = desk.result(GetCase, account, case_id=case_id)
    assert (case["state"], case["refusal"]["code"]) == ("rejected", "identity.review-rejected")
    assert case["review"]["reason"] == "工资单缺少印章"
    better = asked(minor, evidence=[{"kind": "own-income", "sha256": "cd" * 32}])
    assert desk.result(RegisterPerson, account, **better)["state"] == "in-review"
    operator.result(ReviewCase, **approve(case_id))
    assert desk.result(GetAccount, account)["roles"] == ["user"]
    assert desk.result(GetCase, account, case_id=case_id)["submissions"] == 2
    types = desk.types()
    assert types.count("AdmissionOpened") == 1
    assert (types.count("AdmissionRejected"), types.count("AdmissionActivated")) == (1, 1)
    assert types.count("SubjectVerified") == 1


@pytest.mark.article(25)
def test_another_document_shows_no_income(desk: Desk, minor: Person) -> None:
    given = asked(minor, evidence=document("identity-document"))
    code = desk.code(RegisterPerson, desk.account(), **given)
    assert code == "identity.capacity-evidence-needed"


def test_of_two_who_decide_one_case_at_once_one_wins(desk: Desk, minor: Person) -> None:
    given = asked(minor, evidence=document("own-income"))
    case_id = desk.result(RegisterPerson, desk.account(), **given)["case_id"]
    staff = [desk.as_staff("operator") for _ in range(6)]
    decisions = [approve(case_id), reject(case_id)] * 3
    outcomes = list(
        eventlet.GreenPool(6).imap(lambda one, what: one.ask(ReviewCase, **what), staff, decisions)
    )
    codes = [outcome["error"]["code"] for outcome in outcomes if "error" in outcome]
    assert codes == ["identity.case-decided"] * 5
    types = desk.types()
    assert types.count("AdmissionActivated") + types.count("AdmissionRejected") == 1
    refused = [e for e in desk.log() if e.type == "identity.CommandRefused"]
    assert {entry.event["actor"] for entry in refused} < {one.who.actor for one in staff}


@pytest.mark.parametrize("role", ["supervisor", "hrss-province", "bureau", "employment-province"])
def test_only_the_operators_staff_review(desk: Desk, minor: Person, role: str) -> None:
    given = asked(minor, evidence=document("own-income"))
    case_id = desk.result(RegisterPerson, desk.account(), **given)["case_id"]
    assert desk.as_staff(role).code(ReviewCase, **approve(case_id)) == "role.required"
    assert desk.as_staff(role).rows(ListCases) == []


def test_a_case_that_waits_for_nobody_is_not_reviewed(desk: Desk, minor: Person) -> None:
    operator = desk.as_staff("operator")
    unknown = approve("00000000-0000-4000-8000-000000000001")
    assert operator.code(ReviewCase, **unknown) == "resource.not-found"


@pytest.mark.article(26)
def test_a_name_that_the_registry_does_not_confirm_is_looked_at_by_a_person(
    desk: Desk, person: Person
) -> None:
    account = desk.account()
    given = asked(person, name=person.name + "䶮", evidence=document("identity-document"))
    view = desk.result(RegisterPerson, account, **given)
    assert (view["state"], view["subject_id"]) == ("in-review", None)
    operator = desk.as_staff("operator")
    operator.result(ReviewCase, **approve(view["case_id"]))
    assert desk.result(GetAccount, account)["roles"] == ["user"]
    verified = desk.last("SubjectVerified")
    assert (verified["registry"], verified["outcome"]) == ("manual-review", "reviewed")
    conditions = desk.last("SubjectAdmittedAsUser")["conditions"]
    assert (conditions["real-name"], conditions["registry-said"]) == ("reviewed", "mismatch")
    kept = desk.last("PersonalDataRecorded")
    assert kept["registry"] == "manual-review"
    text = json.dumps([entry.event for entry in desk.log()], ensure_ascii=False)
    assert person.name not in text
    assert person.id_number not in text


@pytest.mark.article(26)
def test_a_disputed_number_goes_to_who_the_registry_knows(desk: Desk, person: Person) -> None:
    wrong = asked(person, name="欧阳不是", evidence=document("identity-document"))
    case_id = desk.result(RegisterPerson, desk.account(), **wrong)["case_id"]
    desk.result(RegisterPerson, desk.account(), **asked(person))
    code = desk.as_staff("operator").code(ReviewCase, **approve(case_id))
    assert code == "identity.already-registered"
    assert desk.as_staff("operator").result(ReviewCase, **reject(case_id))["state"] == "rejected"


@pytest.mark.article(25)
def test_a_firm_whose_owners_the_registry_does_not_tell_shows_them(
    desk: Desk, world: Population
) -> None:
    account, [place] = desk.account(), synthetic.UNDISCLOSED
    given = papers(world.firms[place])
    code = desk.code(RegisterFirm, account, **given)
    assert code == "identity.ownership-evidence-needed"
    view = desk.result(RegisterFirm, account, **given, evidence=document("ownership"))
    assert view["state"] == "in-review"
    operator, case_id = desk.as_staff("operator"), view["case_id"]
    assert operator.code(ReviewCase, **approve(case_id)) == "identity.ownership-evidence-needed"
    state = approve(case_id, ownership="state-controlled")
    assert operator.code(ReviewCase, **state) == "identity.state-owned"
    operator.result(ReviewCase, **approve(case_id, ownership="mixed"))
    assert desk.last("SubjectAdmittedAsUser")["conditions"]["ownership"] == "mixed"


@pytest.mark.article(25)
def test_a_legal_person_without_company_in_its_name_shows_that_it_is_one(
    desk: Desk, world: Population
) -> None:
    account, [place] = desk.account(), synthetic.PARTNERSHIP
    given = papers(world.firms[place])
    assert desk.code(RegisterFirm, account, **given) == "identity.not-legal-person"
    view = desk.result(RegisterFirm, account, **given, evidence=document("legal-person"))
    desk.as_staff("operator").result(ReviewCase, **approve(view["case_id"]))
    assert desk.last("SubjectAdmittedAsUser")["conditions"]["legal-person"] == "document"


@pytest.mark.article(2)
@pytest.mark.parametrize("place", [*synthetic.LONG_ESTABLISHED, *synthetic.LARGE])
def test_a_firm_that_is_old_or_large_is_no_start_up(
    desk: Desk, world: Population, place: int
) -> None:
    outcome = desk.ask(RegisterFirm, desk.account(), **papers(world.firms[place]))
    assert outcome["error"]["code"] == "identity.not-start-up"
    assert outcome["error"]["data"]["source"] == "not Anhui law"


@pytest.mark.article(2)
@pytest.mark.parametrize(
    ("established", "fits"),
    [
        (date(2021, 11, 2), True),
        (date(2021, 11, 1), False),
        (date(2026, 11, 1), True),
        (date(2027, 1, 1), True),
    ],
)
def test_a_start_up_is_under_five_years(established: date, fits: bool) -> None:
    record = FirmRecord(Ownership.PRIVATE, Status.IN_OPERATION, "340104", established, Size.SMALL)
    if fits:
        assert start_up(record, NOON.date())["parameters"] == "start-up/1"
    else:
        with pytest.raises(NotStartUp):
            start_up(record, NOON.date())


@pytest.mark.article(2, 40)
def test_parameters_are_dated_and_say_that_they_are_no_law_of_anhui() -> None:
    assert in_force(date(2018, 1, 1)) is SETS[0]
    with pytest.raises(ValueError, match="2017-12-31"):
        in_force(date(2017, 12, 31))
    assert [each.valid_from for each in SETS] == sorted(each.valid_from for each in SETS)
    assert all(each.source == "not Anhui law" for each in SETS)
