"""The catalog as its callers see it, fed with entries of identity's log by hand."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

import catalog as package
from catalog.application import Catalog
from catalog.service import CatalogService
from catalog.subscriptions import POLICIES
from chassis import clock, context
from chassis.commands import Commands
from chassis.contract import Contract
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from chassis.settings import Settings
from chassis.subscription import Subscription
from chassis.testing import MakeMigrated, sequencer
from schemas import roles
from schemas.catalog import PublishListing, WhitelistListing

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon in Shanghai."""

Move = Callable[[datetime], None]

OFFER: dict[str, Any] = {
    "category": "enterprise.legal",
    "title": "股权架构咨询",
    "description": "两小时一对一咨询,含书面意见",
    "price_fen": 100_000,
    "confirmed": True,
}
TERMS: dict[str, Any] = {
    "valid_from": "2026-03-01",
    "valid_until": "2026-12-31",
    "rate_bp": 3000,
    "cap_fen": 50_000,
}


class Desk:
    """Speaks contracts to the service's own entrypoints."""

    def __init__(self, app: Catalog) -> None:
        self.app = app
        self.commands = Commands(app, b"key")
        self._identity: list[Entry] = []
        self._authority = ""
        self._subscription = Subscription(app, self.commands, POLICIES, "identity", self._read)

    def _read(self, log: str, start: int, end: int) -> Sequence[Entry]:
        return self._identity[start:end]

    def learn(self, type_: str, stream: str, data: dict[str, Any]) -> None:
        """An event of identity, applied."""
        body = event_body(type_, UUID(stream), 1, clock.now(), data).decode()
        self._identity.append(Entry.of("identity", len(self._identity), body))
        self._subscription.catch_up()

    def verified(self) -> str:
        """Somebody whose real name is confirmed."""
        subject = new_id()
        found = {"kind": "firm", "region": "340100", "outcome": "match"}
        self.learn("identity.SubjectVerified", subject, found)
        return subject

    def provider(self, region: str = "340100", may_charge: bool = True) -> str:
        """An admitted provider."""
        subject = self.verified()
        data: dict[str, Any] = {"kind": "lawful-firm", "name": "示例", "region": region}
        data |= {"conditions": {}, "may_charge": may_charge}
        self.learn("identity.SubjectAdmittedAsProvider", subject, data)
        return subject

    def ask(
        self,
        contract: type[Contract],
        subject: str = "",
        role: str | None = None,
        command: str = "",
        **given: Any,
    ) -> dict[str, Any]:
        """The outcome of a command or query: `{"result": …}` or `{"error": …}`."""
        service = object.__new__(CatalogService)
        authority = self._tenure() if role == roles.OPERATOR else None
        who = context.Context(
            actor=f"account-of-{subject}", subject=subject or None, role=role, authority=authority
        )
        runtime: Any = SimpleNamespace(application=self.app, commands=self.commands, key=None)
        service.runtime, service.circumstances = runtime, who  # type: ignore[misc]
        payload = {"input": given, "command_id": command or new_id()}
        outcome: dict[str, Any] = getattr(service, contract.method())(payload)
        return outcome

    def result(self, contract: type[Contract], *who: str, **given: Any) -> Any:
        """The result of what must succeed."""
        outcome = self.ask(contract, *who, **given)
        assert "result" in outcome, outcome
        return outcome["result"]

    def code(self, contract: type[Contract], *who: str, **given: Any) -> str:
        """The code of what must be refused."""
        outcome = self.ask(contract, *who, **given)
        assert "error" in outcome, outcome
        assert outcome["error"]["message"].keys() == {"zh", "en"}
        return str(outcome["error"]["code"])

    def _tenure(self) -> str:
        """What the operator's staff act on."""
        if not self._authority:
            self._authority = new_id()
            told: dict[str, Any] = {"number": 1, "operator": "示例运营", "contract_number": "1"}
            told |= {"uscc": "91350100M000100Y43"}
            told |= {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
            self.learn("identity.OperatorTenureGranted", self._authority, told)
        return self._authority

    def publish(self, provider: str = "", **changed: Any) -> dict[str, Any]:
        """A listing, as its publisher sees it."""
        given = {**OFFER, **changed}
        provider = provider or self.provider()
        found: dict[str, Any] = self.result(PublishListing, provider, roles.PROVIDER, **given)
        return found

    def whitelist(self, listing_id: str, **changed: Any) -> dict[str, Any]:
        """A listing that vouchers pay for."""
        given = {"listing_id": listing_id, **TERMS, **changed}
        found: dict[str, Any] = self.result(WhitelistListing, "", roles.HRSS_PROVINCE, **given)
        return found

    def log(self) -> list[Entry]:
        """Every entry of the catalog's log."""
        sequencer(self.app.database, self.app.log).step()
        return self.app.log_reader.entries(0)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[Move]:
    """Stop the clock at `NOON`; the given function moves it."""
    with clock.fixed(NOON) as move:
        yield move


@pytest.fixture
def desk(make_migrated: MakeMigrated) -> Iterator[Desk]:
    folder = Path(str(package.__file__)).parent / "migrations"
    url = make_migrated({"catalog": folder})
    app = Catalog(Settings.load("catalog", {"DATABASE_URL": url}))
    yield Desk(app)
    app.close()
