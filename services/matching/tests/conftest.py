"""Matching on a real database, fed with entries of the other logs by hand."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import matching
from chassis import clock, context
from chassis.commands import Command, Commands, Outcome
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from chassis.settings import Settings
from chassis.subscription import Subscription
from chassis.testing import MakeMigrated, sequencer
from matching.application import Matching
from matching.lapsing import lapse_due
from matching.subscriptions import POLICIES

MIGRATIONS = Path(matching.__file__).parent / "migrations"


class Bench:
    """What a test needs of matching: tell it things, ask it things, look at its log."""

    def __init__(self, app: Matching) -> None:
        self.app = app
        self.commands = Commands(app)
        self.logs: dict[str, list[Entry]] = {"identity": [], "catalog": [], "voucher-ledger": []}
        self.subscriptions = {
            log: Subscription(app, self.commands, POLICIES, log, self._read) for log in self.logs
        }
        self._sequencer = sequencer(app.database, app.log)

    def _read(self, log: str, start: int, end: int) -> Sequence[Entry]:
        return self.logs[log][start:end]

    def learn(self, type_: str, stream: str, data: dict[str, Any], version: int = 1) -> Entry:
        """An event of another service, applied."""
        log = type_.partition(".")[0]
        body = event_body(type_, UUID(stream), version, clock.now(), data).decode()
        entry = Entry.of(log, len(self.logs[log]), body)
        self.logs[log].append(entry)
        self.subscriptions[log].catch_up()
        return entry

    def user(self) -> str:
        """An admitted user."""
        subject = self.verified()
        self.learn(
            "identity.SubjectAdmittedAsUser", subject, {"region": "340100", "conditions": {}}
        )
        return subject

    def verified(self) -> str:
        """Somebody whose real name is confirmed."""
        subject = new_id()
        found = {"kind": "firm", "region": "340100", "outcome": "match"}
        self.learn("identity.SubjectVerified", subject, found)
        return subject

    def provider(self) -> str:
        """An admitted provider."""
        subject = self.verified()
        data = {"kind": "lawful-firm", "name": "示例", "region": "340100", "conditions": {}}
        self.learn("identity.SubjectAdmittedAsProvider", subject, data)
        return subject

    def listing(
        self,
        provider: str,
        price_fen: int = 100_000,
        *,
        region: str = "340100",
        period: tuple[str, str] | None = ("2026-01-01", "2026-12-31"),
    ) -> str:
        """A published listing, whitelisted when there is a period."""
        listing = new_id()
        data = {
            "provider": provider,
            "region": region,
            "category": "enterprise.legal",
            "title": "咨询",
            "description": "咨询",
            "price_fen": price_fen,
            "content_sha256": "0" * 64,
        }
        self.learn("catalog.ListingPublished", listing, data)
        if period is not None:
            terms = {
                "valid_from": period[0],
                "valid_until": period[1],
                "rate_bp": 3000,
                "cap_fen": 50_000,
            }
            self.learn("catalog.ListingWhitelisted", listing, terms, version=2)
        return listing

    def blacklist(self, subject: str, entry: str) -> None:
        """A subject is put on the blacklist."""
        told = {"subject_id": subject, "until": "2027-05-01"}
        self.learn("identity.BlacklistingEntered", entry, told)

    def acting(
        self, subject: str | None, role: str = "user", region: str | None = None
    ) -> AbstractContextManager[context.Context]:
        """Act as somebody."""
        return context.bound(
            context.Context(
                actor=f"account-of-{subject}", subject=subject, role=role, region=region
            )
        )

    def execute(self, name: str, subject: str | None, role: str = "user", **values: Any) -> Outcome:
        """Carry out a command as a subject, with a fresh command id."""
        with self.acting(subject, role):
            command = Command(name, new_id(), values, values, refusal_is_event=True)
            use_case: Callable[..., Any] = getattr(self.app, name)
            return self.commands.execute(command, lambda: use_case(**values))

    def reserved(self, order: str, fen: int) -> None:
        """The ledger reserved a share for an order."""
        data = {"order_id": order, "provider": new_id(), "fen": fen, "calculation": {}}
        self.learn("voucher-ledger.VoucherReserved", new_id(), {**data, "postings": []})

    def deadline(self, name: str, days: int, valid_from: str = "2026-05-01") -> None:
        """省人社厅 set how long a party has."""
        paper = {"valid_from": valid_from, "document_number": "皖人社〔2026〕8号"}
        self.learn("voucher-ledger.ParameterSet", new_id(), {"name": name, "value": days, **paper})

    def lapse(self) -> int:
        """What the service does at its tick."""
        return lapse_due(self.app, self.commands, at_a_time=2)

    def refused(self, order: str, command: str = "reserve_for_order") -> None:
        """The ledger refused to do something for an order."""
        data = {
            "command": command,
            "code": "voucher-ledger.balance-exhausted",
            "grounds": {"left_fen": 0},
            "inputs": {"of": order},
        }
        self.learn("voucher-ledger.CommandRefused", new_id(), data)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything in matching's log: types and data."""
        self._sequencer.step()
        return [(entry.type, entry.data) for entry in self.app.log_reader.entries(0)]


@pytest.fixture
def bench(make_migrated: MakeMigrated) -> Iterator[Bench]:
    url = make_migrated({"matching": MIGRATIONS})
    app = Matching(Settings.load("matching", {"DATABASE_URL": url}))
    yield Bench(app)
    app.close()
