"""Every contract that a bureau may ask is bound by its region: one guard, for all of them (art. 9).

A small story is told on the five real services; then staff of another city ask each contract about
somebody of this one. A command is refused, with an entry that says who tried; a query shows nothing
of elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock
from chassis.bus.host import deployables
from chassis.contract import ROWS, Command, Contract
from chassis.region_scope import BOUND
from gateway.examples import example_input
from schemas import roles
from schemas.identity.authorisations import GrantAuthorisation, RevokeAuthorisation
from schemas.identity.freezes import FreezeAccount, UnfreezeAccount
from schemas.identity.passwords import DecidePasswordReset, ReleaseLock, RequestPasswordReset
from schemas.identity.personal_data import AccessPersonalData
from schemas.registry import CONTRACTS
from tests.guard.test_events import PACKAGES
from tests.tamper.chapters import funding, opening
from tests.tamper.history import Party, Story
from tests.tamper.platform import Platform
from tests.tamper.worlds import POPULATION, Server, Worlds, registries

ASKED = sorted(
    (each for each in CONTRACTS if roles.BUREAU in each.allowed), key=lambda each: each.__name__
)
COMMANDS = [each for each in ASKED if issubclass(each, Command)]
LISTS = [each for each in ASKED if not issubclass(each, Command)]


LETTER: dict[str, Any] = {
    "department": "市人力资源和社会保障局",
    "scope": ["sign-in-locks"],
    "valid_from": "2026-03-02",
    "valid_until": "2026-12-31",
    "document_sha256": "1" * 64,
}


@dataclass
class Cities:
    """A story, a bureau of a city, one of another, and what each contract asks about the first."""

    story: Story
    here: Party
    there: Party
    city: str
    about: Mapping[type[Contract], dict[str, Any]]


@pytest.fixture(scope="module")
def cities(postgres_server: Server) -> Iterator[Cities]:
    worlds = Worlds(postgres_server)
    with registries() as simulator, clock.fixed(datetime(2026, 3, 2, 1, tzinfo=UTC)) as move:
        platform = Platform(worlds.urls(worlds.empty()), simulator)
        yield told(Story(platform, POPULATION, 9, move))
        platform.close()
    worlds.close()


def told(story: Story) -> Cities:
    """Somebody has a voucher, lost their password and had their account frozen."""
    economy = opening(story, users=2, providers=1)
    funding(economy)
    user = story.users[0]
    assert user.account is not None
    city = str(user.account.region)
    elsewhere = "340100" if city != "340100" else "340200"
    here = story.officer(roles.BUREAU, city)
    del story.staff[roles.BUREAU]
    there = story.officer(roles.BUREAU, elsewhere)
    login = {"login": user.login}
    reset = story.do(RequestPasswordReset, here, **login, grounds="forgotten")["id"]
    case = story.do(FreezeAccount, here, **login, grounds="stolen")["id"]
    window = story.officer(roles.GOVERNMENT_SERVICE, city)
    assert window.account is not None
    given = {"account_id": window.account.actor, **LETTER}
    letter = story.do(GrantAuthorisation, here, **given)["id"]
    basis = {"legal_basis": "complaint", "file_number": "皖诉〔2026〕3号"}
    about: dict[type[Contract], dict[str, Any]] = {
        RequestPasswordReset: {**login, "grounds": "forgotten"},
        DecidePasswordReset: {"reset_id": reset, "approve": True},
        ReleaseLock: {**login, "reason": "x"},
        FreezeAccount: {**login, "grounds": "stolen"},
        UnfreezeAccount: {"case_id": case, "reason": "x"},
        GrantAuthorisation: {"account_id": window.account.actor, **LETTER},
        RevokeAuthorisation: {"authorisation_id": letter, "reason": "x"},
        AccessPersonalData: {"subject_id": user.subject, "scope": ["name"], **basis},
    }
    return Cities(story, here, there, city, about)


@pytest.mark.article(9)
def test_every_contract_of_a_bureau_says_where_its_target_is() -> None:
    for contract in ASKED:
        assert contract.place, contract.__name__
        if contract in COMMANDS:
            assert contract.place != ROWS, contract.__name__
            assert contract.refusal_is_event, contract.__name__
    assert {roles.BUREAU, roles.DEPARTMENT, roles.GOVERNMENT_SERVICE} == BOUND


@pytest.mark.article(9)
def test_every_place_is_found_by_its_service(cities: Cities) -> None:
    assert {name.replace("_", "-") for name in PACKAGES} >= deployables().keys() - {"gateway"}
    for contract in CONTRACTS:
        if contract.place not in ("", ROWS):
            application = cities.story.platform.runtimes[contract.service].application
            assert contract.place in application.places, contract.__name__


@pytest.mark.article(9, 32)
@pytest.mark.parametrize("contract", COMMANDS, ids=lambda each: each.__name__)
def test_staff_of_another_region_are_refused_and_an_entry_says_who_tried(
    cities: Cities, contract: type[Contract]
) -> None:
    story, there = cities.story, cities.there
    assert there.account is not None
    given = cities.about[contract]  # a new contract needs its target here
    outcome = story.ask(contract, there, **given)
    assert outcome["error"]["code"] == "region.outside"
    assert cities.city not in str(outcome)
    story.platform.settle()
    log = story.platform.runtimes[contract.service].application.log_reader
    refused = log.entries(log.size() - 1)[0]
    assert refused.type == f"{contract.service}.CommandRefused"
    assert refused.data["code"] == "region.outside"
    assert (refused.event["actor"], refused.event["role"]) == (there.account.actor, roles.BUREAU)


@pytest.mark.article(9)
@pytest.mark.parametrize("contract", LISTS, ids=lambda each: each.__name__)
def test_lists_show_what_lies_in_the_region_alone(cities: Cities, contract: type[Contract]) -> None:
    story = cities.story
    given = example_input(contract)
    everywhere = story.ask(contract, story.owner(), **given)
    found = {
        party.login: story.ask(contract, party, **given) for party in (cities.here, cities.there)
    }
    if "error" in everywhere:  # a made-up id
        assert {each["error"]["code"] for each in found.values()} == {"resource.not-found"}
        return
    for login, answer in found.items():
        digits = login.rpartition("-")[2][:4]
        rows = _rows(answer["result"])
        assert all(row in _rows(everywhere["result"]) for row in rows)
        for row in rows:
            regions = [str(value) for name, value in row.items() if name.endswith("region")]
            assert not regions or any(each.startswith(digits) for each in regions), row


def _rows(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, list):
        return answer
    lists = [value for value in answer.values() if isinstance(value, list)]
    return lists[0] if lists else [answer]
