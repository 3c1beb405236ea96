"""Samples and payment orders, from the ledger's log."""

from oversight.domain.clearing import PaymentOrder, Round
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.SampleRoundCommitted")
def round_committed(event: Event, world: World) -> None:
    """A round began."""
    data = event.data
    world.rounds[event.stream] = Round(data["number"], data["commitment"], event.position)


@reads("voucher-ledger.SampleRoundDrawn")
def round_drawn(event: Event, world: World) -> None:
    """A round is over."""
    data = event.data
    if found := world.rounds.get(event.stream):
        first = min(world.undrawn.values(), default=-1)
        found.floor = max(found.position, first)
        found.drawn = {each["redemption_id"]: each["selected"] for each in data["drawn"]}
        found.drawn_at, found.size = event.position, data["size"]
        found.note, found.publicity_days = data["note_sha256"], data["publicity_days"]


@reads("voucher-ledger.PaymentOrderProposed")
def order_proposed(event: Event, world: World) -> None:
    """Redemptions are to be paid together."""
    data = event.data
    items = {item["redemption_id"]: item for item in data["items"]}
    world.payment_orders[event.stream] = PaymentOrder(data["proposer"], items, data["total_fen"])
    for id_ in items:
        if redemption := world.redemptions.get(id_):
            redemption.payment_orders += (event.stream,)


@reads("voucher-ledger.PaymentOrderApproved")
def order_approved(event: Event, world: World) -> None:
    """One more person is for it."""
    if order := world.payment_orders.get(event.stream):
        order.approvers.append(event.data["approver"])


@reads("voucher-ledger.PaymentOrderRejected")
def order_rejected(event: Event, world: World) -> None:
    """It is not paid."""
    if order := world.payment_orders.get(event.stream):
        order.state = "rejected"


@reads("voucher-ledger.PaymentOrderIssued")
def order_issued(event: Event, world: World) -> None:
    """The bank has it."""
    if order := world.payment_orders.get(event.stream):
        order.state = "issued"
        for id_ in order.items:
            if redemption := world.redemptions.get(id_):
                world.reconciling.moved.add(event.position, redemption.of[1])


@reads("voucher-ledger.PaymentOrderSettled", "voucher-ledger.PaymentOrderReversed")
def order_answered(event: Event, world: World) -> None:
    """The bank said what became of it."""
    if order := world.payment_orders.get(event.stream):
        order.state = "settled"
        order.returned.update(event.data["returned"])
