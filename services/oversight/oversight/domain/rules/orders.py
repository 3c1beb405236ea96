"""Did orders go the way they must (业务流程合规性, art. 3, 19, 26)?"""

from collections.abc import Iterator
from operator import itemgetter

from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

_PLACED = ("matching.OrderPlaced",)
_NAMES = ("listing_revision", "provider", "region", "category", "price_fen")
_FROZEN = itemgetter(*_NAMES)
BEFORE = {
    "matching.OrderFunded": ("placed",),
    "matching.OrderRefused": ("placed",),
    "matching.OrderDelivered": ("funded",),
    "matching.OrderAccepted": ("delivered",),
    "matching.OrderCancelled": ("placed", "funded"),
    "matching.OrderLapsed": ("funded", "delivered"),
}
"""By event type: the states that an order may be in before it."""


class ThePartiesDiffer(Rule):
    """Nobody is on both sides of an order (art. 3)."""

    id = "parties-same"
    articles = (3,)
    reads = _PLACED
    zh = "用户与服务商为同一主体 {subject}"
    en = "User and provider are the same subject {subject}"

    def breach(self, event: Event, world: World) -> Breach:
        """The one subject."""
        user = event.data["user"]
        return {"subject": user} if user == event.data["provider"] else None


class TheUserWasAdmitted(Rule):
    """An order is placed by a user whose admission the decision had seen (art. 25, 26)."""

    id = "user-not-admitted"
    articles = (25, 26)
    reads = _PLACED
    zh = "下单者 {user} 在下单前未被准入为用户"
    en = "{user} was not an admitted user before the order"

    def breach(self, event: Event, world: World) -> Breach:
        """No admission, or a later one."""
        admitted = world.users.get(event.data["user"])
        if admitted is not None and admitted <= event.seen("identity"):
            return None
        return {"user": event.data["user"]}


class TheOrderFrozeItsListing(Rule):
    """An order freezes provider, region, category and price of the listing's revision it saw."""

    id = "order-off-listing"
    articles = (15, 19)
    reads = _PLACED
    zh = "订单与服务 {listing} 所见版本不符:{names}"
    en = "The order is not what listing {listing} offered when it was seen: {names}"

    def breach(self, event: Event, world: World) -> Breach:
        """What differs."""
        data = event.data
        offer = world.offer(data["listing_id"], event.seen("catalog"))
        if offer is None or offer.withdrawn:
            return {"listing": data["listing_id"], "names": "listing_id"}
        frozen = (offer.revision, offer.provider, offer.region, offer.category, offer.price_fen)
        if _FROZEN(data) == frozen:
            return None
        pairs = zip(_NAMES, _FROZEN(data), frozen, strict=True)
        names = [name for name, said, offered in pairs if said != offered]
        return {"listing": data["listing_id"], "names": ", ".join(names)}


class OrdersTakeTheirSteps(Rule):
    """placed → funded → delivered → accepted; refused after placed; cancelled before delivery.

    It lapses while it waits for a party.
    """

    id = "order-step"
    articles = (19,)
    reads = tuple(BEFORE)
    zh = "订单状态为 {state} 时发生 {type}"
    en = "{type} while the order was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """A step out of turn."""
        order = world.orders.get(event.stream)
        state = order.state if order else "-"
        return None if state in BEFORE[event.type] else {"state": state, "type": event.type}


class TheOwnShareIsTheRest(Rule):
    """Voucher share and own share of a funded order make up its price (invariant 3)."""

    id = "own-share-differs"
    articles = (19,)
    reads = ("matching.OrderFunded",)
    zh = "券额 {voucher} 分与自付 {own} 分之和不等于价格 {price} 分"
    en = "Voucher share {voucher} and own share {own} do not make up the price of {price} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """The three amounts, when they do not add up."""
        order = world.orders.get(event.stream)
        voucher, own = event.data["voucher_fen"], event.data["own_fen"]
        if order is None or voucher + own == order.price_fen:
            return None
        return {"voucher": voucher, "own": own, "price": order.price_fen}


class AnAcceptanceIsOfTheOrder(Rule):
    """Whole or in part, an acceptance is of the price; the voucher pays the same part of its share.

    The voucher's part is rounded down to whole fen; the user's own is what is left (art. 19).
    """

    id = "acceptance-differs"
    articles = (19,)
    reads = ("matching.OrderAccepted",)
    zh = "验收 {accepted} 分(总价 {price}):券额应为 {expected} 分,记 {voucher} 分、自付 {own} 分"
    en = (
        "{accepted} fen of {price} were accepted: the voucher pays {expected}, "
        "not {voucher} with {own} of the user's own"
    )

    def breach(self, event: Event, world: World) -> Breach:
        """More than the price, or other parts than its own."""
        order, data = world.orders.get(event.stream), event.data
        if order is None or order.voucher_fen is None:
            return None
        accepted, voucher, own = (
            data[name] for name in ("accepted_fen", "voucher_due_fen", "own_due_fen")
        )
        expected = order.voucher_fen * accepted // order.price_fen
        if accepted <= order.price_fen and (voucher, own) == (expected, accepted - expected):
            return None
        amounts = {"accepted": accepted, "price": order.price_fen, "expected": expected}
        return {**amounts, "voucher": voucher, "own": own}


class FundedIsWhatWasReserved(Rule):
    """The voucher share of a funded order is what the ledger reserved for it."""

    id = "funding-differs"
    articles = (8, 19)
    zh = "订单 {order_id} 记券额 {funded} 分,台账预留 {reserved} 分"
    en = "Order {order_id} is funded with {funded} fen, the ledger reserved {reserved} fen"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every funded order that differs; what the ledger did after the replay's end may not."""
        ledger = world.logs.get("voucher-ledger")
        end = ledger.next if ledger else 0
        for order_id, order in world.orders.items():
            if order.voucher_fen in (None, order.reserved_fen) or order.funded_by >= end:
                continue
            yield cls.finding(
                "matching",
                order.funded_at,
                {
                    "order_id": order_id,
                    "funded": order.voucher_fen,
                    "reserved": order.reserved_fen or 0,
                },
            )
