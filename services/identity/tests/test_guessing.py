"""Nobody finds out a name, or which numbers there are, by trying (art. 26, 36)."""

from datetime import timedelta
from typing import Any

import eventlet
import pytest

from authorities.synthetic import Person, Population
from identity.domain.verification import IN_ALL, OF_ACCOUNT, OF_NUMBER
from identity.registries import Registries
from schemas.identity.admission import RegisterPerson
from services.identity.tests.conftest import NOON, Desk, Move, Simulator

LOCKED = "identity.too-many-mismatches"
WRONG = "identity.name-mismatch"


def guess(desk: Desk, account: str, person: Person, name: str = "欧阳不是") -> str:
    given: dict[str, Any] = {"name": name, "id_number": person.id_number}
    return desk.code(RegisterPerson, account, **given)


@pytest.mark.article(26)
def test_an_account_may_be_wrong_about_a_number_a_few_times_a_day(
    desk: Desk, person: Person, at_noon: Move
) -> None:
    account = desk.account()
    given = {"name": person.name, "id_number": person.id_number}
    assert [guess(desk, account, person) for _ in range(OF_ACCOUNT)] == [WRONG] * OF_ACCOUNT
    outcome = desk.ask(RegisterPerson, account, **given)
    assert outcome["error"]["code"] == LOCKED, "the right name as well"
    assert outcome["error"]["data"] == {"hours": 24}
    refused = desk.log()[-1]
    assert (refused.type, refused.event["actor"]) == ("identity.CommandRefused", account)
    assert desk.result(RegisterPerson, desk.account(), **given)["roles"] == ["user"]
    at_noon(NOON + timedelta(hours=24, seconds=1))
    assert desk.code(RegisterPerson, account, **given) == "identity.already-registered"


def test_many_accounts_are_wrong_about_one_number_no_oftener_than_a_few(
    desk: Desk, person: Person
) -> None:
    accounts = [desk.account() for _ in range(2 * OF_NUMBER)]
    pool = eventlet.GreenPool(2 * OF_NUMBER)
    codes = list(pool.imap(lambda account: guess(desk, account, person), accounts))
    assert codes.count(WRONG) <= OF_NUMBER
    assert set(codes) <= {WRONG, LOCKED, "command.contention"}
    while WRONG in (codes := [guess(desk, desk.account(), person)]):
        pass
    assert codes == [LOCKED]
    assert desk.types().count("VerificationAnswered") == OF_NUMBER


def test_an_account_is_wrong_about_all_numbers_no_oftener_than_a_few(
    desk: Desk, world: Population, at_noon: Move
) -> None:
    account = desk.account()
    people = world.persons[8 : 8 + IN_ALL + 1]
    codes = [guess(desk, account, person) for person in people]
    assert codes == [WRONG] * IN_ALL + [LOCKED]
    at_noon(NOON + timedelta(hours=24, seconds=1))
    assert guess(desk, account, people[-1]) == WRONG


def test_a_number_that_is_locked_is_locked_whether_it_is_registered_or_not(
    desk: Desk, world: Population
) -> None:
    known, unknown = world.persons[8:10]
    desk.result(RegisterPerson, desk.account(), name=known.name, id_number=known.id_number)
    for person in (known, unknown):
        account = desk.account()
        codes = [guess(desk, account, person) for _ in range(OF_ACCOUNT + 1)]
        assert codes == [WRONG] * OF_ACCOUNT + [LOCKED]


def test_names_that_waited_for_a_registry_are_counted_as_well(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    simulator.set(public_security="down")
    for n in range(2 * OF_NUMBER):
        given = {"name": f"欧阳{n}", "id_number": person.id_number}
        assert desk.result(RegisterPerson, desk.account(), **given)["state"] == "verifying"
    simulator.set(public_security="up")
    desk.app._registries = Registries(simulator.url, 60)
    desk.tick()
    refused = [e.data["code"] for e in desk.log() if e.type == "identity.AdmissionRejected"]
    assert refused == [WRONG] * OF_NUMBER + [LOCKED] * OF_NUMBER
