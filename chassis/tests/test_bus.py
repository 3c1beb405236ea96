"""The bus, in memory and over RabbitMQ: RPC with deadlines, subscriptions that lose nothing."""

import json
import time
from collections.abc import Callable, Iterator

import eventlet
import pytest
from eventlet.queue import Queue
from kombu import Connection

from chassis import context
from chassis.application import Decision
from chassis.bus import memory, topology
from chassis.commands import Commands
from chassis.database import Database, migrate
from chassis.domain import new_id
from chassis.log import Entry
from chassis.projection import Fact
from chassis.refusal import Refusal, ServiceUnavailable
from chassis.settings import Settings
from chassis.subscription import Policies, Subscription
from chassis.tests.bank_on_the_bus import (
    Audit,
    AuditService,
    Balance,
    BankService,
    OpenIt,
    PayIn,
    PayOut,
    World,
    eventually,
    publish,
    read,
)


@pytest.fixture(params=["memory", "rabbitmq"])
def world(request: pytest.FixtureRequest, make_database: Callable[[str], str]) -> Iterator[World]:
    amqp = request.param == "rabbitmq"
    url = request.getfixturevalue("vhost_url") if amqp else memory.URL
    made = World(url, make_database)
    yield made
    made.close()


def test_rpc_answers_with_results_refusals_and_faults_as_values(world: World) -> None:
    world.start(BankService)
    account = world.call(OpenIt, owner="a")["result"]["id"]
    assert world.call(PayIn, account_id=account, fen=5) == {"result": {"fen": 5}}
    assert world.call(Balance, account_id=account) == {"result": {"fen": 5}}
    refused = world.call(PayOut, account_id=account, fen=9)["error"]
    assert (refused["code"], refused["data"]) == ("bank.overdrawn", {"fen": 5})
    invalid = world.call(PayIn, account_id=account, fen=-1, extra=1)["error"]
    assert invalid["code"] == "input.invalid"
    assert set(invalid["data"]["fields"]) == {"fen", "extra"}
    missing = world.call(Balance, account_id=new_id())["error"]
    assert missing["code"] == "resource.not-found"


def test_a_role_is_guarded_in_the_service_itself(world: World) -> None:
    world.start(BankService)
    payload = {"input": {"account_id": new_id(), "fen": 1}, "command_id": new_id()}
    with context.bound(context.Context(actor="a", role="provider")):
        outcome = world.client.call("bank", "pay_in", payload, 10.0)
    assert outcome["error"]["code"] == "role.required"


def test_a_call_ends_at_its_deadline_and_names_the_service(world: World) -> None:
    world.start(BankService)
    account = world.call(OpenIt, owner="a")["result"]["id"]
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable) as late:
        world.call(Balance, 0.5, account_id=account, slow=True)
    assert time.monotonic() - began < 5
    assert late.value.data == {"service": "bank"}


def test_a_call_to_a_stopped_service_is_refused_and_not_worked_on_later(world: World) -> None:
    running = world.start(BankService)
    account = world.call(OpenIt, owner="a")["result"]["id"]
    running.stop()
    with pytest.raises(ServiceUnavailable):
        world.call(PayIn, 0.3, account_id=account, fen=5)
    eventlet.sleep(0.2)
    if world.amqp_url != memory.URL:  # the in-memory bus does not expire messages
        world.start(BankService)
        assert world.call(Balance, account_id=account) == {"result": {"fen": 0}}


def test_a_subscriber_applies_every_entry_once_whatever_the_bus_does(world: World) -> None:
    world.start(BankService)
    world.keep("bank")
    account = world.call(OpenIt, owner="a")["result"]["id"]
    for fen in range(1, 6):
        world.call(PayIn, account_id=account, fen=fen)
    world.start(AuditService)  # it comes late, and catches up from the log
    eventually(lambda: world.seen() == [0, 1, 2, 3, 4, 5])
    for fen in range(6, 10):
        world.call(PayIn, account_id=account, fen=fen)
    eventually(lambda: world.seen() == list(range(10)))
    entries = read(world, "bank")
    publish(world, [entries[3], entries[8]])  # doubled and out of order
    publish(world, [Entry("bank", 40, entries[3].text.replace('"position":3', '"position":40'))])
    world.call(PayIn, account_id=account, fen=10)
    eventually(lambda: world.seen() == list(range(11)))
    time.sleep(0.5)
    assert world.seen() == list(range(11))


def test_a_poison_entry_is_parked_and_the_next_ones_go_on(world: World) -> None:
    world.start(BankService)
    world.keep("bank")
    world.start(AuditService)
    account = world.call(OpenIt, owner="a")["result"]["id"]
    for fen in (1, 13, 2):
        world.call(PayIn, account_id=account, fen=fen)
    eventually(lambda: world.seen() == [0, 1, 2])
    database = Database(world.urls["audit"], pool_size=1)
    parked = database.rows("SELECT log, position, error FROM parked")
    database.close()
    assert parked == [{"log": "bank", "position": 2, "error": "ValueError: thirteen"}]


def test_a_message_that_is_no_entry_does_not_stop_the_subscriber(world: World) -> None:
    world.start(BankService)
    world.keep("bank")
    world.start(AuditService)
    account = world.call(OpenIt, owner="a")["result"]["id"]
    eventually(lambda: world.seen() == [0])
    publish(world, [Entry("bank", 1, "not json"), Entry("bank", 1, '{"log": "bank"}')])
    if world.amqp_url != memory.URL:  # before the place is taken by what belongs there
        with Connection(world.amqp_url) as connection:
            dead = topology.DEAD_LETTERS(connection.channel())
            eventually(lambda: dead.queue_declare(passive=True).message_count == 2)
    world.call(PayIn, account_id=account, fen=1)
    eventually(lambda: world.seen() == [0, 1])


@pytest.mark.parametrize("world", ["rabbitmq"], indirect=True)
def test_everything_published_is_in_the_audit_stream(world: World) -> None:
    world.start(BankService)
    world.keep("bank")
    account = world.call(OpenIt, owner="a")["result"]["id"]
    for fen in range(1, 30):
        world.call(PayIn, account_id=account, fen=fen)
    eventually(lambda: len(read(world, "bank")) == 30)
    found: Queue = Queue()
    with Connection(world.amqp_url) as connection:
        channel = connection.channel()
        channel.basic_qos(0, 100, False)
        channel.basic_consume(
            "bank.audit",
            callback=lambda message: found.put(message.body),
            arguments={"x-stream-offset": "first"},
        )
        eventually(lambda: connection.drain_events(timeout=5) or found.qsize() == 30)
    positions = [json.loads(found.get())["position"] for _ in range(30)]
    assert positions == list(range(30))


def test_a_crash_between_publishing_and_saving_repeats_but_loses_nothing(world: World) -> None:
    world.start(BankService)
    kept = world.keep("bank")
    world.start(AuditService)
    account = world.call(OpenIt, owner="a")["result"]["id"]
    world.call(PayIn, account_id=account, fen=1)
    eventually(lambda: world.seen() == [0, 1])
    kept.stop()
    database = Database(world.urls["bank"], pool_size=1)
    eventually(lambda: not kept.active)
    database.execute([("UPDATE published SET position = -1 WHERE log = 'bank'", ())])
    database.close()
    world.call(PayIn, account_id=account, fen=2)
    world.keep("bank")
    eventually(lambda: world.seen() == [0, 1, 2])


def test_a_reaction_that_is_refused_is_an_outcome_and_the_log_goes_on(
    make_database: Callable[[str], str],
) -> None:
    url = make_database("audit")
    migrate(url, {})

    class No(Refusal):
        code = "audit.no"
        zh = en = "no"

    policies = Policies("bank")

    @policies.reacts("bank.AccountOpened")
    def refuse(app: Audit, fact: Fact) -> Decision:
        raise No(of=fact.stream)

    app = Audit(Settings.load("audit", {"DATABASE_URL": url}))
    body = {"type": "bank.AccountOpened", "stream": "s", "version": 1, "data": {}}
    event = json.dumps({**body, "recorded_at": "2026-01-01T00:00:00.000000Z"})
    log = [Entry.of("bank", n, event) for n in range(3)]
    subscription = Subscription(app, Commands(app), policies, "bank", lambda _, a, b: log[a:b])
    subscription.receive([log[2]])
    assert subscription.position == 2
    assert app.database.rows("SELECT name FROM commands") == [{"name": "refuse"}] * 3
    types = app.database.rows("SELECT type FROM events")
    assert types == [{"type": "audit.CommandRefused"}] * 3
    again = Subscription(app, Commands(app), policies, "bank", lambda _, a, b: log[a:b])
    again.receive(log)
    assert len(app.database.rows("SELECT 1 FROM events")) == 3
    app.close()
