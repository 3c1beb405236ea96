"""The shapes that untouched histories have: none of them may raise an alarm."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg2

from chassis import clock
from chassis.domain import new_id
from schemas.catalog import PublishListing
from schemas.identity.accounts import OpenAccount
from schemas.matching import PlaceOrder
from schemas.voucher_ledger.batches import OpenBatch
from schemas.voucher_ledger.budget import AppropriateBudget
from schemas.voucher_ledger.grants import GrantVouchers
from schemas.voucher_ledger.vouchers import ClaimVoucher
from tests.tamper.chapters import (
    CITIES,
    NOBODY,
    funding,
    leaves,
    opening,
    refusals,
    story_year,
    trade,
    year_end,
)
from tests.tamper.economy import FUND, Economy, batch_form
from tests.tamper.history import PASSWORD, Story
from tests.tamper.platform import SERVICES

SPRING = datetime(2026, 3, 2, 1, tzinfo=UTC)
Tell = Callable[[Story], Economy | None]


@dataclass(frozen=True)
class Shape:
    """A shape: how it is told, from when on, under which hash."""

    name: str
    tell: Tell
    begins: datetime = SPRING
    log_hash: str = "sha-256"
    owner: bool = True
    """Whether there is a first account at all."""


def _whole_year(story: Story) -> Economy:
    economy = opening(story, users=5, providers=3)
    leaves(story)
    funding(economy, *CITIES[:2])
    refusals(economy)
    open_orders = trade(economy, 14)
    story.platform.witness()
    more = trade(economy, 6)
    economy.withdraw(economy.offers[-1])
    year_end(economy, open_orders + more)
    _next_year(economy)
    return economy


def _next_year(economy: Economy) -> None:
    """A new budget and a few orders; some are open, some entries are not cosigned yet."""
    story, year = economy.story, story_year()
    economy.vouchers.clear()
    for offer in economy.offers:
        economy.whitelist(offer, year)
    funding(economy, CITIES[0])
    trade(economy, 9)
    leaves(story)
    story.platform.witness()
    economy.appropriate(year)
    trade(economy, 3)
    economy.publish(story.providers[0])
    story.platform.settle()


def _nothing(_: Story) -> None:
    """No entry in any log."""


def _one_entry(story: Story) -> None:
    story.platform.witness()


def _staff_only(story: Story) -> None:
    opening(story, users=0, providers=0)
    story.platform.witness()


def _no_money(story: Story) -> None:
    opening(story)
    story.platform.witness()


def _refused_only(story: Story) -> Economy:
    economy = opening(story)
    for _ in range(2):
        refusals(economy)
    story.platform.witness()
    return economy


def _cancelled_only(story: Story) -> Economy:
    economy = opening(story)
    for voucher in funding(economy):
        order = economy.place(voucher, story.random.choice(economy.offers))
        if economy.state(order) == "funded":
            economy.cancel(order)
    story.platform.witness()
    return economy


def _ledger_of(size: int) -> Tell:
    """A ledger's log of an exact size, cosigned to its last entry."""

    def tell(story: Story) -> Economy:
        economy = opening(story, users=3, providers=1)
        funding(economy)
        trade(economy, 4)
        story.platform.settle()
        year = story_year()
        while (left := size - len(story.platform.entries("voucher-ledger"))) > 0:
            for number in range(left):
                if number % 3:
                    much = {**batch_form(year, CITIES[0]), "amount_fen": 10**12}
                    story.refuse(OpenBatch, story.owner(), **much)
                else:
                    economy.appropriate(year, fen=100)
            story.platform.settle()
        story.platform.witness()
        return economy

    return tell


def _many_regions(story: Story) -> Economy:
    economy = opening(story, users=6, providers=4)
    funding(economy, *CITIES)
    economy.appropriate(story_year(), fund="RCZX")
    trade(economy, 10)
    story.platform.witness()
    return economy


def _three_years(story: Story) -> Economy:
    economy = opening(story)
    for year in (2026, 2027, 2028):
        story.until(year, 3, 1)
        economy.vouchers.clear()
        for offer in economy.offers:
            economy.whitelist(offer, year)
        funding(economy, *CITIES[1:3])
        year_end(economy, trade(economy, 8), cosign=year != 2027)
    return economy


def _used_up(story: Story) -> Economy:
    economy = opening(story, users=2, providers=2)
    vouchers = funding(economy)
    for _ in range(5):
        for voucher in vouchers:
            order = economy.place(voucher, economy.offers[0])
            if economy.state(order) == "funded":
                economy.complete(order)
    year_end(economy, [])
    return economy


def _reserved_over_the_year_end(story: Story) -> Economy:
    economy = opening(story)
    story.until(story_year(), 12, 30)
    funding(economy)
    open_orders = [
        economy.place(voucher, economy.offers[0]) for voucher in economy.vouchers for _ in range(2)
    ]
    funded = [order for order in open_orders if economy.state(order) == "funded"]
    year_end(economy, funded)
    return economy


def _crashes(story: Story) -> Economy:
    """Processes die between any two steps, and in the middle of one."""
    platform = story.platform
    economy = opening(story)
    platform.restart()
    funding(economy)
    for _ in range(4):
        _torn_transaction(story)
        trade(economy, 2)
        platform.sequence()
        _sequencer_dies(story)
        platform.restart()
        story.platform.witness()
    year_end(economy, [])
    return economy


def _torn_transaction(story: Story) -> None:
    """A writer dies before its commit: the ids that it drew are never used."""
    connection = psycopg2.connect(story.platform.urls["voucher-ledger"])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events (stream, version, type, body) VALUES (%s, 1, 'x', '{}')",
            (new_id(),),
        )
    connection.close()


def _sequencer_dies(story: Story) -> None:
    """A keeper computes a batch that it never commits; another takes over."""
    economy_year = story_year()
    number = "皖财社〔示例〕9号"
    given = {"fund": FUND, "year": economy_year, "amount_fen": 1, "document_number": number}
    story.do(AppropriateBudget, story.owner(), **given)
    platform = story.platform
    ledger = next(each for each in SERVICES if each.name == "voucher-ledger")
    one, other = platform.sequencer(ledger), platform.sequencer(ledger)
    assert one.step()
    assert not other.step()
    platform.sequencers["voucher-ledger"] = other


def _repeated_commands(story: Story) -> Economy:
    """Callers that got no answer ask again, and again, under the same command id."""
    economy = opening(story)
    year = story_year()
    for _ in range(2):
        id_ = new_id()
        given = {"fund": FUND, "year": year, "amount_fen": 5_000_000, "document_number": "一号"}
        for _ in range(3):
            story.do(AppropriateBudget, story.owner(), command_id=id_, **given)
    vouchers = economy.grant(economy.batch(year), story.users[:2])
    id_ = new_id()
    for _ in range(3):
        story.refuse(ClaimVoucher, vouchers[0].holder, command_id=id_, voucher_id=vouchers[0].id)
        story.refuse(
            GrantVouchers, story.owner(), command_id=id_, batch_id=NOBODY, holders=[NOBODY]
        )
    story.platform.settle()
    offer, id_ = economy.offers[0], new_id()
    given = {"listing_id": offer.id, "voucher_id": vouchers[0].id, "price_fen": offer.price_fen}
    for _ in range(3):
        story.do(PlaceOrder, vouchers[0].holder, command_id=id_, **given)
        story.platform.settle()
    story.platform.witness()
    return economy


def _bus_that_repeats(story: Story) -> Economy:
    """Messages come twice, late and out of order, as a broker may send them."""
    economy = opening(story)
    vouchers = funding(economy)
    for _ in range(3):
        for voucher in vouchers:
            story.moment()
            economy.place(voucher, story.random.choice(economy.offers))
        _deliver_badly(story)
    story.platform.witness()
    return economy


def _deliver_badly(story: Story) -> None:
    platform = story.platform
    for _ in range(6):
        platform.sequence()
        for runtime in platform.runtimes.values():
            for subscription in runtime.subscriptions:
                entries = list(platform.entries(subscription.log))[-12:]
                messages = entries + entries[::2]
                story.random.shuffle(messages)
                note = platform.audited.checkpoint(subscription.log)
                subscription.receive(messages[:-3], [note] if note else [])


def _at_once(story: Story) -> Economy:
    """Commands from many at the same time, some of them for the same voucher."""
    economy = opening(story, users=6)
    vouchers = funding(economy)
    offer = economy.offers[0]

    def order(number: int) -> None:
        voucher = vouchers[number % len(vouchers)]
        given = {"listing_id": offer.id, "voucher_id": voucher.id, "price_fen": offer.price_fen}
        story.ask(PlaceOrder, voucher.holder, **given)

    threads = [threading.Thread(target=order, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    story.platform.witness()
    return economy


def _in_full_flight(story: Story) -> Economy:
    """Orders that nobody reacted to yet, events without a place, entries nobody cosigned."""
    economy = opening(story)
    vouchers = funding(economy)
    trade(economy, 5)
    story.platform.witness()
    economy.place(vouchers[0], economy.offers[0])
    story.platform.sequencers["matching"].step()
    story.platform.runtimes["oversight"].subscriptions[-1].catch_up()
    economy.place(vouchers[0], economy.offers[0])
    economy.appropriate(story_year())
    return economy


def _many_listings(story: Story) -> Economy:
    """A catalog of more than a full tile, with withdrawals."""
    economy = opening(story, users=1, providers=2)
    for number in range(130):
        provider = story.random.choice(story.providers)
        offer = economy.publish(provider, title=f"服务第{number}号")
        economy.whitelist(offer, story_year())
        if number % 7 == 0:
            economy.withdraw(offer)
    free = {"category": "policy.query", "title": "政策查询", "description": "免费查询"}
    economy.story.do(PublishListing, story.providers[0], **free, price_fen=0, confirmed=True)
    story.platform.witness()
    return economy


def _many_accounts(story: Story) -> None:
    for number in range(300):
        story.do(OpenAccount, login=f"reader-{number}", password=PASSWORD)
    story.platform.witness()


def _witness_was_away(story: Story) -> Economy:
    """The supervisor was away for months, then caught up at once."""
    economy = opening(story)
    funding(economy)
    for order in (economy.place(v, economy.offers[0]) for v in economy.vouchers):
        if economy.state(order) == "funded":
            economy.complete(order)
            economy.review(economy.apply(order))
    story.until(clock.legal_date().year, 9, 1)
    story.platform.witness()
    return economy


YEAR = Shape("a whole year and a bit", _whole_year)
YEAR_SM3 = Shape("a whole year and a bit, under SM3", _whole_year, log_hash="sm3")

SHAPES: tuple[Shape, ...] = (
    Shape("no entries at all", _nothing, owner=False),
    Shape("one entry", _one_entry),
    Shape("staff accounts only", _staff_only),
    Shape("services, but no money", _no_money),
    YEAR,
    YEAR_SM3,
    Shape("refusals", _refused_only),
    Shape("cancelled orders only", _cancelled_only),
    *(
        Shape(f"a ledger of {size} entries{', under SM3' if sm3 else ''}", _ledger_of(size),
              log_hash="sm3" if sm3 else "sha-256")
        for size, sm3 in ((255, False), (256, False), (257, False), (256, True), (511, True),
                          (512, False), (513, False))
    ),
    Shape("five regions and two funds", _many_regions),
    Shape("three years", _three_years),
    Shape("vouchers used up", _used_up),
    Shape("reserved over the year's end", _reserved_over_the_year_end),
    Shape("crashes in between", _crashes),
    Shape("commands repeated", _repeated_commands),
    Shape("a bus that repeats and reorders", _bus_that_repeats),
    Shape("commands at once", _at_once),
    Shape("in full flight", _in_full_flight),
    Shape("a catalog of many listings", _many_listings),
    Shape("an identity log of many accounts", _many_accounts),
    Shape("a supervisor that was away", _witness_was_away),
)  # fmt: skip
