"""The bus drops, doubles, reorders, alters: a subscriber applies what the log signed, once."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu import Connection

from chassis.bus import memory, topology
from chassis.database import Database
from chassis.log import Entry
from chassis.sealing.frontier import Frontier
from chassis.sealing.hashing import SHA256
from chassis.tests.bank_on_the_bus import (
    AuditService,
    BankService,
    OpenIt,
    PayIn,
    World,
    eventually,
    publish,
    read,
)

QUEUE = "audit.follows.bank"
LAST = "SELECT body FROM events WHERE type LIKE '%.SubscriptionAcknowledged' ORDER BY version"


@pytest.fixture(params=["memory", "rabbitmq"])
def world(request: pytest.FixtureRequest, make_database: Callable[[str], str]) -> Iterator[World]:
    amqp = request.param == "rabbitmq"
    url = request.getfixturevalue("vhost_url") if amqp else memory.URL
    made = World(url, make_database)
    yield made
    made.close()


over_rabbitmq = pytest.mark.parametrize("world", ["rabbitmq"], indirect=True)


def begun(world: World) -> str:
    """The bank with its keeper, the audit that follows it, and an account."""
    world.start(BankService)
    world.keep("bank")
    world.start(AuditService)
    account: str = world.call(OpenIt, owner="a")["result"]["id"]
    eventually(lambda: world.seen() == [0])
    return account


def pay(world: World, account: str, *amounts: int) -> None:
    for fen in amounts:
        world.call(PayIn, account_id=account, fen=fen)


def acknowledged(world: World) -> dict[str, Any]:
    """What the audit acknowledged last."""
    database = Database(world.urls["audit"], pool_size=1)
    rows = database.rows(LAST)
    database.close()
    found: dict[str, Any] = json.loads(rows[-1]["body"])["data"] if rows else {}
    return found


def all_was_applied(world: World) -> bool:
    """Whether the audit acknowledges the whole log, with its root."""
    entries = read(world, "bank")
    tree = Frontier().extend(SHA256.leaves([entry.text.encode() for entry in entries]))
    told = acknowledged(world)
    return (told.get("size"), told.get("root")) == (len(entries), tree.root.hex())


def dead(world: World) -> int:
    """Messages among the dead letters."""
    with Connection(world.amqp_url) as connection:
        queue = topology.DEAD_LETTERS(connection.channel())
        return int(queue.queue_declare(passive=True).message_count)


@pytest.mark.article(32)
@over_rabbitmq
@pytest.mark.parametrize("how", ["unbind", "delete"])
def test_messages_that_the_broker_drops_are_read_from_the_log(world: World, how: str) -> None:
    account = begun(world)
    with Connection(world.amqp_url) as connection:
        channel = connection.channel()
        if how == "unbind":
            channel.queue_unbind(QUEUE, "bank.events", "#")
        else:
            channel.queue_delete(QUEUE)
    pay(world, account, 1, 2, 3)
    eventually(lambda: world.seen() == [0, 1, 2, 3], 40)
    eventually(lambda: all_was_applied(world))


@over_rabbitmq
def test_a_queue_that_was_purged_while_nobody_listened_costs_nothing(world: World) -> None:
    world.start(BankService)
    world.keep("bank")
    running = world.start(AuditService)
    account: str = world.call(OpenIt, owner="a")["result"]["id"]
    eventually(lambda: world.seen() == [0])
    running.stop()
    pay(world, account, 1, 2)
    with Connection(world.amqp_url) as connection:
        channel = connection.channel()
        eventually(lambda: channel.queue_declare(QUEUE, passive=True).message_count == 2)
        assert channel.queue_purge(QUEUE) == 2
    world.start(AuditService)
    eventually(lambda: world.seen() == [0, 1, 2])
    eventually(lambda: all_was_applied(world))


@pytest.mark.article(32)
def test_messages_that_are_doubled_and_reordered_are_applied_once_in_order(world: World) -> None:
    account = begun(world)
    pay(world, account, 1, 2, 3)
    eventually(lambda: world.seen() == [0, 1, 2, 3])
    entries = read(world, "bank")
    publish(world, [*reversed(entries), *entries])
    pay(world, account, 4)
    publish(world, [entries[2], entries[1]])
    eventually(lambda: world.seen() == [0, 1, 2, 3, 4])
    eventually(lambda: all_was_applied(world))
    assert world.seen() == [0, 1, 2, 3, 4]


@pytest.mark.article(32)
def test_an_altered_message_is_not_believed_and_is_kept_for_people(world: World) -> None:
    account = begun(world)
    pay(world, account, 100)
    eventually(lambda: world.seen() == [0, 100])
    last = read(world, "bank")[-1].text
    next_one = last.replace('"position":1', '"position":2').replace('"version":2', '"version":3')
    forged = Entry("bank", 2, next_one.replace('"fen":100', '"fen":999'))
    beyond = Entry("bank", 70, next_one.replace('"position":2', '"position":70'))
    publish(world, [forged, beyond])
    pay(world, account, 200)
    eventually(lambda: world.seen() == [0, 100, 200])
    eventually(lambda: all_was_applied(world))
    assert 999 not in world.seen()
    if world.amqp_url != memory.URL:
        eventually(lambda: dead(world) == 2)


def test_a_message_of_another_log_is_kept_for_people(world: World) -> None:
    account = begun(world)
    other = read(world, "bank")[0].text.replace('"log":"bank"', '"log":"vault"')
    publish(world, [Entry("vault", 0, other)])
    pay(world, account, 1)
    eventually(lambda: world.seen() == [0, 1])
    if world.amqp_url != memory.URL:
        eventually(lambda: dead(world) == 1)
