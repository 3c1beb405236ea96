"""Providers: four kinds, drafts, commitments, suspension, exit, lists (art. 21-24)."""

from datetime import date, timedelta
from typing import Any

import eventlet
import pytest

from authorities.synthetic import Agency, Firm, Person, Population
from identity.domain.commitments import TEXTS, Commitment, in_force, signed
from identity.domain.refusals.admission import (
    CommitmentOutdated,
    CommitmentsMissing,
    CommitmentUnknown,
)
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.providers import (
    DraftProvider,
    ExitProvider,
    ListCommitments,
    RegisterExpert,
    RegisterProvider,
    ResumeProvider,
    SubmitDraft,
    SuspendProvider,
)
from schemas.identity.reviews import GetCase, ReviewCase
from services.identity.tests.conftest import NOON, OFFER, SIGNED, Desk, Move, Simulator

FILE = "ab" * 32
EXPERT: dict[str, Any] = {
    "civil_servant": False,
    "resources": "创业培训讲师十年",
    "categories": ["startup.training"],
    "commitments": SIGNED,
    "evidence": [{"kind": "certificate", "sha256": FILE}],
}


def papers(one: Firm | Agency) -> dict[str, Any]:
    return {
        "name": one.name,
        "uscc": one.uscc,
        "legal_representative": one.legal_representative,
    }


def offered(one: Firm | Agency, kind: str, document: str = "") -> dict[str, Any]:
    evidence = [{"kind": document, "sha256": FILE}] if document else []
    return {**papers(one), **OFFER, "kind": kind, "evidence": evidence}


def decide(desk: Desk, case_id: str, decision: str = "approve") -> dict[str, Any]:
    given = {"case_id": case_id, "decision": decision, "reason": "已核对"}
    return desk.as_staff("operator").result(ReviewCase, **given)


def expert(person: Person, **changed: Any) -> dict[str, Any]:
    return {"name": person.name, "id_number": person.id_number, **EXPERT, **changed}


@pytest.mark.article(22, 23)
def test_a_lawful_firm_is_active_in_one_call_and_its_case_is_kept(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    view = desk.result(RegisterProvider, account, **offered(firm, "lawful-firm"))
    assert view["state"] == "active"
    case = desk.result(GetCase, account, case_id=view["case_id"])
    assert (case["role"], case["kind"], case["state"]) == ("provider", "lawful-firm", "active")
    assert [each["commitment"] for each in case["papers"]["commitments"]] == [
        text.clause for text in TEXTS
    ]


@pytest.mark.article(23, 24)
def test_a_public_agency_is_reviewed_and_may_ask_no_price(desk: Desk, world: Population) -> None:
    agency, account = world.agencies[0], desk.account()
    without = offered(agency, "public-agency")
    assert desk.code(RegisterProvider, account, **without) == "identity.kind-evidence-needed"
    given = offered(agency, "public-agency", "affiliation")
    view = desk.result(RegisterProvider, account, **given)
    assert view["state"] == "in-review"
    assert desk.last("AdmissionReviewAsked")["matters"] == ["kind"]
    decide(desk, view["case_id"])
    assert desk.result(GetAccount, account)["roles"] == ["provider"]
    admitted = desk.last("SubjectAdmittedAsProvider")
    assert (admitted["kind"], admitted["may_charge"]) == ("public-agency", False)
    assert admitted["conditions"]["1"]["registry"] == "public-institution"
    verified = desk.last("SubjectVerified")
    assert (verified["kind"], verified["registry"]) == ("institution", "institution-registration")


@pytest.mark.article(23)
@pytest.mark.parametrize(
    ("place", "may_charge"), [(0, False), (1, True)], ids=["public", "association"]
)
def test_a_recognised_institution_is_reviewed(
    desk: Desk, world: Population, place: int, may_charge: bool
) -> None:
    given = offered(world.agencies[place], "recognised-institution", "recognition")
    view = desk.result(RegisterProvider, desk.account(), **given)
    decide(desk, view["case_id"])
    assert desk.last("SubjectAdmittedAsProvider")["may_charge"] is may_charge


@pytest.mark.article(23)
def test_a_firm_may_be_a_recognised_institution(desk: Desk, firm: Firm) -> None:
    given = offered(firm, "recognised-institution", "recognition")
    view = desk.result(RegisterProvider, desk.account(), **given)
    decide(desk, view["case_id"])
    admitted = desk.last("SubjectAdmittedAsProvider")
    assert (admitted["name"], admitted["may_charge"]) == (firm.name, True)


@pytest.mark.article(23)
def test_what_the_registry_knows_must_fit_the_kind(
    desk: Desk, world: Population, firm: Firm
) -> None:
    for one in (world.agencies[1], firm):
        given = offered(one, "public-agency", "affiliation")
        outcome = desk.ask(RegisterProvider, desk.account(), **given)
        assert outcome["error"]["code"] == "identity.kind-unfit"


@pytest.mark.article(23, 24)
@pytest.mark.parametrize("civil_servant", [False, True])
def test_an_expert_is_a_person_whose_certificate_is_reviewed(
    desk: Desk, person: Person, civil_servant: bool
) -> None:
    account = desk.account()
    view = desk.result(RegisterExpert, account, **expert(person, civil_servant=civil_servant))
    assert view["state"] == "in-review"
    decide(desk, view["case_id"])
    assert desk.result(GetAccount, account)["roles"] == ["provider"]
    admitted = desk.last("SubjectAdmittedAsProvider")
    assert admitted["may_charge"] is not civil_servant
    assert admitted["kind"] == "certified-expert"
    assert person.name not in str(admitted), "no person's name is in the log in clear"
    assert admitted["conditions"]["1"] == {"full-capacity": "adult", "on": "2026-11-01"}
    assert desk.last("AdmissionSubmitted")["papers"]["civil_servant"] is civil_servant


@pytest.mark.article(21, 23)
def test_an_expert_shows_a_certificate_and_is_an_adult(desk: Desk, world: Population) -> None:
    bare = expert(world.persons[8], evidence=[{"kind": "recognition", "sha256": FILE}])
    assert desk.code(RegisterExpert, desk.account(), **bare) == "identity.kind-evidence-needed"
    young = expert(world.persons[4])
    assert desk.code(RegisterExpert, desk.account(), **young) == "identity.provider-not-adult"
    old = expert(world.persons[7])
    assert desk.result(RegisterExpert, desk.account(), **old)["state"] == "in-review"


@pytest.mark.article(3)
def test_an_expert_may_be_a_user_too(desk: Desk, person: Person) -> None:
    account = desk.account()
    case_id = desk.result(RegisterExpert, account, **expert(person))["case_id"]
    given = {"name": person.name, "id_number": person.id_number}
    assert desk.result(RegisterPerson, account, **given)["roles"] == ["user"]
    decide(desk, case_id)
    assert desk.result(GetAccount, account)["roles"] == ["user", "provider"]


@pytest.mark.article(22)
def test_a_refused_provider_tries_again_with_the_history_kept(
    desk: Desk, simulator: Simulator, world: Population
) -> None:
    listed, account = world.firms[4], desk.account()
    given = offered(listed, "lawful-firm")
    assert desk.code(RegisterProvider, account, **given) == "identity.not-in-good-standing"
    simulator.change(uscc=listed.uscc, status="in-operation")
    view = desk.result(RegisterProvider, account, **given)
    case = desk.result(GetCase, account, case_id=view["case_id"])
    assert (case["state"], case["submissions"]) == ("active", 2)
    rejected = desk.last("AdmissionRejected")
    assert rejected["code"] == "identity.not-in-good-standing"
    assert rejected["grounds"] == {"status": "abnormal"}


@pytest.mark.article(21)
def test_commitments_are_signed_by_the_digest_of_their_text(desk: Desk, firm: Firm) -> None:
    texts = desk.result(ListCommitments)
    assert [text["sha256"] for text in texts] == SIGNED  # type: ignore[index]
    unknown = {**offered(firm, "lawful-firm"), "commitments": [*SIGNED, "cd" * 32]}
    assert desk.code(RegisterProvider, desk.account(), **unknown) == "identity.commitment-unknown"


@pytest.mark.article(21)
def test_a_commitment_of_an_older_version_is_refused() -> None:
    new = Commitment("own-resources", 2, date(2026, 6, 1), "新文本", "new text")
    texts = (*TEXTS, new)
    before, after = date(2026, 5, 31), date(2026, 6, 1)
    assert signed(SIGNED, before, texts)["own-resources"].version == 1
    with pytest.raises(CommitmentOutdated):
        signed(SIGNED, after, texts)
    with pytest.raises(CommitmentOutdated):
        signed([new.sha256], before, texts)
    assert signed([new.sha256, *SIGNED[1:]], after, texts)["own-resources"] == new
    with pytest.raises(CommitmentsMissing):
        signed([], after, texts)
    with pytest.raises(CommitmentUnknown):
        signed(["00" * 32], after, texts)
    assert [text.version for text in in_force(after, texts)] == [2, 1, 1]


@pytest.mark.article(22)
def test_a_draft_is_kept_sealed_and_submitted_later(
    desk: Desk, firm: Firm, simulator: Simulator
) -> None:
    account = desk.account()
    draft = {"kind": "lawful-firm", "name": firm.name, "number": firm.uscc}
    view = desk.result(DraftProvider, account, **draft)
    assert (view["state"], view["roles"]) == ("draft", [])
    case_id = view["case_id"]
    assert desk.code(SubmitDraft, account, case_id=case_id) == "identity.commitments-missing"
    rest = {key: OFFER[key] for key in ("resources", "categories", "commitments")}
    full = {**draft, "legal_representative": firm.legal_representative, **rest}
    assert desk.result(DraftProvider, account, **full)["case_id"] == case_id
    assert desk.code(SubmitDraft, desk.account(), case_id=case_id) == "resource.not-found"
    submitted = desk.result(SubmitDraft, account, case_id=case_id)
    assert (submitted["state"], submitted["roles"]) == ("active", ["provider"])
    assert desk.code(SubmitDraft, account, case_id=case_id) == "identity.case-not-draft"
    assert desk.code(DraftProvider, account, **draft) == "identity.case-not-draft"
    text = " ".join(entry.text for entry in desk.log())
    assert firm.legal_representative not in text


@pytest.mark.article(22)
def test_a_draft_of_an_expert_is_submitted_as_one(desk: Desk, person: Person) -> None:
    account = desk.account()
    draft = {"kind": "certified-expert", "name": person.name, "number": person.id_number, **EXPERT}
    case_id = desk.result(DraftProvider, account, **draft)["case_id"]
    assert desk.result(SubmitDraft, account, case_id=case_id)["state"] == "in-review"
    bad = {**draft, "number": "11010519491231002A"}
    assert desk.code(DraftProvider, account, **bad) == "identity.id-number-invalid"


def exits(desk: Desk) -> Desk:
    """The desk as providers see it."""
    return desk.as_staff("provider")


def provider(desk: Desk, firm: Firm) -> tuple[str, str]:
    account = desk.account()
    view = desk.result(RegisterProvider, account, **offered(firm, "lawful-firm"))
    return account, view["subject_id"]


@pytest.mark.article(10, 21)
def test_a_provider_is_suspended_and_resumed_with_reasons(
    desk: Desk, firm: Firm, simulator: Simulator
) -> None:
    account, subject = provider(desk, firm)
    operator = desk.as_staff("operator")
    given = {"subject_id": subject, "reason": "多次投诉未处理"}
    view = operator.result(SuspendProvider, **given)
    assert view == {"subject_id": subject, "state": "suspended", "may_charge": True}
    suspended = desk.last("SubjectSuspendedAsProvider")
    assert suspended == {"ground": "operator", "reason": "多次投诉未处理"}
    assert operator.code(SuspendProvider, **given) == "identity.not-such-provider"
    code = desk.code(RegisterProvider, account, **offered(firm, "lawful-firm"))
    assert code == "identity.already-registered", "a suspension is not ended by a new application"
    back = {"subject_id": subject, "reason": "已整改"}
    simulator.change(uscc=firm.uscc, status="abnormal")
    assert operator.code(ResumeProvider, **back) == "identity.not-in-good-standing"
    simulator.change(uscc=firm.uscc, status="in-operation")
    assert operator.result(ResumeProvider, **back)["state"] == "active"
    assert operator.code(ResumeProvider, **back) == "identity.not-such-provider"
    assert desk.as_staff("supervisor").code(SuspendProvider, **given) == "role.required"


def test_of_two_who_suspend_at_once_one_wins(desk: Desk, firm: Firm) -> None:
    _, subject = provider(desk, firm)
    staff = [desk.as_staff("operator") for _ in range(4)]
    given = {"subject_id": subject, "reason": "x"}
    outcomes = list(
        eventlet.GreenPool(4).imap(lambda one: one.ask(SuspendProvider, **given), staff)
    )
    codes = [outcome["error"]["code"] for outcome in outcomes if "error" in outcome]
    assert codes == ["identity.not-such-provider"] * 3


@pytest.mark.article(10, 22)
def test_a_provider_leaves_and_may_come_back(desk: Desk, firm: Firm) -> None:
    account, subject = provider(desk, firm)
    assert exits(desk).result(ExitProvider, account, reason="business-change")["state"] == "exited"
    assert exits(desk).code(ExitProvider, account, reason="closing") == "identity.not-such-provider"
    operator = desk.as_staff("operator")
    given = {"subject_id": subject, "reason": "x"}
    assert operator.code(SuspendProvider, **given) == "identity.not-such-provider"
    view = desk.result(RegisterProvider, account, **offered(firm, "lawful-firm"))
    assert view["state"] == "active"
    case = desk.result(GetCase, account, case_id=view["case_id"])
    assert (case["state"], case["submissions"]) == ("active", 2)
    assert desk.types().count("SubjectAdmittedAsProvider") == 2


def test_who_is_no_provider_cannot_leave(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    assert exits(desk).code(ExitProvider, account, reason="other") == "identity.not-verified"
    desk.result(RegisterFirm, account, **papers(firm))
    assert exits(desk).code(ExitProvider, account, reason="other") == "identity.not-such-provider"
    unknown = {"subject_id": "00000000-0000-4000-8000-000000000001", "reason": "x"}
    assert desk.as_staff("operator").code(SuspendProvider, **unknown) == "resource.not-found"


@pytest.mark.article(21)
def test_lists_are_looked_at_every_month_and_who_is_on_one_is_suspended(
    desk: Desk, firm: Firm, simulator: Simulator, at_noon: Move
) -> None:
    provider(desk, firm)
    at_noon(NOON + timedelta(days=29))
    assert desk.tick() == 0
    at_noon(NOON + timedelta(days=30))
    assert desk.tick() == 1
    assert desk.tick() == 0
    assert desk.last("SubjectListsChecked") == {"outcome": "clear"}
    simulator.change(uscc=firm.uscc, status="serious-violation")
    at_noon(NOON + timedelta(days=60))
    simulator.set(market_regulation="down")
    assert desk.tick() == 0, "a registry that is away says nothing about anybody"
    assert "SubjectSuspendedAsProvider" not in desk.types()
    simulator.set(market_regulation="up")
    at_noon(NOON + timedelta(days=60, minutes=1))
    assert desk.tick() == 1
    suspended = desk.last("SubjectSuspendedAsProvider")
    assert (suspended["ground"], desk.types().count("SubjectListsChecked")) == (
        "serious-violation",
        2,
    )


@pytest.mark.article(21)
def test_nobody_but_firms_is_looked_for_on_lists(
    desk: Desk, world: Population, person: Person, at_noon: Move
) -> None:
    given = offered(world.agencies[0], "public-agency", "affiliation")
    decide(desk, desk.result(RegisterProvider, desk.account(), **given)["case_id"])
    decide(desk, desk.result(RegisterExpert, desk.account(), **expert(person))["case_id"])
    at_noon(NOON + timedelta(days=31))
    assert desk.tick() == 0
