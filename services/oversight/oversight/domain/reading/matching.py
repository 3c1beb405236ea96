"""Orders, from matching's log."""

from array import array

from oversight.domain.event import Event, microseconds
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left, quarters
from oversight.domain.trade import Order
from oversight.domain.world import World


@reads("matching.OrderPlaced")
def order_placed(event: Event, world: World) -> None:
    """A user ordered."""
    data = event.data
    world.orders[event.stream] = Order(
        event.position,
        data["user"],
        data["provider"],
        data["voucher_id"],
        data["listing_id"],
        data["category"],
        data["price_fen"],
        placed_on=event.days()[1],
    )


@reads("matching.OrderFunded")
def order_funded(event: Event, world: World) -> None:
    """Matching learnt that a share was reserved."""
    if order := world.orders.get(event.stream):
        order.state = "funded"
        order.voucher_fen = event.data["voucher_fen"]
        order.funded_at = event.position
        order.funded_by = event.caused_by("voucher-ledger")
        _until(order, event, world, "deliver_by", "deliver-within-days")


_STATES = {
    "matching.OrderRefused": "refused",
    "matching.OrderDelivered": "delivered",
    "matching.OrderAccepted": "accepted",
    "matching.OrderCancelled": "cancelled",
    "matching.OrderLapsed": "lapsed",
}


@reads(*_STATES)
def order_moved(event: Event, world: World) -> None:
    """An order took a step."""
    if order := world.orders.get(event.stream):
        order.state = _STATES[event.type]
        if order.state == "delivered":
            evidence = order.evidence_sha256 = event.data["evidence_sha256"]
            trace = Trace(event.stream, event.recorded_at, event.position, "")
            left(world.traces.deliverables, evidence, trace)
            order.delivered_at, order.simhash = event.recorded_at, event.data.get("simhash")
            for band in quarters(order.simhash or ""):
                left(world.traces.bands, band, trace)
            _until(order, event, world, "accept_by", "accept-within-days")
        if order.state == "accepted":
            order.accepted_fen = event.data["accepted_fen"]
            order.own_due_fen = event.data["own_due_fen"]
            order.voucher_due_fen = event.data["voucher_due_fen"]
            order.accepted_at = event.position
            world.reconciling.accepted.add(event.position, event.stream)
            order.accepted_after = microseconds(order.delivered_at, event.recorded_at)
            order.delivered_at = ""
            for party in (order.user, order.provider):
                world.privacy.note(party, "trades", event.days()[1])


def _until(order: Order, event: Event, world: World, name: str, figure: str) -> None:
    """An order waits for a step until a day, which a parameter of the ledger gave."""
    due_by = event.data[name]
    order.due_by, order.moved_at = due_by, event.position
    said = world.deadlines.setdefault((figure, event.days(), due_by), array("q"))
    said.extend((event.seen("voucher-ledger"), event.position))
