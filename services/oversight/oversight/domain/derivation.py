"""What each event of the ledger does to the book: derived from its meaning (art. 8, 17).

Written anew from the rules of vouchers and from nothing else: no code is shared with the ledger, so
a fault there is not repeated here. The purse of money that is somebody's already is taken from
where it came from (the batch, the voucher, the redemption), not from the event that moves it.
"""

from collections.abc import Callable

from oversight.domain.book import CONTRA, Effect, move, purse
from oversight.domain.event import Event
from oversight.domain.funds import Budget
from oversight.domain.world import World

Derive = Callable[[Event, World], Effect | None]


def _appropriated(event: Event, world: World) -> Effect | None:
    budget = world.budgets.get(event.stream)
    if budget is None:
        return None
    return move(CONTRA, "unissued", budget.purse, event.data["fen"])


def _given(event: Event, world: World) -> Effect | None:
    budget = world.budgets.get(event.stream)
    if budget is None:
        return None
    return _moved(budget, purse(budget.fund, event.data["region"], budget.year), event.data["fen"])


def _closed(event: Event, world: World) -> Effect | None:
    budget = world.budgets.get(event.stream)
    if budget is None:
        return None
    fen = event.data["fen"]
    if not fen:
        return {}
    if event.data["remainder"] == "return":
        return move("unissued", "expired-returned", budget.purse, fen)
    return _moved(budget, purse(budget.fund, budget.region, budget.year + 1), fen)


def _moved(budget: Budget, target: str, fen: int) -> Effect:
    """The appropriation goes with the money, so every purse stays conserved."""
    if target == budget.purse:
        return {}
    taken = move("unissued", CONTRA, budget.purse, fen)
    return taken | move(CONTRA, "unissued", target, fen)


def _drawn(event: Event, world: World) -> Effect | None:
    share = world.shares.get(event.stream)
    allotment = world.allotments.get(share.allotment_id) if share else None
    batch = world.batches.get(allotment.batch_id) if allotment else None
    if allotment is None or batch is None:
        return None
    if allotment.kind == "category":
        return {}
    return move("unissued", "issued", batch.purse, event.data["fen"])


def _within_voucher(source: str, target: str) -> Derive:
    def derive(event: Event, world: World) -> Effect | None:
        voucher = world.vouchers.get(event.stream)
        if voucher is None:
            return None
        fen = event.data["fen"]
        return move(source, target, voucher.purse, fen) if fen else {}

    return derive


def _paid(event: Event, world: World) -> Effect | None:
    redemption = world.redemptions.get(event.stream)
    if redemption is None:
        return None
    return move("redeemed", "paid", redemption.purse, event.data["fen"])


def _repaid(event: Event, world: World) -> Effect | None:
    redemption = world.redemptions.get(event.stream)
    if redemption is None:
        return None
    return move("paid", "clawed-back", redemption.purse, event.data["fen"])


def _returned(event: Event, world: World) -> Effect | None:
    redemption = world.redemptions.get(event.stream)
    if redemption is None:
        return None
    if redemption.state != "paid":
        return {}
    return move("paid", "redeemed", redemption.purse, event.data["fen"])


def _within_purchase(source: str, *targets: tuple[str, str]) -> Derive:
    """Amounts of a purchase leave a bucket: each to its own, as a field of the event says."""

    def derive(event: Event, world: World) -> Effect | None:
        purchase = world.purchases.get(event.stream)
        if purchase is None:
            return None
        effect: Effect = {}
        for target, name in targets:
            if fen := event.data[name]:
                before = effect.get(f"{source}/{purchase.purse}", 0)
                effect |= move(source, target, purchase.purse, fen)
                effect[f"{source}/{purchase.purse}"] += before
        return effect

    return derive


DERIVATIONS: dict[str, Derive] = {
    "voucher-ledger.BudgetAppropriated": _appropriated,
    "voucher-ledger.BudgetAllocated": _given,
    "voucher-ledger.BudgetTransferred": _given,
    "voucher-ledger.BudgetClosed": _closed,
    "voucher-ledger.BudgetShareDrawn": _drawn,
    "voucher-ledger.VoucherReserved": _within_voucher("issued", "reserved"),
    "voucher-ledger.VoucherReleased": _within_voucher("reserved", "issued"),
    "voucher-ledger.VoucherRedeemed": _within_voucher("reserved", "redeemed"),
    "voucher-ledger.VoucherExpired": _within_voucher("issued", "expired-returned"),
    "voucher-ledger.VoucherVoided": _within_voucher("issued", "expired-returned"),
    "voucher-ledger.VoucherReturned": _within_voucher("issued", "expired-returned"),
    "voucher-ledger.VoucherShareLapsed": _within_voucher("redeemed", "expired-returned"),
    "voucher-ledger.RedemptionPaid": _paid,
    "voucher-ledger.RedemptionReturned": _returned,
    "voucher-ledger.RedemptionRepaid": _repaid,
    "voucher-ledger.PurchaseContracted": _within_purchase("unissued", ("reserved", "fen")),
    "voucher-ledger.PurchaseAccepted": _within_purchase(
        "reserved", ("redeemed", "fen"), ("expired-returned", "returned_fen")
    ),
    "voucher-ledger.PurchaseCancelled": _within_purchase("reserved", ("expired-returned", "fen")),
    "voucher-ledger.PurchaseForfeited": _within_purchase("redeemed", ("expired-returned", "fen")),
}
"""Event types that move money, with how; an effect of None cannot be derived."""
