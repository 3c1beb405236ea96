"""Users' own shares of orders, as the payment institution evidences them, from the ledger's log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.OwnPaymentProven")
def own_payment_proven(event: Event, world: World) -> None:
    """A user paid their own share of an order."""
    data = event.data
    world.own_payments.setdefault(data["order_id"], (data["fen"], data["proof_sha256"]))
    world.proofs.setdefault(data["reference"], data["order_id"])
    world.reconciling.moved.add(event.position, data["order_id"])
