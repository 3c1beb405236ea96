"""Did vouchers pay for what they may, and no more than they may (art. 17, 19)?"""

from collections.abc import Iterator

from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.trade import Offer, Order
from oversight.domain.world import Voucher, World

_RESERVED = ("voucher-ledger.VoucherReserved",)
GIVES_BACK = ("cancelled", "lapsed")
"""The states of an order in which its whole share goes back."""


def _order_of(event: Event, world: World) -> Order | None:
    return world.orders.get(event.data["order_id"])


def _offer_of(event: Event, world: World) -> Offer | None:
    order = _order_of(event, world)
    return world.offer(order.listing_id, event.seen("catalog")) if order else None


def _whitelisted(offer: Offer, event: Event) -> bool:
    """Whether it was, on any date on which this can have been decided."""
    early, late = event.days()
    return offer.whitelisted_on(late) or (early != late and offer.whitelisted_on(early))


class AReservationHasItsOrder(Rule):
    """A share is reserved for an order of the voucher's holder that names this very voucher."""

    id = "reserved-without-order"
    articles = (8, 19)
    reads = _RESERVED
    zh = "预留 {order_id} 与撮合日志中的订单不符:{what}"
    en = "The reservation for {order_id} has no such order in matching's log: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """No order, one of another voucher, user or provider, or one that has its share already."""
        order, voucher = _order_of(event, world), world.vouchers.get(event.stream)
        if voucher is None:
            return None
        if order is None:
            return {"order_id": event.data["order_id"], "what": "OrderPlaced"}
        if order.reserved_fen is not None:
            return {"order_id": event.data["order_id"], "what": "VoucherReserved"}
        said = (order.voucher_id, order.user, order.provider)
        found = (event.stream, voucher.holder, event.data["provider"])
        if said == found:
            return None
        names = zip(("voucher_id", "user", "provider"), said, found, strict=True)
        wrong = [name for name, one, other in names if one != other]
        return {"order_id": event.data["order_id"], "what": ", ".join(wrong)}


class AVoucherIsClaimedOnceBeforeItIsUsed(Rule):
    """A voucher is claimed once, and reserves nothing before that or after its use-by date."""

    id = "voucher-step"
    articles = (17,)
    reads = (*_RESERVED, "voucher-ledger.VoucherClaimed")
    zh = "创业券状态为 {state}、使用截止日 {use_by} 时发生 {type}"
    en = "{type} while the voucher was {state}, to be used by {use_by}"

    def breach(self, event: Event, world: World) -> Breach:
        """A step out of turn, or too late."""
        voucher = world.vouchers.get(event.stream)
        if voucher is None:
            return None
        use_by = voucher.batch.terms["use_by"]
        if event.type == _RESERVED[0]:
            kept = voucher.state == "claimed" and event.days()[0] <= use_by
        else:
            kept = voucher.state == "granted"
        return None if kept else {"state": voucher.state, "use_by": use_by, "type": event.type}


class TheListingWasWhitelisted(Rule):
    """On the date, the listing was whitelisted as far as the decision had seen the catalog."""

    id = "listing-not-whitelisted"
    articles = (17, 20)
    reads = _RESERVED
    zh = "服务 {listing} 在 {day} 不在创业券服务范围内"
    en = "On {day} the service {listing} could not be bought with vouchers"

    def breach(self, event: Event, world: World) -> Breach:
        """Not whitelisted on any date on which this can have been decided."""
        order = _order_of(event, world)
        if order is None:
            return None
        offer = _offer_of(event, world)
        if offer is not None and _whitelisted(offer, event):
            return None
        return {"listing": order.listing_id, "day": event.days()[1]}


class TheCategoryIsCovered(Rule):
    """A batch's vouchers pay for its own categories only."""

    id = "category-not-covered"
    articles = (17,)
    reads = _RESERVED
    zh = "该批次创业券不适用于类目 {category}"
    en = "Vouchers of this batch do not cover {category}"

    def breach(self, event: Event, world: World) -> Breach:
        """The category of the order's listing."""
        order, voucher = _order_of(event, world), world.vouchers.get(event.stream)
        if order is None or voucher is None:
            return None
        covered = order.category in voucher.batch.terms["categories"]
        return None if covered else {"category": order.category}


def bounds(event: Event, world: World, voucher: Voucher, offer: Offer) -> dict[str, int]:
    """What bounds a share, each in fen, rates rounded down: recomputed, not believed."""
    terms, order = voucher.batch.terms, world.orders[event.data["order_id"]]
    found = {
        "batch_rate": order.price_fen * terms["rate_bp"] // 10_000,
        "batch_cap": terms["item_cap_fen"],
        "item_rate": order.price_fen * offer.rate_bp // 10_000,
        "item_cap": offer.cap_fen,
        "balance": voucher.available_fen,
    }
    id_, fen = event.data["order_id"], event.data["fen"]
    if voucher.batch.user_cap_fen is not None:
        allowance = world.allowances.get(event.data["allowance"])
        before = allowance.used_fen - allowance.used.get(id_, 0) if allowance else 0
        found["yearly_cap"] = max(voucher.batch.user_cap_fen - before, 0)
    if order.category in voucher.batch.category_caps:
        share = world.shares.get(event.data["quota_share"])
        found["category_cap"] = share.left_fen + fen if share else 0
    return found


class TheShareIsWithinItsBounds(Rule):
    """The share is not more than any bound, recomputed from batch, listing, price and balance."""

    id = "share-beyond-bounds"
    articles = (17,)
    reads = _RESERVED
    zh = "抵扣额 {fen} 分超出上限 {most} 分({bounds})"
    en = "The share of {fen} fen exceeds {most} fen ({bounds})"

    def breach(self, event: Event, world: World) -> Breach:
        """The smallest bound, when the share is beyond it."""
        found = event.worked_out = _recomputed(event, world)
        if found is None or event.data["fen"] <= min(found.values()):
            return None
        return {"fen": event.data["fen"], "most": min(found.values()), "bounds": found}


class TheCalculationIsShown(Rule):
    """The calculation that the event keeps is the one that the supervisor makes.

    It is asked after `TheShareIsWithinItsBounds`, which has made it.
    """

    id = "calculation-differs"
    articles = (17,)
    reads = _RESERVED
    zh = "抵扣额计算过程不符:应为 {expected},实为 {recorded}"
    en = "The recorded calculation is not ours: {expected} expected, not {recorded}"

    def breach(self, event: Event, world: World) -> Breach:
        """Both, when they differ."""
        found, order = event.worked_out, _order_of(event, world)
        if found is None or order is None:
            return None
        expected = {"price_fen": order.price_fen, "bounds": found, "share_fen": min(found.values())}
        recorded = event.data["calculation"]
        if recorded == expected and event.data["fen"] == expected["share_fen"]:
            return None
        return {"expected": expected, "recorded": recorded}


def _recomputed(event: Event, world: World) -> dict[str, int] | None:
    data = event.data
    order, offer = _order_of(event, world), _offer_of(event, world)
    voucher = world.vouchers.get(event.stream)
    if order is None or offer is None or voucher is None:
        return None
    if not _whitelisted(offer, event):
        return None  # `TheListingWasWhitelisted` has said so
    if order.category not in voucher.batch.terms["categories"]:
        return None  # `TheCategoryIsCovered` has said so
    if order.category in voucher.batch.category_caps and data["quota_share"] not in world.shares:
        return None  # `SharesCountTowardsTheirCaps` has said so
    return bounds(event, world, voucher, offer)


class WhatLeavesAReservationWasReserved(Rule):
    """What is redeemed for an order is the accepted part of its share, what is released the rest.

    The part is rounded down to whole fen; what is not accepted is taken as a whole (art. 19).
    """

    id = "share-not-reserved"
    articles = (17, 19)
    reads = ("voucher-ledger.VoucherReleased", "voucher-ledger.VoucherRedeemed")
    zh = "订单 {order_id} 预留 {reserved},处理 {moved}"
    en = "For order {order_id}, {reserved} was reserved, but {moved} was taken"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount, another provider, or no reservation."""
        voucher = world.vouchers.get(event.stream)
        if voucher is None:
            return None
        data = event.data
        fen, provider = voucher.reserved.get(data["order_id"], (0, ""))
        order = _order_of(event, world)
        if event.type == self.reads[1] and order is not None and order.accepted_fen is not None:
            fen = fen * order.accepted_fen // order.price_fen
        if (data["fen"], data.get("provider", provider)) == (fen, provider):
            return None
        return {"order_id": data["order_id"], "reserved": fen, "moved": data["fen"]}


class ARedemptionOfAShareHasItsAcceptance(Rule):
    """A share is owed to the provider only after the user accepted the order (验收)."""

    id = "redeemed-without-acceptance"
    articles = (17, 19)
    reads = ("voucher-ledger.VoucherRedeemed",)
    zh = "订单 {order_id} 未经用户验收即核销"
    en = "Order {order_id} was not accepted by its user, yet its share was redeemed"

    def breach(self, event: Event, world: World) -> Breach:
        """No acceptance in matching's log."""
        order = _order_of(event, world)
        accepted = order is not None and order.state == "accepted"
        return None if accepted else {"order_id": event.data["order_id"]}


class AReleaseHasItsCancellation(Rule):
    """A share goes back when its order was cancelled or lapsed; in part when accepted in part."""

    id = "released-without-cancellation"
    articles = (19,)
    reads = ("voucher-ledger.VoucherReleased",)
    zh = "订单 {order_id} 未取消、未失效、未部分验收,预留却被释放"
    en = "Order {order_id} has not ended, nor was it accepted in part, yet its share was released"

    def breach(self, event: Event, world: World) -> Breach:
        """Neither in matching's log; a part goes back once the other is redeemed."""
        order, voucher = _order_of(event, world), world.vouchers.get(event.stream)
        name = event.data["order_id"]
        if order is not None and order.state in GIVES_BACK:
            return None
        if order is not None and order.state == "accepted" and order.accepted_fen is not None:
            part = order.accepted_fen < order.price_fen
            if part and voucher is not None and name in voucher.redeemed:
                return None
        return {"order_id": name}


class WhatIsNotAcceptedGoesBack(Rule):
    """Once the accepted part of a share is redeemed, nothing stays reserved for the order."""

    id = "rest-not-released"
    articles = (17, 19)
    zh = "订单 {order_id} 已部分验收,其余 {fen} 分未退回创业券"
    en = "Order {order_id} was accepted in part; the other {fen} fen never went back"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """What is redeemed and reserved at the end."""
        for voucher in world.vouchers.values():
            if world.unfinished_by(voucher.redeemed_by):
                continue
            for order_id in sorted(voucher.reserved.keys() & voucher.redeemed.keys()):
                data = {"order_id": order_id, "fen": voucher.reserved[order_id][0]}
                yield cls.finding("voucher-ledger", voucher.redeemed_at, data)
