"""Reconciliations and what they found, from the ledger's log."""

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.ReconciliationDone")
def reconciliation_done(event: Event, world: World) -> None:
    """So much was compared."""
    data, known = event.data, world.reconciling
    known.number, known.covered = data["number"], data["covered"]
    known.orders_seen = data["orders_seen"]
    known.moved.forget(data["covered"])
    if data["complete"]:
        known.days.add(data["day"])
    if data["root"] is not None:
        known.claims.append((event.position, data["covered"], data["root"]))


@reads("voucher-ledger.DifferenceFound")
def difference_found(event: Event, world: World) -> None:
    """Nothing is to be paid for that order."""
    data, known = event.data, world.reconciling
    order = data["order_id"]
    known.found.setdefault((order, data["kind"]), []).append(data["sides"])
    known.open.setdefault(order, {})[event.stream] = event.recorded_at
    known.order_of[event.stream] = order
    command, count = known.by
    known.by = (event.command, count + 1 if command == event.command else 1)


@reads("voucher-ledger.DifferenceSettled")
def difference_settled(event: Event, world: World) -> None:
    """A person lets it be paid."""
    known = world.reconciling
    order = known.order_of.get(event.stream, "")
    known.open.get(order, {}).pop(event.stream, None)
    known.settlers[order] = known.settlers.get(order, frozenset()) | {event.data["decider"]}
