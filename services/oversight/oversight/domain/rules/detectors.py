"""The supervisor's detectors of fictitious trade (虚构交易): which there are, and what they hit.

They are its own, and need the logs alone. What was recorded within seconds of an approval, its
decision may or may not have seen: what is older must have been held, what is newer may be.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from oversight.domain.event import Event
from oversight.domain.purchases import Purchase
from oversight.domain.rules.parameters import in_force
from oversight.domain.rules.ties import VERSION, in_common
from oversight.domain.traces import Trace, quarters
from oversight.domain.trade import Order
from oversight.domain.world import Redemption, Voucher, World

IN_USE = 5
"""Seconds within which a fact has been seen by whoever decides."""

WINDOW_DAYS = 7
SHOWN = 20
TIED = "tied-parties"
"""The detector of ties."""
VERSIONS = {
    "contract-reused": "contract-reused/1",
    "deliverable-reused": "deliverable-reused/1",
    "round-trip": "round-trip/1",
    "split-orders": "split-orders/1",
    "quick-acceptance": "quick-acceptance/1",
    "price-raised": "price-raised/1",
    "near-expiry": "near-expiry/1",
    "similar-deliverables": "similar-deliverables/1",
    "own-share-refunded": "own-share-refunded/1",
    "tied-parties": VERSION,
    "deliverable-bought": "deliverable-bought/1",
    "split-purchases": "split-purchases/1",
}
NAMED = {
    "price-raised": "listings",
    "own-share-refunded": "references",
    "tied-parties": "ties",
    "deliverable-bought": "purchases",
    "split-purchases": "purchases",
}
"""What a hit names, where that is not orders."""

Found = dict[str, AbstractSet[str]]
"""By detector: the orders, or what else it names, because of which it hits."""

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Known:
    """What a decision about a redemption can go by: its event, and until which instant.

    `own` is the order whose redemption it is, or the purchase, and `day` the latest legal date of
    the decision.
    """

    redemption: Redemption
    event: Event
    world: World
    before: str
    own: str
    day: str

    def figure(self, name: str) -> int:
        """A parameter on the day."""
        return in_force(name, self.world, self.day)[0]

    def known(self, found: Iterable[Trace], log: str) -> list[Trace]:
        """Those that had been recorded, and seen where they are another log's."""
        position, seen = self.event.position, self.event.seen(log)
        until = position if log == "voucher-ledger" else seen
        return [t for t in found if t.at < self.before and t.position <= until]

    def others(self, found: Iterable[Trace], log: str = "voucher-ledger") -> AbstractSet[str]:
        """The orders of those, but for its own."""
        return {t.order_id for t in self.known(found, log)} - {self.own}

    def alone(self, found: Sequence[Trace]) -> bool:
        """Whether nobody else left a trace: so it is with nearly every order."""
        return not found or (len(found) == 1 and found[0].order_id == self.own)


@dataclass(slots=True)
class Seen(Known):
    """The same of an order's redemption, with what user and provider reserved between them."""

    order: Order
    voucher: Voucher
    pair: tuple[Trace, ...]


@dataclass(slots=True)
class Bought(Known):
    """The same of a government purchase's."""

    purchase: Purchase


def _contract_reused(seen: Known) -> AbstractSet[str]:
    found = seen.world.traces.contracts.get(seen.redemption.contract, ())
    return NOTHING if seen.alone(found) else seen.others(found)


def _deliverable_reused(seen: Seen) -> AbstractSet[str]:
    alike = seen.world.traces.deliverables.get(seen.order.evidence_sha256, ())
    return NOTHING if seen.alone(alike) else seen.others(alike, "matching")


def _round_trip(seen: Seen) -> AbstractSet[str]:
    back = seen.world.traces.pairs.get((seen.redemption.provider, seen.voucher.holder))
    return seen.others(back) if back else NOTHING


def _own_day(seen: Seen) -> str:
    """The legal date on which its share was reserved; empty when that cannot be told."""
    # an instant that cannot be read has no day: that is the envelope's fault, not theirs
    return next((t.day for t in seen.pair if t.order_id == seen.own and t.day), "")


def _split_orders(seen: Seen) -> AbstractSet[str]:
    if seen.alone(seen.pair):
        return NOTHING
    day = _own_day(seen)
    pair = [t for t in seen.pair if t.day and day]
    near = seen.others(t for t in pair if abs(_days(t.day, day)) < WINDOW_DAYS)
    return near if len(near) + 1 >= seen.figure("risk-split-orders") else NOTHING


def _quick_acceptance(seen: Seen) -> AbstractSet[str]:
    took, limit = seen.order.accepted_after, seen.figure("risk-accept-seconds") * 10**6
    return {seen.own} if limit and took is not None and took < limit else NOTHING


def _price_raised(seen: Seen) -> AbstractSet[str]:
    order = seen.order
    asked = seen.world.traces.asked.get((order.provider, order.category), ())
    least = min((t.fen for t in asked), default=0)
    if order.price_fen * 10_000 < least * (10_000 + seen.figure("risk-price-bp")):
        return NOTHING  # not even above the cheapest
    days = seen.figure("risk-price-days")
    known = [t for t in seen.known(asked, "catalog") if t.day and order.placed_on]
    before = [t for t in known if _days(t.day, order.placed_on) >= days]
    dearest = max((t.fen for t in before), default=order.price_fen)
    if order.price_fen * 10_000 < dearest * (10_000 + seen.figure("risk-price-bp")):
        return NOTHING
    return {t.order_id for t in before}


def _near_expiry(seen: Seen) -> AbstractSet[str]:
    batch = seen.voucher.batch
    late, use_by = batch.late.get(seen.redemption.provider, ()), batch.terms["use_by"]
    if seen.alone(late):
        return NOTHING
    day, days = _own_day(seen), seen.figure("risk-expiry-days")
    near = seen.others(t for t in late if t.day and _days(t.day, use_by) < days)
    enough = len(near) + 1 >= seen.figure("risk-expiry-orders")
    return near if enough and day and _days(day, use_by) < days else NOTHING


def _similar_deliverables(seen: Seen) -> AbstractSet[str]:
    traces, order, own = seen.world.traces, seen.order, seen.order.simhash
    if not own:
        return NOTHING
    limit = seen.figure("risk-simhash-bits")
    alike = {t for band in quarters(own) for t in traces.bands.get(band, ())}
    return {
        id_
        for id_ in seen.others(alike, "matching")
        if (other := seen.world.orders.get(id_)) is not None
        and other.evidence_sha256 != order.evidence_sha256
        and (int(own, 16) ^ int(other.simhash or "", 16)).bit_count() < limit
    }


def _own_share_refunded(seen: Seen) -> AbstractSet[str]:
    refunds = seen.world.traces.refunds.get(seen.own, ())
    return {t.order_id for t in seen.known(refunds, "voucher-ledger")}


def tied_parties(seen: Seen) -> AbstractSet[str]:
    """What ties the two parties: contact data, an account, a device, somebody behind both."""
    traces, parties = seen.world.traces, (seen.voucher.holder, seen.redemption.provider)
    if not any(each in traces.contacts or each in traces.paid_from for each in parties):
        return NOTHING
    most, until = seen.figure("risk-device-subjects"), seen.event.seen("identity")

    def given(party: str) -> tuple[str, list[Trace]]:
        told = seen.known(traces.contacts.get(party, ()), "identity")
        return party, told + seen.known(traces.paid_from.get(party, ()), "voucher-ledger")

    def shared(device: str) -> bool:
        """Among so many as had been seen, however new: a tie that has come loose is none."""
        first = islice(traces.devices.get(device, {}).values(), most + 1)
        return sum(position <= until for position in first) > most

    return in_common(given(seen.voucher.holder), given(seen.redemption.provider), shared)


def _deliverable_bought(seen: Seen) -> AbstractSet[str]:
    made = seen.world.traces.made.get(seen.order.evidence_sha256)
    return seen.others(made) if made else NOTHING


def _delivered_before(seen: Bought) -> AbstractSet[str]:
    traces, evidence = seen.world.traces, seen.purchase.evidence
    ordered = seen.others(traces.deliverables.get(evidence, ()), "matching")
    return ordered | seen.others(traces.made.get(evidence, ()))


def _hastily_bought(seen: Bought) -> AbstractSet[str]:
    took, limit = seen.purchase.accepted_after, seen.figure("risk-accept-seconds") * 10**6
    return {seen.own} if limit and took is not None and took < limit else NOTHING


def _split_purchases(seen: Bought) -> AbstractSet[str]:
    purchase, own = seen.purchase, seen.own
    found = seen.world.traces.contracted.get((purchase.purse, purchase.provider), ())
    others = {t.order_id: t.fen for t in seen.known(found, "voucher-ledger") if t.order_id != own}
    reached = purchase.fen + sum(others.values()) >= seen.figure("purchase-tender-fen")
    return set(others) if purchase.untendered and reached else NOTHING


OF_PURCHASES: dict[str, Callable[[Bought], AbstractSet[str]]] = {
    "contract-reused": _contract_reused,
    "deliverable-reused": _delivered_before,
    "quick-acceptance": _hastily_bought,
    "split-purchases": _split_purchases,
}

DETECTORS: dict[str, Callable[[Seen], AbstractSet[str]]] = {
    "contract-reused": _contract_reused,
    "deliverable-reused": _deliverable_reused,
    "round-trip": _round_trip,
    "split-orders": _split_orders,
    "quick-acceptance": _quick_acceptance,
    "price-raised": _price_raised,
    "near-expiry": _near_expiry,
    "similar-deliverables": _similar_deliverables,
    "own-share-refunded": _own_share_refunded,
    "tied-parties": tied_parties,
    "deliverable-bought": _deliverable_bought,
}


def detected(redemption: Redemption, event: Event, world: World, before: str) -> Found:
    """What hits, by what was recorded before an instant (RFC 3339)."""
    own = redemption.of[1]
    if (purchase := world.purchases.get(own)) is not None:
        bought = Bought(redemption, event, world, before, own, event.days()[1], purchase)
        found = {name: detect(bought) for name, detect in OF_PURCHASES.items()}
    elif (seen := seen_of(redemption, event, world, before)) is not None:
        found = {name: detect(seen) for name, detect in DETECTORS.items()}
    else:
        return {}
    return {name: orders for name, orders in found.items() if orders}


def seen_of(redemption: Redemption, event: Event, world: World, before: str) -> Seen | None:
    """What a decision about an order's redemption can go by; None of a purchase's."""
    voucher_id, own = redemption.of
    voucher, order = world.vouchers.get(voucher_id), world.orders.get(own)
    if voucher is None or order is None:
        return None
    pair = world.traces.pairs.get((voucher.holder, redemption.provider), ())
    known = redemption, event, world, before, own, event.days()[1]
    return Seen(*known, order, voucher, pair)


def _days(day: str, until: str) -> int:
    return (date.fromisoformat(until) - date.fromisoformat(day)).days
