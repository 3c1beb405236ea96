"""Firms: as users (art. 25) and as providers (art. 21-23)."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

import eventlet
import pytest

from authorities import synthetic
from authorities.synthetic import Firm, Person, Population
from identity.domain.admission import firm_as_user, shows_company
from identity.domain.commitments import TEXTS, signed
from identity.domain.providing import AGREEMENT, Offer, firm_as_provider
from identity.domain.refusals.admission import NotLegalPerson
from identity.domain.registry import FirmRecord, Ownership, Size, Status
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.providers import COMMITMENTS, RegisterProvider
from services.identity.tests.conftest import NOON, Desk

RESOURCES = "律师五名,办公面积 120 平方米"
SIGNED = {text.clause: text for text in TEXTS}
RECORD = FirmRecord(Ownership.PRIVATE, Status.IN_OPERATION, "340104", date(2025, 3, 1), Size.MICRO)


def asked(firm: Firm, **changed: str) -> dict[str, Any]:
    return {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
        **changed,
    }


def offered(firm: Firm, **changed: Any) -> dict[str, Any]:
    given = {
        "kind": "lawful-firm",
        "resources": RESOURCES,
        "categories": ["enterprise.legal"],
        "commitments": [SIGNED[clause].sha256 for clause in COMMITMENTS],
    }
    return {**asked(firm), **given, **changed}


@pytest.mark.article(25, 26)
def test_a_firm_that_is_not_the_states_becomes_a_user(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    view = desk.result(RegisterFirm, account, **asked(firm))
    assert (view["roles"], view["region"]) == (["user"], firm.region)
    assert desk.result(GetAccount, account).items() <= view.items()
    entries = {entry.type.removeprefix("identity."): entry for entry in desk.log()}
    verified, admitted = entries["SubjectVerified"], entries["SubjectAdmittedAsUser"]
    kept = entries["PersonalDataRecorded"]
    assert verified.data == {
        "kind": "firm",
        "document": "uscc",
        "region": firm.region,
        "registry": "market-regulation",
        "outcome": "match",
        "renew_by": "2027-05-01",
    }
    assert admitted.data["conditions"] == {
        "real-name": "match",
        "legal-person": "company",
        "ownership": firm.ownership,
        "status": "in-operation",
        "start-up": {
            "parameters": "start-up/1",
            "established-on": firm.established_on.isoformat(),
            "size": firm.size,
            "source": "not Anhui law",
        },
        "on": "2026-11-01",
    }
    assert kept.data["public"] == {"name": firm.name, "uscc": firm.uscc}
    assert kept.data["sealed"].keys() == {"legal_representative"}


@pytest.mark.article(25)
@pytest.mark.parametrize("place", [*synthetic.STATE_OWNED, *synthetic.STATE_CONTROLLED])
def test_a_firm_of_the_state_becomes_no_user(desk: Desk, world: Population, place: int) -> None:
    code = desk.code(RegisterFirm, desk.account(), **asked(world.firms[place]))
    assert code == "identity.state-owned"
    assert desk.types() == [
        "AccountOpened",
        "VerificationOpened",
        "VerificationAnswered",
        "CommandRefused",
    ]


@pytest.mark.article(25)
@pytest.mark.parametrize("place", [*synthetic.MIXED, *synthetic.ABNORMAL])
def test_a_minor_share_of_the_state_or_an_entry_in_a_list_bars_no_user(
    desk: Desk, world: Population, place: int
) -> None:
    assert desk.result(RegisterFirm, desk.account(), **asked(world.firms[place]))


@pytest.mark.article(25)
@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("合肥示例科技有限公司", True),
        ("合肥示例科技有限责任公司", True),
        ("合肥示例科技股份有限公司", True),
        ("合肥示例科技股份公司", True),
        ("合肥示例科技有限公司芜湖分公司", False),
        ("合肥示例中心(有限合伙)", False),
        ("合肥示例事务所(普通合伙)", False),
        ("合肥市庐阳区示例小吃店", False),
        ("合肥示例设计工作室", False),
    ],
)
def test_only_companies_show_that_they_are_legal_persons(name: str, company: bool) -> None:
    assert shows_company(name) is company
    if company:
        found = firm_as_user(name, RECORD, NOON.date(), ())
        assert found.conditions["legal-person"] == "company"
    else:
        with pytest.raises(NotLegalPerson):
            firm_as_user(name, RECORD, NOON.date(), ())


@pytest.mark.article(26)
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "合肥别家科技有限公司"}, "identity.name-mismatch"),
        ({"legal_representative": "欧阳不是"}, "identity.name-mismatch"),
        ({"uscc": "91350100M000100Y43"}, "identity.not-found-in-registry"),
        ({"uscc": "91350100M000100Y44"}, "identity.uscc-invalid"),
        ({"uscc": "91350100M000100Y4"}, "identity.uscc-invalid"),
    ],
)
def test_a_firm_is_verified(desk: Desk, firm: Firm, changed: dict[str, str], code: str) -> None:
    outcome = desk.ask(RegisterFirm, desk.account(), **asked(firm, **changed))
    assert outcome["error"]["code"] == code
    refused = desk.log()[-1]
    assert refused.type == "identity.CommandRefused"
    assert refused.data["inputs"] == {"evidence": []}, "what is not verified may be an ID number"


@pytest.mark.article(21, 22, 23)
def test_a_provider_meets_seven_conditions_each_recorded(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    view = desk.result(RegisterProvider, account, **offered(firm))
    assert (view["roles"], view["region"], view["state"]) == (["provider"], firm.region, "active")
    assert desk.result(GetAccount, account).items() <= view.items()
    [admitted] = [
        entry for entry in desk.log() if entry.type == "identity.SubjectAdmittedAsProvider"
    ]
    digest = sha256(RESOURCES.encode()).hexdigest()
    assert admitted.data == {
        "kind": "lawful-firm",
        "name": firm.name,
        "region": firm.region,
        "conditions": {
            "1": {"registry": "in-operation", "on": "2026-11-01"},
            "2": {
                "kind": "lawful-firm",
                "categories": ["enterprise.legal"],
                "resources_sha256": digest,
            },
            "3": SIGNED["own-resources"].signed(),
            "4": {
                **SIGNED["good-record"].signed(),
                "registry": "in-operation",
                "on": "2026-11-01",
            },
            "5": SIGNED["rules-and-supervision"].signed(),
            "6": {"agreement": AGREEMENT},
            "7": {"agreement": AGREEMENT},
        },
        "may_charge": True,
    }
    (kept,) = desk.app.database.rows("SELECT * FROM provider_resources")
    assert kept["subject_id"] == view["subject_id"]
    sealing = desk.app.sealing(view["subject_id"])
    assert sealing.unseal("provider-resources", "resources", kept["resources"]) == RESOURCES


@pytest.mark.article(21)
@pytest.mark.parametrize("missing", COMMITMENTS)
def test_a_missing_commitment_is_named(desk: Desk, firm: Firm, missing: str) -> None:
    made = [SIGNED[each].sha256 for each in COMMITMENTS if each != missing]
    outcome = desk.ask(RegisterProvider, desk.account(), **offered(firm, commitments=made))
    assert outcome["error"]["code"] == "identity.commitments-missing"
    assert outcome["error"]["data"] == {"missing": missing}


def test_a_commitment_made_three_times_is_one(desk: Desk, firm: Firm) -> None:
    made = [SIGNED[COMMITMENTS[0]].sha256] * 3
    outcome = desk.ask(RegisterProvider, desk.account(), **offered(firm, commitments=made))
    assert outcome["error"]["data"] == {"missing": ", ".join(COMMITMENTS[1:])}


@pytest.mark.article(21)
@pytest.mark.parametrize(
    ("place", "status"),
    [
        *((place, "abnormal") for place in synthetic.ABNORMAL),
        *((place, "serious-violation") for place in synthetic.SERIOUS_VIOLATION),
    ],
)
def test_a_listed_firm_becomes_no_provider(
    desk: Desk, world: Population, place: int, status: str
) -> None:
    outcome = desk.ask(RegisterProvider, desk.account(), **offered(world.firms[place]))
    assert outcome["error"]["code"] == "identity.not-in-good-standing"
    assert outcome["error"]["data"] == {"status": status}


@pytest.mark.article(23)
@pytest.mark.parametrize("kind", ["public-agency", "recognised-institution"])
def test_other_kinds_need_documents(desk: Desk, firm: Firm, kind: str) -> None:
    code = desk.code(RegisterProvider, desk.account(), **offered(firm, kind=kind))
    assert code == "identity.kind-evidence-needed"


@pytest.mark.article(23)
def test_a_firm_of_the_state_may_provide(desk: Desk, world: Population) -> None:
    view = desk.result(RegisterProvider, desk.account(), **offered(world.firms[0]))
    assert view["roles"] == ["provider"]


@pytest.mark.article(3)
@pytest.mark.parametrize("user_first", [True, False])
def test_one_subject_may_be_user_and_provider(desk: Desk, firm: Firm, user_first: bool) -> None:
    account = desk.account()
    steps = [(RegisterFirm, asked(firm)), (RegisterProvider, offered(firm))]
    views = [
        desk.result(contract, account, **given)
        for contract, given in (steps if user_first else reversed(steps))
    ]
    assert views[0]["subject_id"] == views[1]["subject_id"]
    assert views[1]["roles"] == ["user", "provider"]
    assert desk.result(GetAccount, account).items() <= views[1].items()
    types = desk.types()
    assert (types.count("SubjectVerified"), types.count("AccountLinked")) == (1, 1)
    assert desk.code(RegisterFirm, account, **asked(firm)) == "identity.already-registered"
    assert desk.code(RegisterProvider, account, **offered(firm)) == "identity.already-registered"


@pytest.mark.article(27)
def test_an_account_of_a_person_is_not_a_firms(desk: Desk, firm: Firm, person: Person) -> None:
    account = desk.account()
    given = {"name": person.name, "id_number": person.id_number}
    desk.result(RegisterPerson, account, **given)
    assert desk.code(RegisterFirm, account, **asked(firm)) == "identity.account-linked"
    assert desk.code(RegisterProvider, account, **offered(firm)) == "identity.account-linked"


def test_a_firm_registers_once_under_concurrency(desk: Desk, firm: Firm) -> None:
    accounts = [desk.account() for _ in range(10)]
    pool = eventlet.GreenPool(10)
    outcomes = list(
        pool.imap(lambda account: desk.ask(RegisterProvider, account, **offered(firm)), accounts)
    )
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.already-registered"}
    assert desk.app.database.row("SELECT count(*) AS n FROM provider_resources") == {"n": 1}


def test_both_roles_asked_for_at_once_are_both_given(desk: Desk, firm: Firm) -> None:
    account = desk.account()
    pool = eventlet.GreenPool(2)
    steps = [(RegisterFirm, asked(firm)), (RegisterProvider, offered(firm))]
    outcomes = list(pool.imap(lambda step: desk.ask(step[0], account, **step[1]), steps))
    assert all("result" in outcome for outcome in outcomes), outcomes
    assert desk.result(GetAccount, account)["roles"] == ["user", "provider"]


def test_the_conditions_hold_no_text_of_the_applicant() -> None:
    made = signed([text.sha256 for text in TEXTS], NOON.date())
    offer = Offer("lawful-firm", ("enterprise.legal",), "0" * 64, made)
    conditions = firm_as_provider(offer, RECORD, NOON.date()).conditions
    assert list(conditions) == list("1234567")
    assert RESOURCES not in json.dumps(conditions, ensure_ascii=False)
