"""What each event of the ledger does to the book: derived from its meaning (art. 8, 17).

Written anew from the rules of vouchers and from nothing else: no code is shared with the ledger, so
a fault there is not repeated here. The purse of money that is somebody's already is taken from
where it came from (the batch, the voucher, the redemption), not from the event that moves it.
"""

from collections.abc import Callable

from oversight.domain.book import CONTRA, Effect, move, purse
from oversight.domain.event import Event
from oversight.domain.world import World

PROVINCE = "340000"
"""Where appropriated money is before a batch takes it to a region."""

Derive = Callable[[Event, World], Effect | None]


def _appropriated(event: Event, world: World) -> Effect | None:
    opened = world.appropriations.get(event.stream)
    if opened is None:
        return None
    fund, year = opened
    return move(CONTRA, "unissued", purse(fund, PROVINCE, year), event.data["fen"])


def _allocated(event: Event, world: World) -> Effect | None:
    opened = world.appropriations.get(event.stream)
    if opened is None:
        return None
    fund, year = opened
    fen, region = event.data["fen"], event.data["region"]
    if region == PROVINCE:
        return {}
    taken = move("unissued", CONTRA, purse(fund, PROVINCE, year), fen)
    return taken | move(CONTRA, "unissued", purse(fund, region, year), fen)


def _granted(event: Event, world: World) -> Effect | None:
    batch = world.batches.get(event.data["batch_id"])
    if batch is None:
        return None
    return move("unissued", "issued", batch.purse, event.data["face_fen"])


def _within_voucher(source: str, target: str) -> Derive:
    def derive(event: Event, world: World) -> Effect | None:
        voucher = world.vouchers.get(event.stream)
        if voucher is None:
            return None
        return move(source, target, voucher.purse, event.data["fen"])

    return derive


def _paid(event: Event, world: World) -> Effect | None:
    redemption = world.redemptions.get(event.stream)
    if redemption is None:
        return None
    return move("redeemed", "paid", redemption.purse, event.data["fen"])


DERIVATIONS: dict[str, Derive] = {
    "voucher-ledger.AppropriationIncreased": _appropriated,
    "voucher-ledger.AppropriationAllocated": _allocated,
    "voucher-ledger.VoucherGranted": _granted,
    "voucher-ledger.VoucherReserved": _within_voucher("issued", "reserved"),
    "voucher-ledger.VoucherReleased": _within_voucher("reserved", "issued"),
    "voucher-ledger.VoucherRedeemed": _within_voucher("reserved", "redeemed"),
    "voucher-ledger.VoucherExpired": _within_voucher("issued", "expired-returned"),
    "voucher-ledger.RedemptionPaid": _paid,
}
"""Event types that move money, with how; an effect of None cannot be derived."""
