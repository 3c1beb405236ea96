"""Histories: people register, services are offered, vouchers are granted, used, paid, expire.

Everything is done through the services' contracts by somebody who is signed in, at a time that the
story's clock says. A seed decides who does what; the same seed tells the same story, though ids and
salts differ from telling to telling.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pyotp

from authorities.synthetic import ORDINARY_FIRMS, Firm, Person, Population
from chassis import clock
from chassis.context import Context
from chassis.contract import Contract
from gateway.sessions import Account, context_of
from identity.domain.commitments import TEXTS
from schemas import roles
from schemas.identity.accounts import OpenAccount, OpenStaffAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.providers import RegisterProvider
from schemas.identity.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from schemas.identity.sessions import SignIn, WhoIs
from tests.tamper.platform import OWNER_PASSWORD, Platform

PASSWORD = "correct horse 电池"
ORDINARY_PERSON, ORDINARY_FIRM = 8, ORDINARY_FIRMS
"""From these places on the synthetic persons and firms have nothing special about them."""

Outcome = dict[str, Any]


@dataclass
class Party:
    """Somebody with an account; `subject` once they are verified."""

    login: str
    token: str = ""
    account: Account | None = None

    @property
    def subject(self) -> str:
        """Whom they act for."""
        assert self.account is not None
        assert self.account.subject is not None
        return self.account.subject


@dataclass
class Story:
    """A platform, its people, and the clock."""

    platform: Platform
    population: Population
    seed: int
    move: Callable[[datetime], None]
    random: Random = field(init=False)
    staff: dict[str, Party] = field(default_factory=dict)
    users: list[Party] = field(default_factory=list)
    providers: list[Party] = field(default_factory=list)
    refused: int = 0
    _people: int = 0
    _firms: int = 0
    _logins: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def resume(self, other: "Story") -> None:
        """Go on with another story's numbering, so that nobody registers twice."""
        self._people, self._firms, self._logins = other._people, other._firms, other._logins

    # the clock

    def wait(self, **span: float) -> None:
        """Time passes, and everybody hears of what happened."""
        self.platform.reconcile()
        self.move(clock.now() + timedelta(**span))
        self.platform.settle()

    def moment(self) -> None:
        """A little time passes, between a second and five minutes."""
        self.wait(seconds=self.random.randint(1, 300))

    def until(self, year: int, month: int, day: int, hour: int = 9) -> None:
        """It becomes an hour of a day in Shanghai, if it is not later yet."""
        instant = datetime(year, month, day, hour, tzinfo=clock.SHANGHAI).astimezone(UTC)
        if instant > clock.now():
            for _ in range(2):
                self.wait(minutes=1)  # what happened is acknowledged before nothing happens
            self.move(max(instant, clock.now()))

    # asking

    def ask(self, contract: type[Contract], who: Party | None = None, **given: Any) -> Outcome:
        """The outcome of what somebody asks, now."""
        command_id = given.pop("command_id", None)
        context = self.context(contract, who)
        return self.platform.ask(contract, context, command_id, **given)

    def do(self, contract: type[Contract], who: Party | None = None, **given: Any) -> Any:
        """The result of what must succeed."""
        outcome = self.ask(contract, who, **given)
        assert "result" in outcome, (contract.__name__, outcome)
        return outcome["result"]

    def refuse(self, contract: type[Contract], who: Party | None = None, **given: Any) -> str:
        """The code with which it must be refused."""
        outcome = self.ask(contract, who, **given)
        assert "error" in outcome, (contract.__name__, outcome)
        self.refused += 1
        return str(outcome["error"]["code"])

    def context(self, contract: type[Contract], who: Party | None) -> Context:
        """The circumstances that the gateway would send along."""
        return context_of(contract, who.account if who else None, f"c-{self.random.random()}")

    # people

    def owner(self) -> Party:
        """省人社厅, signed in."""
        return self.officer(roles.HRSS_PROVINCE)

    def officer(self, role: str, region: str = "340000") -> Party:
        """Somebody of a staff role, signed in."""
        if role not in self.staff:
            if role == roles.HRSS_PROVINCE:
                self.staff[role] = self.sign_in(Party("owner"), OWNER_PASSWORD)
            else:
                login = f"{role}-{region}"
                given = {"login": login, "password": PASSWORD, "role": role, "region": region}
                self.do(OpenStaffAccount, self.owner(), **given)
                self.staff[role] = self.sign_in(Party(login))
        return self.staff[role]

    def colleague(self, role: str) -> Party:
        """Another person of a staff role, signed in."""
        login, at = f"{role}-colleague", {"role": role, "region": "340000"}
        self.do(OpenStaffAccount, self.owner(), login=login, password=PASSWORD, **at)
        return self.sign_in(Party(login))

    def sign_up(self) -> Party:
        """Somebody with an account, signed in, nobody yet."""
        self._logins += 1
        login = f"somebody-{self._logins}"
        self.do(OpenAccount, login=login, password=PASSWORD)
        return self.sign_in(Party(login))

    def sign_in(self, party: Party, password: str = PASSWORD) -> Party:
        """Sign in, and learn whom the account acts for."""
        given: dict[str, Any] = {"login": party.login, "password": password}
        session = self.do(SignIn, **given)
        party.token = session["token"]
        self.known(party)
        if session["enrolling"]:
            self._set_up_authenticator(party, password)
        return party

    def _set_up_authenticator(self, party: Party, password: str) -> None:
        """As staff do in their first session: scan the secret, give its first code."""
        secret = self.do(EnrolSecondFactor, party, password=password)["secret"]
        code = pyotp.TOTP(secret).at(clock.now())
        self.do(ConfirmSecondFactor, party, token=party.token, code=code)
        self.known(party)

    def known(self, party: Party) -> Party:
        """Ask anew whom an account acts for, as the gateway does."""
        outcome = self.platform.ask(WhoIs, Context(actor="system:gateway"), token=party.token)
        assert "result" in outcome, outcome
        party.account = Account.parse(outcome["result"])
        return party

    def person(self) -> Party:
        """The next person, verified and admitted."""
        given = person_form(self.population.persons[ORDINARY_PERSON + self._people])
        self._people += 1
        party = self.sign_up()
        self.do(RegisterPerson, party, **given)
        self.users.append(self.known(party))
        return party

    def firm(self) -> Party:
        """The next firm, verified and admitted as a user."""
        party = self.sign_up()
        self.do(RegisterFirm, party, **firm_form(self._next_firm()))
        self.users.append(self.known(party))
        return party

    def provider(self) -> Party:
        """The next firm, verified and admitted as a provider."""
        party = self.sign_up()
        self.do(RegisterProvider, party, **provider_form(self._next_firm()))
        self.providers.append(self.known(party))
        return party

    def _next_firm(self) -> Firm:
        self._firms += 1
        return self.population.firms[ORDINARY_FIRM + self._firms - 1]


@contextmanager
def telling(
    platform: Platform, population: Population, seed: int, begins: datetime
) -> Iterator[Story]:
    """A story of a platform, from an instant on; the clock stands still but for the story."""
    with clock.fixed(begins) as move:
        yield Story(platform, population, seed, move)


def person_form(person: Person) -> dict[str, Any]:
    """What a person fills in."""
    return {"name": person.name, "id_number": person.id_number}


def firm_form(firm: Firm) -> dict[str, Any]:
    """What a firm fills in."""
    representative = firm.legal_representative
    return {"name": firm.name, "uscc": firm.uscc, "legal_representative": representative}


def provider_form(firm: Firm) -> dict[str, Any]:
    """What a provider fills in."""
    signed = [text.sha256 for text in TEXTS]
    rest = {"resources": "二十名顾问", "categories": ["enterprise.legal"], "commitments": signed}
    return {**firm_form(firm), "kind": "lawful-firm", **rest}
