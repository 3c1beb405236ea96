"""A bank and an audit that follows it, as services on one bus."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, ClassVar

import eventlet
from kombu import Connection, Exchange, Producer
from marshmallow import fields
from nameko.containers import ServiceContainer

from chassis import context
from chassis.application import Application, Decision
from chassis.bus import memory, topology
from chassis.bus.host import Deployable, container, keeper, prepare
from chassis.bus.rpc import Caller, RpcClient
from chassis.contract import Command, Fen, Id, Query, Text
from chassis.database import Database, Statement, migrate
from chassis.domain import new_id
from chassis.log import Entry
from chassis.projection import Fact, Projector
from chassis.seal import signing_key
from chassis.service import Runtime, Service, handles
from chassis.settings import Settings
from chassis.subscription import Policies
from chassis.testing import LOG_SIGNING_KEY
from chassis.tests.conftest import Account, Bank

BANK_KEY = signing_key(Settings(service="bank", log_signing_key=LOG_SIGNING_KEY)).verifier
TABLES = {
    "bank": "CREATE TABLE accounts (id text PRIMARY KEY, fen bigint)",
    "audit": "CREATE TABLE seen (id text, fen bigint)",
}


class OpenIt(Command):
    service = "bank"
    refusal_is_event = True
    owner = Text(required=True)


class PayIn(Command):
    service = "bank"
    allowed = frozenset({"user"})
    account_id = Id(required=True)
    fen = Fen(required=True)


class PayOut(Command):
    service = "bank"
    refusal_is_event = True
    account_id = Id(required=True)
    fen = Fen(required=True)


class Balance(Query):
    service = "bank"
    account_id = Id(required=True)
    slow = fields.Boolean(load_default=False)


class BankService(Service):
    name = "bank"
    runtime: Runtime[Bank] = Runtime(Bank)

    @handles(OpenIt)
    def open_it(self, owner: str) -> Decision:
        return self.runtime.application.open(owner)

    @handles(PayIn)
    def pay_in(self, **values: Any) -> Decision:
        return self.runtime.application.pay_in(**values)

    @handles(PayOut)
    def pay_out(self, **values: Any) -> Decision:
        return self.runtime.application.pay_out(**values)

    @handles(Balance)
    def balance(self, account_id: str, slow: bool) -> dict[str, Any]:
        if slow:
            eventlet.sleep(30)
        return {"fen": self.runtime.application.load(Account, account_id).fen}


POLICIES = Policies("bank")


@POLICIES.on("bank.AccountPaid")
def paid(fact: Fact) -> Iterator[Statement]:
    if fact.data["fen"] == 13:
        raise ValueError("thirteen")
    yield "INSERT INTO seen (id, fen) VALUES (%s, %s)", (fact.stream, fact.data["fen"])


@POLICIES.reacts("bank.AccountOpened")
def welcome(app: "Audit", fact: Fact) -> Decision:
    return Decision({}, statements=[("INSERT INTO seen VALUES (%s, 0)", (fact.stream,))])


class Audit(Application):
    log = "audit"
    projector: ClassVar[Projector] = Projector()


class AuditService(Service):
    name = "audit"
    runtime: Runtime[Audit] = Runtime(Audit, POLICIES)


class CallerService:
    name = "caller"
    caller = Caller()


class World:
    """Containers and log keepers on one bus."""

    def __init__(self, amqp_url: str, make_database: Callable[[str], str]) -> None:
        self.amqp_url = amqp_url
        self._make_database = make_database
        self._stack = ExitStack()
        self.urls: dict[str, str] = {}
        self.keepers: dict[str, Any] = {}
        prepare()
        self.caller = self.start(CallerService)
        dependency = next(d for d in self.caller.dependencies if isinstance(d, Caller))
        self.client: RpcClient = dependency.client

    def settings(self, name: str) -> Settings:
        if name not in self.urls:
            url = self.urls[name] = self._make_database(name)
            migrate(url, {})
            database = Database(url, pool_size=1)
            if name in TABLES:
                database.execute([(TABLES[name], ())])
            database.close()
        environ = {
            "DATABASE_URL": self.urls[name],
            "AMQP_URL": self.amqp_url,
            "FOLLOW_INTERVAL": "0.2",
            "DB_POOL_SIZE": "4",
            "LOG_SIGNING_KEY": LOG_SIGNING_KEY,
            "LOG_KEYS": str(BANK_KEY),
            "ACKNOWLEDGE_SECONDS": "0.1",
        }
        return Settings.load(name, environ)

    def start(self, service: type) -> ServiceContainer:
        running = container(Deployable(service), self.settings(service.name))  # type: ignore[attr-defined]
        running.start()
        self._stack.callback(running.kill)
        return running

    def keep(self, name: str) -> Any:
        kept = keeper(self.settings(name))
        thread = eventlet.spawn(kept.run)
        self.keepers[name] = kept

        def stop() -> None:
            kept.stop()
            thread.wait()

        self._stack.callback(stop)
        return kept

    def call(self, contract: type, timeout: float = 10.0, **values: Any) -> dict[str, Any]:
        payload = {"input": values, "command_id": new_id()}
        with context.bound(context.Context(actor="a", role="user")):
            return self.client.call(contract.service, contract.method(), payload, timeout)  # type: ignore[attr-defined]

    def seen(self) -> list[int]:
        database = Database(self.urls["audit"], pool_size=1)
        rows = database.rows("SELECT fen FROM seen ORDER BY fen")
        database.close()
        return [row["fen"] for row in rows]

    def close(self) -> None:
        self._stack.close()
        memory.clear()


def eventually(check: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that another green thread brings about."""
    for _ in range(int(seconds / 0.05)):
        if check():
            return
        time.sleep(0.05)
    assert check()


def read(world: World, name: str) -> list[Entry]:
    """The whole log of a service, by RPC."""
    with context.bound(context.Context(actor="system:test")):
        found = world.client.result(name, "entries", {"input": {"start": 0}}, 10.0)
    return [Entry.parse(text) for text in found["entries"]]


def publish(world: World, entries: list[Entry]) -> None:
    """Put messages on the bus as they are; returns when the broker has them.

    What is unconfirmed when a connection closes may not reach a quorum queue.
    """
    with Connection(world.amqp_url, transport_options={"confirm_publish": True}) as connection:
        exchange: Exchange = topology.events_exchange("bank")
        producer = Producer(connection.channel(), exchange=exchange)
        for entry in entries:
            producer.publish(entry.text.encode(), routing_key="bank.X", content_type="a/b")
