"""Identity as its callers see it: contracts in, outcomes out, the real registries' simulator."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pyotp
import pytest
import requests
from werkzeug.serving import make_server

import identity as package
from authorities import synthetic
from authorities.app import create_app
from authorities.net_id import NetId
from authorities.synthetic import Firm, Person, Population, population
from chassis import clock, context
from chassis.commands import Commands
from chassis.contract import Contract
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from chassis.privacy import PersonalDataKey, seal_personal, unseal_view
from chassis.settings import Settings
from chassis.subscription import Subscription
from chassis.testing import MakeMigrated, sequencer
from identity.application import Identity
from identity.domain.commitments import TEXTS
from identity.registries import Registries
from identity.service import IdentityService
from identity.subscriptions import POLICIES
from identity.ticking import Ticking
from schemas import roles
from schemas.identity.accounts import OpenAccount, OpenStaffAccount
from schemas.identity.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from schemas.identity.sessions import SignIn
from schemas.identity.tenures import GrantTenure, ListTenures
from schemas.registry import EVENTS

KEY = "5a" * 32
PASSWORD = "correct horse 电池"
NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
"""Noon in Shanghai on the date as of which the synthetic ages are."""

TENURE = {
    "operator": "安徽示例运营有限公司",
    "uscc": "91350100M000100Y43",
    "contract_number": "皖人社合〔2026〕1号",
    "document_sha256": "0" * 64,
    "valid_from": "2026-01-01",
    "valid_until": "2099-12-31",
}

SIGNED = [text.sha256 for text in TEXTS]
"""The digests of the commitments in force."""

OFFER: dict[str, Any] = {
    "kind": "lawful-firm",
    "resources": "律师五名",
    "categories": ["enterprise.legal"],
    "commitments": SIGNED,
}
"""What a lawful firm says of itself, besides who it is."""

Move = Callable[[datetime], None]


class Simulator:
    """The registries' simulator, served over HTTP."""

    def __init__(self, world: Population, url: str) -> None:
        self.world = world
        self.url = url

    def set(self, **modes: str) -> None:
        """Change modes: `market_regulation="down"`."""
        named = {name.replace("_", "-"): mode for name, mode in modes.items()}
        requests.post(f"{self.url}/control", json=named, timeout=30).raise_for_status()

    def change(self, **record: str) -> None:
        """Change what the registries know: `uscc=…, status="abnormal"`."""
        answer = requests.post(f"{self.url}/control/records", json=record, timeout=30)
        answer.raise_for_status()

    def attest(self, person: Person, account: str, audience: str = "wanchuang") -> str:
        """An attestation for a person, to be used by an account."""
        asked = {"name": person.name, "id_number": person.id_number}
        asked |= {"audience": audience, "nonce": account}
        answer = requests.post(f"{self.url}/net-id/attestations", json=asked, timeout=30)
        return str(answer.json()["attestation"])


class Phone:
    """An authenticator app (RFC 6238), by the clock of the platform."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        """The code of now, or of so many steps of 30 seconds later."""
        return self.totp.at(clock.now() + timedelta(seconds=30 * steps))


class Desk:
    """Speaks contracts to the service's own entrypoints, sealed as the gateway does."""

    def __init__(
        self,
        app: Identity,
        role: str | None = None,
        region: str | None = None,
        subject: str | None = None,
    ) -> None:
        self.app = app
        self.who = context.Context("nobody", subject, role, region, correlation="c-1")
        self.key = PersonalDataKey.load(KEY)
        self.commands = Commands(app, self.key.derive("command-digests/1"))
        self.ticking = Ticking(app, self.commands)

    def ask(
        self,
        contract: type[Contract],
        actor: str = "",
        command: str = "",
        **given: Any,
    ) -> dict[str, Any]:
        """The outcome of a command or query: `{"result": …}` or `{"error": …}`."""
        service = object.__new__(IdentityService)
        runtime: Any = SimpleNamespace(application=self.app, commands=self.commands, key=self.key)
        who = self.who._replace(actor=actor) if actor else self.who
        service.runtime, service.circumstances = runtime, who  # type: ignore[misc]
        payload = {
            "input": seal_personal(contract, given, self.key.sealing),
            "command_id": command or new_id(),
        }
        outcome: dict[str, Any] = getattr(service, contract.method())(payload)
        if "result" in outcome:
            outcome["result"] = unseal_view(contract, outcome["result"], self.key.sealing)
        return outcome

    def as_staff(self, role: str, region: str = "340000") -> "Desk":
        """The desk as staff of a role sees it."""
        found = self.acting_as(role, region)
        found.who = found.who._replace(actor=new_id(), correlation="c-2")
        return found

    def acting_as(self, role: str, region: str = "340000") -> "Desk":
        """The same desk for somebody who acts in a role; the operator's staff under a tenure."""
        found = Desk(self.app, role, region)
        if role == roles.OPERATOR:
            found.who = found.who._replace(authority=self.tenure())
        return found

    def tenure(self) -> str:
        """The tenure that stands; one is granted when there is none."""
        for each in self.rows(ListTenures):
            if each["in_force"]:
                return str(each["id"])
        province = Desk(self.app, roles.HRSS_PROVINCE, "340000")
        return str(province.result(GrantTenure, new_id(), **TENURE)["id"])

    def staff(self, role: str, login: str = "", region: str = "340000") -> str:
        """A new staff account's id."""
        if role == roles.OPERATOR:
            self.tenure()
        given = {"login": login or f"s-{new_id()}", "password": PASSWORD, "role": role}
        view = self.result(OpenStaffAccount, "system:test", region=region, **given)
        return str(view["account_id"])

    def enrol(self, login: str) -> tuple[str, Phone, list[str]]:
        """A session in which a second factor was set up; its phone and recovery codes."""
        session = self.result(SignIn, login=login, password=PASSWORD)
        actor, token = session["account_id"], session["token"]
        phone = Phone(self.result(EnrolSecondFactor, actor, password=PASSWORD)["secret"])
        given = {"token": token, "code": phone.code()}
        codes = self.result(ConfirmSecondFactor, actor, **given)["recovery_codes"]
        return token, phone, codes

    def account(self, login: str = "") -> str:
        """A new account's id."""
        login = login or f"u-{new_id()}"
        return str(self.result(OpenAccount, login=login, password=PASSWORD)["account_id"])

    def token(self, login: str) -> str:
        """A new session's token."""
        return str(self.result(SignIn, login=login, password=PASSWORD)["token"])

    def result(self, contract: type[Contract], actor: str = "", **given: Any) -> dict[str, Any]:
        """The result of what must succeed."""
        outcome = self.ask(contract, actor, **given)
        assert "result" in outcome, outcome
        found: dict[str, Any] = outcome["result"]
        return found

    def rows(self, contract: type[Contract], actor: str = "", **given: Any) -> list[dict[str, Any]]:
        """The result of a query for a list."""
        found: Any = self.result(contract, actor, **given)
        return list(found)

    def code(self, contract: type[Contract], actor: str = "", **given: Any) -> str:
        """The code of what must be refused."""
        outcome = self.ask(contract, actor, **given)
        assert "error" in outcome, outcome
        assert outcome["error"]["message"].keys() == {"zh", "en"}
        return str(outcome["error"]["code"])

    def tick(self) -> int:
        """Do what is due; returns how much was done."""
        return self.ticking.tick()

    def log(self) -> list[Entry]:
        """Every entry of identity's log; each fits its schema."""
        sequencer(self.app.database, self.app.log).step()
        entries = self.app.log_reader.entries(0)
        for entry in entries:
            assert EVENTS[entry.type]().load(entry.data) is not None
        return entries

    def last(self, type_: str) -> dict[str, Any]:
        """What the last event of a type says."""
        found = [entry for entry in self.log() if entry.type == f"identity.{type_}"]
        data: dict[str, Any] = found[-1].data
        return data

    def types(self) -> list[str]:
        """The types of the log's entries, without `identity.`."""
        return [entry.type.removeprefix("identity.") for entry in self.log()]


class News:
    """Other logs, written by hand, that identity follows."""

    def __init__(self, desk: Desk) -> None:
        self.logs: dict[str, list[Entry]] = {name: [] for name in POLICIES.logs}
        self._following = [
            Subscription(desk.app, desk.commands, POLICIES, name, self._read) for name in self.logs
        ]

    def _read(self, name: str, start: int, end: int) -> list[Entry]:
        return self.logs[name][start:end]

    def tell(self, type_: str, stream: str, **data: Any) -> None:
        """An entry of another log, that fits its schema, and that identity has applied."""
        fitting = {**EVENTS[type_].example, **data}
        EVENTS[type_]().load(fitting)
        name = type_.partition(".")[0]
        with context.bound(context.Context(actor="somebody")):
            body = event_body(type_, UUID(stream), 1, clock.now(), fitting).decode()
        self.logs[name].append(Entry.of(name, len(self.logs[name]), body))
        for subscription in self._following:
            subscription.catch_up()


@pytest.fixture
def news(desk: Desk) -> News:
    return News(desk)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[Move]:
    """Stop the clock at `NOON`; the given function moves it."""
    with clock.fixed(NOON) as move:
        yield move


@pytest.fixture(scope="session")
def world() -> Population:
    return population(person_count=60, firm_count=24)


@pytest.fixture
def simulator(world: Population) -> Iterator[Simulator]:
    # A slow answer never comes within a test.
    app = create_app(world, slow_seconds=3600, net_id=NetId(now=clock.now))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Simulator(world, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def identity_url(make_migrated: MakeMigrated) -> str:
    folder = Path(str(package.__file__)).parent / "migrations"
    return make_migrated({"identity": folder})


@pytest.fixture
def settings(identity_url: str) -> Settings:
    environ = {
        "DATABASE_URL": identity_url,
        "PERSONAL_DATA_KEY": KEY,
        "TOKEN_TTL_HOURS": "12",
        "NET_ID_KEYS": NetId().public_key,
    }
    return Settings.load("identity", environ)


@pytest.fixture
def app(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Identity]:
    # A hundred who ask at once on a busy machine are no registry that is away.
    monkeypatch.setattr("identity.registries.http.CONNECT_SECONDS", 60.0)
    application = Identity(settings, registries=Registries(simulator.url, 60, pauses=(0, 0)))
    yield application
    application.close()


@pytest.fixture
def desk(app: Identity) -> Desk:
    return Desk(app)


@pytest.fixture
def person(world: Population) -> Person:
    """An ordinary adult."""
    return world.persons[8]


@pytest.fixture
def firm(world: Population) -> Firm:
    """An ordinary private or mixed firm."""
    return world.firms[synthetic.ORDINARY_FIRMS]
