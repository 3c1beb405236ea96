"""A registry that is away: what was sent waits, is asked again by the service, and never passes."""

import json
from datetime import timedelta
from typing import Any

import eventlet
import pytest

from authorities.synthetic import Firm, Person, Population
from chassis.domain import new_id
from identity.application import Identity
from identity.domain.registry import Outcome
from identity.registries import Registries
from identity.registries.breaker import Breaker
from identity.ticking import RETRIES
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.providers import RegisterProvider
from schemas.identity.reviews import GetCase, ListCases
from services.identity.tests.conftest import NOON, OFFER, Desk, Move, Simulator


def asked(person: Person) -> dict[str, Any]:
    return {"name": person.name, "id_number": person.id_number}


def papers(firm: Firm) -> dict[str, Any]:
    return {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }


@pytest.fixture(autouse=True)
def patient(app: Identity, simulator: Simulator) -> None:
    """Registries that are always asked: their breaker has tests of its own."""
    app._registries = Registries(simulator.url, 60, pauses=(), breaker=lambda: Breaker(10**9))


@pytest.mark.article(22, 26)
@pytest.mark.parametrize("mode", ["down", "garbled"])
def test_what_no_registry_answers_waits_and_is_verified_later(
    desk: Desk, simulator: Simulator, person: Person, mode: str, at_noon: Move
) -> None:
    account, id_ = desk.account(), new_id()
    simulator.set(public_security=mode)
    accepted = desk.ask(RegisterPerson, account, command=id_, **asked(person))
    view = accepted["result"]
    assert (view["state"], view["roles"], view["subject_id"]) == ("verifying", [], None)
    assert desk.result(GetCase, account, case_id=view["case_id"])["state"] == "verifying"
    assert desk.tick() == 0, "still away"
    assert desk.result(GetAccount, account)["roles"] == [], "it never passes"
    assert desk.ask(RegisterPerson, account, command=id_, **asked(person)) == accepted

    simulator.set(public_security="up")
    assert desk.tick() == 0, "it was just asked"
    at_noon(NOON + RETRIES[0])
    assert desk.tick() == 1
    assert desk.result(GetAccount, account)["roles"] == ["user"]
    case = desk.result(GetCase, account, case_id=view["case_id"])
    assert (case["state"], case["refusal"], case["review"]) == ("active", None, None)
    assert desk.tick() == 0
    types = desk.types()
    assert types.count("VerificationDeferred") == 1, "waiting does not fill the log"
    assert types.count("SubjectAdmittedAsUser") == 1
    admitted = next(e for e in desk.log() if e.type == "identity.SubjectAdmittedAsUser")
    assert admitted.event["actor"] == "system:identity"
    assert admitted.event["rule_version"] == "admission/2"


@pytest.mark.article(26)
def test_a_slow_registry_is_waited_for_no_longer_than_a_caller_waits(
    desk: Desk, app: Identity, simulator: Simulator, person: Person
) -> None:
    simulator.set(public_security="slow")
    app._registries = Registries(simulator.url, 0.1)
    view = desk.result(RegisterPerson, desk.account(), **asked(person))
    assert view["state"] == "verifying"


@pytest.mark.article(26)
def test_what_waited_is_refused_when_the_registry_knows_another_name(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    account = desk.account()
    simulator.set(public_security="down")
    wrong = {**asked(person), "name": "欧阳不是"}
    case_id = desk.result(RegisterPerson, account, **wrong)["case_id"]
    simulator.set(public_security="up")
    assert desk.tick() == 1
    case = desk.result(GetCase, account, case_id=case_id)
    assert case["state"] == "rejected"
    assert case["refusal"]["code"] == "identity.name-mismatch"
    assert case["refusal"]["message"]["zh"]
    assert desk.result(GetAccount, account)["subject_id"] is None
    assert desk.last("VerificationAnswered")["outcome"] == "mismatch"
    assert desk.tick() == 0
    again = desk.result(RegisterPerson, account, **asked(person))
    assert (again["state"], again["case_id"]) == ("active", case_id)
    assert desk.result(GetCase, account, case_id=case_id)["submissions"] == 2


def test_of_several_who_wait_with_one_number_the_right_one_gets_it(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    simulator.set(public_security="down")
    accounts = [desk.account() for _ in range(3)]
    names = ["欧阳甲", person.name, person.name]
    for account, name in zip(accounts, names, strict=True):
        desk.result(RegisterPerson, account, name=name, id_number=person.id_number)
    simulator.set(public_security="up")
    assert desk.tick() == 3
    assert [desk.result(GetAccount, a)["roles"] for a in accounts].count(["user"]) == 1
    codes: set[str] = {
        case["refusal"]["code"]
        for account in accounts
        for case in desk.rows(ListCases, account)
        if case["refusal"]
    }
    assert codes == {"identity.name-mismatch", "identity.already-registered"}


class Moody(Registries):
    """Registries of which every other question is answered."""

    asked = 0

    def person(self, name: str, number: str) -> Outcome:
        """As the simulator has it, or `UNAVAILABLE`."""
        self.asked += 1
        return Outcome.UNAVAILABLE if self.asked % 2 else super().person(name, number)


@pytest.mark.article(26)
def test_of_many_at_once_of_whom_some_get_no_answer_one_is_registered(
    desk: Desk, app: Identity, simulator: Simulator, person: Person, at_noon: Move
) -> None:
    accounts = [desk.account() for _ in range(20)]
    reliable = app._registries
    app._registries = Moody(simulator.url, 60, pauses=())
    pool = eventlet.GreenPool(20)
    outcomes = pool.imap(lambda each: desk.ask(RegisterPerson, each, **asked(person)), accounts)
    states = [each["result"]["state"] for each in outcomes if "result" in each]
    assert states.count("active") == 1
    assert states.count("verifying") == len(states) - 1 > 0
    app._registries = reliable
    at_noon(NOON + RETRIES[0])
    desk.tick()
    assert [desk.result(GetAccount, each)["roles"] for each in accounts].count(["user"]) == 1
    types = desk.types()
    assert (types.count("SubjectVerified"), types.count("AccountLinked")) == (1, 1)


def test_replicas_that_tick_at_once_decide_once(
    desk: Desk, simulator: Simulator, world: Population
) -> None:
    simulator.set(public_security="down")
    for person in world.persons[8:14]:
        desk.result(RegisterPerson, desk.account(), **asked(person))
    simulator.set(public_security="up")
    replicas = [Desk(desk.app) for _ in range(4)]
    list(eventlet.GreenPool(4).imap(lambda replica: replica.tick(), replicas))
    assert desk.types().count("SubjectAdmittedAsUser") == 6
    assert desk.app.database.rows("SELECT 1 FROM pending_verifications") == []


def test_who_sends_again_while_waiting_is_asked_about_at_once(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    account = desk.account()
    simulator.set(public_security="down")
    first = desk.result(RegisterPerson, account, **asked(person))
    assert desk.result(RegisterPerson, account, **asked(person)) == first
    simulator.set(public_security="up")
    again = desk.result(RegisterPerson, account, **asked(person))
    assert (again["state"], again["roles"]) == ("active", ["user"])
    assert desk.tick() == 0


def test_who_became_somebody_else_meanwhile_is_told_so(
    desk: Desk, simulator: Simulator, world: Population
) -> None:
    account, (one, other) = desk.account(), world.persons[8:10]
    simulator.set(public_security="down")
    case_id = desk.result(RegisterPerson, account, **asked(one))["case_id"]
    simulator.set(public_security="up")
    desk.result(RegisterPerson, account, **asked(other))
    assert desk.tick() == 1
    case = desk.result(GetCase, account, case_id=case_id)
    assert case["refusal"]["code"] == "identity.account-linked"


@pytest.mark.article(21, 25)
@pytest.mark.parametrize("contract", [RegisterFirm, RegisterProvider])
def test_firms_wait_for_their_own_registry(
    desk: Desk, simulator: Simulator, firm: Firm, contract: Any
) -> None:
    account = desk.account()
    offer = OFFER if contract is RegisterProvider else {}
    simulator.set(market_regulation="down")
    view = desk.result(contract, account, **papers(firm), **offer)
    assert (view["state"], view["roles"]) == ("verifying", [])
    simulator.set(market_regulation="up")
    assert desk.tick() == 1
    assert desk.result(GetAccount, account)["roles"] == [
        "provider" if contract is RegisterProvider else "user"
    ]


@pytest.mark.article(21)
def test_a_firm_that_waited_is_refused_for_what_its_registry_says(
    desk: Desk, simulator: Simulator, world: Population
) -> None:
    account = desk.account()
    simulator.set(market_regulation="down")
    state, listed = world.firms[0], world.firms[4]
    case_id = desk.result(RegisterFirm, account, **papers(state))["case_id"]
    other = desk.account()
    offered = desk.result(RegisterProvider, other, **papers(listed), **OFFER)["case_id"]
    simulator.set(market_regulation="up")
    assert desk.tick() == 2
    refusal = desk.result(GetCase, account, case_id=case_id)["refusal"]
    assert (refusal["code"], refusal["data"]) == (
        "identity.state-owned",
        {"ownership": "state-owned"},
    )
    refusal = desk.result(GetCase, other, case_id=offered)["refusal"]
    assert refusal["code"] == "identity.not-in-good-standing"


def test_what_is_never_answered_is_asked_ever_more_rarely(
    desk: Desk, simulator: Simulator, person: Person, at_noon: Move
) -> None:
    account, now = desk.account(), NOON
    simulator.set(public_security="down")
    desk.result(RegisterPerson, account, **asked(person))
    desk.tick()
    for wait in (*RETRIES, RETRIES[-1]):
        tries = sum(tries for tries, _ in desk.ticking._patience.waits.values())
        at_noon(now + wait - timedelta(seconds=1))
        desk.tick()
        assert sum(t for t, _ in desk.ticking._patience.waits.values()) == tries
        now += wait
        at_noon(now)
        desk.tick()
        assert sum(t for t, _ in desk.ticking._patience.waits.values()) == tries + 1


def test_questions_that_are_never_answered_hold_nobody_up(
    desk: Desk, simulator: Simulator, world: Population
) -> None:
    simulator.set(public_security="down", market_regulation="down")
    for firm in world.firms[16:22]:
        desk.result(RegisterFirm, desk.account(), **papers(firm))
    accounts = [desk.account() for _ in range(6)]
    for account, person in zip(accounts, world.persons[8:14], strict=True):
        desk.result(RegisterPerson, account, **asked(person))
    simulator.set(public_security="up")
    for _ in range(3):  # some firms are asked about first, in vain, and then left alone
        desk.tick()
    assert all(desk.result(GetAccount, account)["roles"] == ["user"] for account in accounts)


@pytest.mark.article(36)
def test_what_waits_is_kept_sealed(desk: Desk, simulator: Simulator, person: Person) -> None:
    simulator.set(public_security="down")
    desk.result(RegisterPerson, desk.account(), **asked(person))
    tables = ("events", "commands", "pending_verifications", "admissions", "subject_keys")
    kept = json.dumps(
        [desk.app.database.rows(f"SELECT t::text FROM {table} t") for table in tables],
        ensure_ascii=False,
    )
    assert person.name not in kept
    assert person.id_number not in kept
    assert desk.last("VerificationDeferred")["held"].startswith("sealed:2:")


def test_nobody_else_sees_a_case(desk: Desk, simulator: Simulator, person: Person) -> None:
    simulator.set(public_security="down")
    case_id = desk.result(RegisterPerson, desk.account(), **asked(person))["case_id"]
    other = desk.account()
    assert desk.code(GetCase, other, case_id=case_id) == "resource.not-found"
    assert desk.rows(ListCases, other) == []
    for role in ("supervisor", "bureau"):
        assert desk.as_staff(role).code(GetCase, case_id=case_id) == "resource.not-found"
