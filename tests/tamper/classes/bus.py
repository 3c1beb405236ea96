"""On the bus: messages are dropped, doubled, reordered or altered, or entries are passed over.

What a subscriber holds against its log's key it does not apply (`chassis/tests/test_bus_attacks.py`
does that over RabbitMQ). So here the operator helps: the service runs without the keys, or its
tables are changed.
"""

import json
from collections.abc import Callable

from chassis.canonical import canonical
from chassis.log import Entry
from chassis.sealing.frontier import Frontier
from chassis.subscription import Subscription
from tests.tamper.attacker import Attacker
from tests.tamper.corpus import variant
from tests.tamper.economy import Order

KIND = "a message dropped or doubled on the bus"
LEDGER = "voucher-ledger"


def follows(a: Attacker, subscriber: str, log: str) -> Subscription:
    """One service following one log."""
    found = a.platform.runtimes[subscriber].subscriptions
    return next(subscription for subscription in found if subscription.log == log)


def sequenced(a: Attacker, count: int) -> list[Order]:
    """Orders that have their places in matching's log, and of which nobody has heard yet."""
    orders = [a.economy.place(a.economy.vouchers[0], a.economy.offers[0]) for _ in range(count)]
    a.platform.sequence()
    return orders


def deliver(
    a: Attacker, bend: Callable[[list[Entry]], list[Entry]], subscriber: str = LEDGER
) -> None:
    """A service without keys is sent what is made of the news from matching."""
    subscription = follows(a, subscriber, "matching")
    subscription.signed = None
    news = a.entries("matching")[subscription.position + 1 :]
    subscription.receive(bend(list(news)))
    a.story.wait(minutes=1)


def placed(entry: Entry, position: int) -> Entry:
    """An entry as if it had another place."""
    said = {**json.loads(entry.text), "position": position}
    return Entry.parse(canonical(said).decode())


@variant(KIND, "applied-differs", broken=False)
def a_message_is_altered_on_its_way_to_a_service_without_keys(a: Attacker) -> None:
    sequenced(a, 2)
    price = a.economy.offers[0].price_fen

    def cheaper(news: list[Entry]) -> list[Entry]:
        said = json.loads(news[0].text)
        said["event"]["data"]["price_fen"] = price - 500
        return [Entry.parse(canonical(said).decode()), *news[1:]]

    deliver(a, cheaper)


@variant(KIND, "applied-differs", broken=False)
def a_message_is_doubled_under_the_next_place(a: Attacker) -> None:
    sequenced(a, 2)
    deliver(a, lambda news: [news[0], placed(news[0], news[1].position)])


@variant(KIND, "applied-differs", broken=False)
def two_messages_change_places(a: Attacker) -> None:
    sequenced(a, 2)
    deliver(
        a,
        lambda news: [placed(news[1], news[0].position), placed(news[0], news[1].position)],
    )


@variant(KIND, "applied-differs", broken=False)
def a_message_is_dropped_and_the_next_one_takes_its_place(a: Attacker) -> None:
    sequenced(a, 2)
    deliver(a, lambda news: [placed(news[1], news[0].position)])


@variant(KIND, "applied-differs", broken=False)
def an_acceptance_is_invented_on_the_bus(a: Attacker) -> None:
    sequenced(a, 1)

    def invented(news: list[Entry]) -> list[Entry]:
        said = json.loads(news[-1].text)
        said["event"] |= {"type": "matching.OrderDelivered", "version": 2, "data": {}}
        said["event"]["data"] = {"evidence_sha256": "0" * 64}
        said["position"] += 1
        return [*news, Entry.parse(canonical(said).decode())]

    deliver(a, invented)
    sequenced(a, 1)


@variant(KIND, "not-acknowledged", broken=False)
def messages_are_dropped_and_the_log_cannot_be_read(a: Attacker) -> None:
    a.platform.cut_off(LEDGER, "matching")
    sequenced(a, 1)
    a.story.wait(minutes=11)
    a.story.person()


@variant(KIND, "stopped:seal.not-consistent", broken=False)
def an_order_is_passed_over_in_the_ledgers_tracking(a: Attacker) -> None:
    ledger = follows(a, LEDGER, "matching")
    while (ledger.position + 1) % 4 != 1:  # then one entry more has as many peaks
        sequenced(a, 1)
        ledger.catch_up()
    sequenced(a, 2)
    _skip(a, ledger.position + 1)


@variant(KIND, "answer-missing", broken=False)
def an_order_is_passed_over_and_the_hashes_are_made_to_fit(a: Attacker) -> None:
    tracked = follows(a, LEDGER, "matching").position
    sequenced(a, 2)
    hashing = a.hashing("matching")
    texts = [entry.text.encode() for entry in a.entries("matching")[: tracked + 2]]
    peaks = Frontier(hashing).extend(hashing.leaves(texts)).packed()
    a.sql(LEDGER, "UPDATE tracking SET peaks = %s WHERE log = 'matching'", peaks)
    _skip(a, tracked + 1)
    a.story.wait(minutes=1)


def _skip(a: Attacker, position: int) -> None:
    a.sql(LEDGER, "UPDATE tracking SET position = %s WHERE log = 'matching'", position)
    a.platform.restart()


@variant(KIND, "answer-missing", broken=False)
def an_entry_that_could_not_be_applied_disappears_from_the_parked_ones(a: Attacker) -> None:
    a.sql(LEDGER, "ALTER TABLE offers RENAME TO hidden")
    sequenced(a, 1)
    subscription = follows(a, LEDGER, "matching")
    subscription.catch_up()
    a.sql(LEDGER, "ALTER TABLE hidden RENAME TO offers")
    a.sql(LEDGER, "DELETE FROM parked")
    a.story.wait(minutes=1)


@variant(KIND, "applied-differs", broken=False)
def an_acknowledgement_is_made_up(a: Attacker) -> None:
    a.story.wait(minutes=1)
    like = a.all("matching.SubscriptionAcknowledged")[-1]
    later = [entry for entry in a.entries("matching") if entry.stream == like.stream]
    sequenced(a, 1)
    forged = a.forged(like, {"root": "0" * 64, "size": like.data["size"] + 1})
    forged |= {"version": len(later) + 1, "actor": "system:matching", "role": None}
    if a.size(like.data["followed"]) <= like.data["size"]:
        a.economy.appropriate(2027)
        a.platform.sequence()
    a.append(forged)
    a.platform.sequence()
