"""Users' own shares of orders, as the payment institution evidences them, from the ledger's log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left
from oversight.domain.world import HOLDABLE, World


@reads("voucher-ledger.OwnPaymentProven")
def own_payment_proven(event: Event, world: World) -> None:
    """A user paid their own share of an order."""
    data = event.data
    world.own_payments.setdefault(data["order_id"], (data["fen"], data["proof_sha256"]))
    world.proofs.setdefault(data["reference"], data["order_id"])
    world.reconciling.moved.add(event.position, data["order_id"])
    if account := data.get("payer_account"):
        trace = Trace(f"bank_account {account}", event.recorded_at, event.position, "")
        before = world.traces.paid_from.get(data["payer"], ())
        if all(each.order_id != trace.order_id for each in before):  # the first time is what counts
            left(world.traces.paid_from, data["payer"], trace)


@reads("voucher-ledger.OwnPaymentRefunded")
def own_payment_refunded(event: Event, world: World) -> None:
    """A user got back of it: what is not paid yet has to be held."""
    data = event.data
    order_id, reference = data["order_id"], data["reference"]
    world.refunded.setdefault(reference, order_id)
    trace = Trace(reference, event.recorded_at, event.position, "", data["fen"])
    left(world.traces.refunds, order_id, trace)
    order = world.orders.get(order_id)
    redemption = world.redemptions.get(order.redemption) if order else None
    if redemption is not None and redemption.state in HOLDABLE:
        redemption.unheld = True
