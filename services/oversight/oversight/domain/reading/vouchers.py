"""Vouchers, from the ledger's log."""

from datetime import date, timedelta
from functools import lru_cache

from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left
from oversight.domain.world import Voucher, World

LAST_DAYS = 60
"""The most that the parameter `risk-expiry-days` can be."""


@lru_cache(maxsize=64)  # batches have few dates
def _last_days(use_by: str) -> str:
    try:
        return (date.fromisoformat(use_by) - timedelta(days=LAST_DAYS)).isoformat()
    except (ValueError, OverflowError):
        return "9"


@reads("voucher-ledger.VoucherGranted")
def voucher_granted(event: Event, world: World) -> None:
    """A holder got a voucher."""
    data = event.data
    world.holders.add((data["batch_id"], data["holder"]))
    if run := world.runs.get(data["run_id"]):
        run.granted += 1
    if batch := world.batches.get(data["batch_id"]):
        batch.granted_fen += data["face_fen"]
        position, day = event.position, event.days()[1]
        world.vouchers[event.stream] = Voucher(
            batch, data["holder"], data["face_fen"], position, day
        )


@reads("voucher-ledger.VoucherClaimed")
def voucher_claimed(event: Event, world: World) -> None:
    """A voucher can be used."""
    if voucher := world.vouchers.get(event.stream):
        voucher.state = "claimed"


@reads("voucher-ledger.VoucherReserved")
def voucher_reserved(event: Event, world: World) -> None:
    """A share is set aside for an order."""
    data = event.data
    if order := world.orders.get(data["order_id"]):
        order.reserved_fen = data["fen"]
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen -= data["fen"]
        trace = Trace(data["order_id"], event.recorded_at, event.position, event.days()[1])
        left(world.traces.pairs, (voucher.holder, data["provider"]), trace)
        if trace.day > _last_days(voucher.batch.terms["use_by"]):
            left(voucher.batch.late, data["provider"], trace)
        voucher.reserved[data["order_id"]] = (data["fen"], data["provider"])


@reads("voucher-ledger.VoucherReleased")
def voucher_released(event: Event, world: World) -> None:
    """A share is back on its voucher."""
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen += event.data["fen"]
        voucher.position, voucher.left_since = event.position, event.days()[1]
        voucher.changed_by = event.command
        _take(voucher, event)


@reads("voucher-ledger.VoucherRedeemed")
def voucher_redeemed(event: Event, world: World) -> None:
    """A share is owed to the provider."""
    data = event.data
    world.reconciling.moved.add(event.position, data["order_id"])
    if data["order_id"] not in world.orders:
        world.reconciling.strays[data["order_id"]] = event.stream
    if voucher := world.vouchers.get(event.stream):
        _take(voucher, event)
        voucher.redeemed_by, voucher.redeemed_at = event.command, event.position
        voucher.redeemed[data["order_id"]] = (data["fen"], data["provider"])
        if voucher.state == "claimed" and not voucher.reserved and not voucher.available_fen:
            voucher.state = "used"


@reads("voucher-ledger.VoucherExpired")
def voucher_expired(event: Event, world: World) -> None:
    """What was left of a voucher went back to its appropriation."""
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen -= event.data["fen"]
        voucher.position = event.position
        voucher.state = "expired"


@reads("voucher-ledger.VoucherVoided", "voucher-ledger.VoucherReturned")
def voucher_voided(event: Event, world: World) -> None:
    """It is worth nothing; what was left of it, or came back to it, went to its appropriation."""
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen -= event.data["fen"]
        voucher.position = event.position
        if event.type == "voucher-ledger.VoucherVoided":
            voucher.state = "voided"


@reads("voucher-ledger.VoucherShareLapsed")
def share_lapsed(event: Event, world: World) -> None:
    """A share is owed no more."""
    known, data = world.reconciling, event.data
    known.moved.add(event.position, data["order_id"])
    known.lapsed[data["order_id"]] = data["fen"]
    if voucher := world.vouchers.get(event.stream):
        voucher.redeemed.pop(event.data["order_id"], None)


def _take(voucher: Voucher, event: Event) -> None:
    """So much of what was reserved for an order is so no more."""
    order, fen = event.data["order_id"], event.data["fen"]
    reserved, provider = voucher.reserved.pop(order, (0, ""))
    if reserved > fen:
        voucher.reserved[order] = (reserved - fen, provider)
