"""A bank whose log is followed by an audit: both on databases of their own, no bus between."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from chassis import testing
from chassis.application import Application, Decision
from chassis.commands import Commands
from chassis.database import Statement, migrate
from chassis.log import Entry
from chassis.projection import Fact, Projector
from chassis.seal import latest_checkpoint, signing_key
from chassis.settings import Settings
from chassis.subscription import Policies, Subscription
from chassis.subscription.signed import SignedLog
from chassis.tests.conftest import Bank, command
from chassis.tlog import SealedLog

KEY = signing_key(Settings(service="bank", log_signing_key=testing.LOG_SIGNING_KEY)).verifier
POISON = 13


class Audit(Application):
    """Keeps a row for each payment, and welcomes each account."""

    log = "audit"
    projector: ClassVar[Projector] = Projector()
    poisoned: ClassVar[bool] = True


POLICIES = Policies("bank")


@POLICIES.on("bank.AccountPaid")
def paid(fact: Fact) -> Iterator[Statement]:
    if fact.data["fen"] == POISON and Audit.poisoned:
        raise ValueError("thirteen")
    yield "INSERT INTO seen (id, fen) VALUES (%s, %s)", (fact.stream, fact.data["fen"])


@POLICIES.reacts("bank.AccountOpened")
def welcome(app: Audit, fact: Fact) -> Decision:
    if fact.data["owner"] == "poison" and Audit.poisoned:
        raise ValueError("poison")
    return Decision({}, statements=[("INSERT INTO seen VALUES (%s, 0)", (fact.stream,))])


class Followed:
    """The bank, and what its service answers."""

    def __init__(self, url: str) -> None:
        migrate(url, {})
        self.app = Bank(Settings.load("bank", {"DATABASE_URL": url}))
        self.app.database.execute([("CREATE TABLE accounts (id text PRIMARY KEY, fen bigint)", ())])
        self.commands = Commands(self.app)
        self.sequencer = testing.sequencer(self.app.database, "bank")
        self.reads = 0

    def open(self, owner: str = "a") -> str:
        """An account; its entry is sealed."""
        outcome = self.commands.execute(command("open"), lambda: self.app.open(owner))
        self.sequencer.step()
        return str(outcome["result"]["id"])

    def pay(self, account: str, *amounts: int) -> list[Entry]:
        """Payments, each with its entry sealed; returns the entries."""
        for fen in amounts:
            self.record(account, fen)
            self.sequencer.step()
        return self.entries()[-len(amounts) :]

    def record(self, account: str, fen: int) -> None:
        """A payment that has no place in the log yet."""
        self.commands.execute(command("pay"), lambda: self.app.pay_in(account, fen))

    def entries(self) -> list[Entry]:
        """The whole log."""
        return self.app.log_reader.entries(0)

    def note(self) -> str:
        """Its newest checkpoint."""
        return latest_checkpoint(self.app.database) or ""

    def read(self, log: str, start: int, end: int) -> Sequence[Entry]:
        """What its service answers about entries."""
        self.reads += 1
        return self.app.log_reader.entries(start, end)

    def read_note(self, log_name: str) -> str:
        """What its service answers about its checkpoint."""
        return SealedLog(self.app.database, log_name).checkpoint()["note"] or ""

    def read_consistency(self, log_name: str, old: int, new: int) -> list[bytes]:
        """What its service answers about its growth."""
        found = SealedLog(self.app.database, log_name).consistency(old, new)
        return [bytes.fromhex(each) for each in found["proof"]]


class Follower:
    """The audit, and one subscription of it at a time."""

    def __init__(self, url: str, bank: Followed, signed: bool = True, pause: float = 10.0) -> None:
        migrate(url, {})
        environ = {"DATABASE_URL": url, "ACKNOWLEDGE_SECONDS": str(pause)}
        self.app = Audit(Settings.load("audit", environ))
        self.app.database.execute([("CREATE TABLE seen (id text, fen bigint)", ())])
        self.bank = bank
        self.signed = signed
        self.sequencer = testing.sequencer(self.app.database, "audit")
        self.start()

    def start(self) -> Subscription:
        """Begin anew, as after a crash."""
        bank = self.bank
        signed = SignedLog("bank", KEY, bank) if self.signed else None
        self.subscription = Subscription(
            self.app, Commands(self.app), POLICIES, "bank", bank.read, signed=signed
        )
        return self.subscription

    def seen(self) -> list[int]:
        """The payments that it keeps, and a zero for each welcome."""
        return [row["fen"] for row in self.app.database.rows("SELECT fen FROM seen ORDER BY fen")]

    def told(self) -> list[dict[str, Any]]:
        """What its own log says about following the bank."""
        rows = self.app.database.rows(
            "SELECT body FROM events WHERE type LIKE %s ORDER BY version", ("%.Subscription%",)
        )
        return [json.loads(row["body"]) for row in rows]

    def acknowledged(self) -> list[dict[str, Any]]:
        """What its acknowledgements say."""
        return [e["data"] for e in self.told() if e["type"].endswith("Acknowledged")]
