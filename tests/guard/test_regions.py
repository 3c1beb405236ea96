"""Every contract that a bureau may ask is bound by its region: one guard, for all of them (art. 9).

A small story is told on the five real services; then staff of another city ask each contract about
somebody of this one. A command is refused, with an entry that says who tried; a query that staff
may ask, as that or as anybody who is signed in, shows no id of anything that lies here.
"""

import json
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
from tests.tamper.chapters import opening
from tests.tamper.history import Party, Story
from tests.tamper.platform import Platform
from tests.tamper.worlds import POPULATION, Server, Worlds, registries

ASKED = sorted(
    (each for each in CONTRACTS if roles.BUREAU in each.allowed), key=lambda each: each.__name__
)
COMMANDS = [each for each in ASKED if issubclass(each, Command)]
QUERIES = sorted(
    (
        each
        for each in CONTRACTS
        if each.http and not each.public and not issubclass(each, Command)
        if not each.allowed or each.allowed & BOUND
    ),
    key=lambda each: each.__name__,
)
"""What staff of a region may read: because they are that, or as anybody may who is signed in."""


NOTHING = {"resource.not-found", "identity.nothing-kept", "identity.not-verified"}
"""How a query says that there is nothing of that id, or nothing of the caller's own."""

YEAR = 2026
LETTER: dict[str, Any] = {
    "department": "市人力资源和社会保障局",
    "scope": ["sign-in-locks"],
    "valid_from": "2026-03-02",
    "valid_until": "2026-12-31",
    "document_sha256": "1" * 64,
}


@dataclass
class Cities:
    """A story, a bureau of a city, staff of another by role, and what is asked about the first."""

    story: Story
    here: Party
    elsewhere: Mapping[str, Party]
    city: str
    about: Mapping[type[Contract], dict[str, Any]]
    ids: Mapping[str, str]
    """What lies in the city: ids by the names that queries have for them, and some more."""

    @property
    def there(self) -> Party:
        """The other city's bureau."""
        return self.elsewhere[roles.BUREAU]

    def shown(self, answer: Any) -> set[str]:
        """Which of these an answer shows."""
        text = json.dumps(answer, ensure_ascii=False)
        return {name for name, id_ in self.ids.items() if id_ in text}


@pytest.fixture(scope="module")
def cities(postgres_server: Server) -> Iterator[Cities]:
    worlds = Worlds(postgres_server)
    with registries() as simulator, clock.fixed(datetime(YEAR, 3, 2, 1, tzinfo=UTC)) as move:
        platform = Platform(worlds.urls(worlds.empty()), simulator)
        yield told(Story(platform, POPULATION, 9, move))
        platform.close()
    worlds.close()


def region(party: Party) -> str:
    """The city where somebody is."""
    assert party.account is not None
    return f"{str(party.account.region)[:4]}00"


def told(story: Story) -> Cities:
    """Somebody has a voucher, ordered with it, lost their password and was frozen."""
    economy = opening(story, users=0, providers=1)
    city = region(story.providers[0])
    user = next(party for party in iter(story.person, None) if region(party) == city)
    assert user.account is not None
    elsewhere = "340100" if city != "340100" else "340200"
    economy.appropriate(YEAR)
    story.platform.settle()
    (voucher,) = economy.grant(economy.batch(YEAR, city), [user])
    story.platform.settle()
    order = economy.place(voucher, economy.offers[0])
    assert economy.state(order) == "funded"
    here = story.officer(roles.BUREAU, city)
    del story.staff[roles.BUREAU]
    there = {role: story.officer(role, elsewhere) for role in BOUND}
    login = {"login": user.login}
    reset = story.do(RequestPasswordReset, here, **login, grounds="forgotten")["id"]
    case = story.do(FreezeAccount, here, **login, grounds="stolen")["id"]
    del story.staff[roles.GOVERNMENT_SERVICE]
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
    ids = {
        "subject": user.subject,
        "account": user.account.actor,
        "login": user.login,
        "reset_id": reset,
        "case_id": case,
        "authorisation_id": letter,
        "voucher_id": voucher.id,
        "order_id": order.id,
    }
    return Cities(story, here, there, city, about, ids)


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
@pytest.mark.parametrize("contract", QUERIES, ids=lambda each: each.__name__)
def test_staff_of_another_region_read_nothing_of_this_one(
    cities: Cities, contract: type[Contract]
) -> None:
    story = cities.story
    example = example_input(contract)
    given = {name: cities.ids.get(name, value) for name, value in example.items()}
    for role in BOUND & contract.allowed or BOUND:
        there = story.ask(contract, cities.elsewhere[role], **given)
        if "error" in there:  # it repeats the id that was asked for
            assert there["error"]["code"] in NOTHING, role
        else:
            assert cities.shown(there["result"]) == set(), role
    if roles.BUREAU in contract.allowed or not contract.allowed:
        here = story.ask(contract, cities.here, **given)
        everything = story.ask(contract, story.owner(), **given)
        assert cities.shown(here) == cities.shown(everything), "what lies here is shown"
