"""What the supervisor knows of reconciliations (对账), and what it would have found itself.

Written anew from what a reconciliation is for; no code is shared with the ledger. Which orders
moved is kept in the order of the logs, so a reconciliation is judged by what it had to look at and
by nothing else. Amounts in integer fen.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from oversight.domain.clearing import PaymentOrder

if TYPE_CHECKING:
    from oversight.domain.purchases import Purchase
    from oversight.domain.trade import Order
    from oversight.domain.world import Redemption, World

Sides = dict[str, Any]
"""What the sides say that do not agree, by name."""

PAID = ("paid", "demanded", "repaid", "written-off")


@dataclass(slots=True)
class Moves:
    """Orders that something happened to, with the positions in one log, ascending."""

    positions: "array[int]" = field(default_factory=lambda: array("q"))
    orders: list[str] = field(default_factory=list)

    def add(self, position: int, order: str) -> None:
        """It happened there."""
        self.positions.append(position)
        self.orders.append(order)

    def before(self, position: int) -> set[str]:
        """The orders of the places before one."""
        return set(self.orders[: bisect_left(self.positions, position)])

    def since(self, position: int) -> set[str]:
        """The orders of that place and of those after it."""
        return set(self.orders[bisect_left(self.positions, position) :])

    def between(self, after: int, until: int, among: Container[int]) -> set[str]:
        """The orders of the places after one and up to another, of those that are among some."""
        first, last = bisect_right(self.positions, after), bisect_right(self.positions, until)
        return {self.orders[n] for n in range(first, last) if self.positions[n] in among}

    def forget(self, position: int) -> None:
        """What was before a place is not asked for again."""
        first = bisect_left(self.positions, position)
        del self.positions[:first]
        del self.orders[:first]


@dataclass(slots=True)
class Reconciling:
    """The reconciliations so far: how far they got, and what differs."""

    number: int = 0
    covered: int = 0
    orders_seen: int = -1
    moved: Moves = field(default_factory=Moves)
    """In the ledger's log, since what was covered last."""

    accepted: Moves = field(default_factory=Moves)
    """In matching's log, all of them: it is read before."""

    lapsed: dict[str, int] = field(default_factory=dict)
    """What was owed for an order and went back."""

    strays: dict[str, str] = field(default_factory=dict)
    """The voucher of an order of which matching's log does not know."""

    found: dict[tuple[str, str], list[Sides]] = field(default_factory=dict)
    """By order and kind."""

    open: dict[str, dict[str, str]] = field(default_factory=dict)
    """By order: its differences that nobody settled, each with the instant it was found."""

    order_of: dict[str, str] = field(default_factory=dict)
    """By difference."""

    settlers: dict[str, frozenset[str]] = field(default_factory=dict)
    """By order: who settled a difference about it."""

    by: tuple[str | None, int] = (None, 0)
    """The command that found differences last, and how many."""

    days: set[str] = field(default_factory=set)
    """The legal dates on which one was complete."""

    claims: list[tuple[int, int, str]] = field(default_factory=list)
    """Of each: its position, the size that it covers, and the root that it gives."""

    def is_known(self, order: str, kind: str, sides: Sides) -> bool:
        """Whether a difference was found before, by the same figures."""
        return sides in self.found.get((order, kind), ())


def differences(world: "World", order_id: str, seen: int) -> dict[str, Sides]:
    """What differs about an order, by kind, with matching's log seen up to a position.

    A government purchase is compared as far as it has these sides.
    """
    purchase = world.purchases.get(order_id)
    return _of_an_order(world, order_id, seen) if purchase is None else _bought(world, purchase)


def _of_an_order(world: "World", order_id: str, seen: int) -> dict[str, Sides]:
    order = world.orders.get(order_id)
    if order is not None and order.accepted_at > seen:
        return {}  # it is left for the next reconciliation
    redemption = world.redemptions.get(order.redemption) if order is not None else None
    accepted = order.voucher_due_fen if order is not None and order.accepted_at >= 0 else None
    consumed = _consumed(world, order_id, order)
    own = world.own_payments.get(order_id)
    shares = {"accepted_fen": accepted, "consumed_fen": consumed}
    owns = {"own_due_fen": 0, "own_paid_fen": None if own is None else own[0]}
    if order is not None and accepted is not None:
        owns["own_due_fen"] = order.own_due_fen
    found: dict[str, Sides] = {}
    if accepted is None and consumed:
        found["consumed-not-accepted"] = shares
    elif accepted is not None and accepted != consumed:
        found["share-differs" if consumed else "accepted-not-consumed"] = shares
    if own is not None and own[0] != owns["own_due_fen"]:
        found["own-payment-differs"] = owns
    if redemption is not None and order is not None:
        delivered = bool(order.evidence_sha256)
        if accepted is None or not delivered:
            said = {"accepted_fen": accepted, "delivered": delivered}
            found["redemption-without-delivery"] = said
        if redemption.fen != consumed:
            said = {"consumed_fen": consumed, "redemption_fen": redemption.fen}
            found["redemption-differs"] = said
        if own is None and owns["own_due_fen"]:
            found["own-payment-missing"] = owns
        found |= _of_the_payment(world, order.redemption, redemption)
    return found


def _bought(world: "World", purchase: "Purchase") -> dict[str, Sides]:
    """A government purchase: what was accepted of it is what is asked for, and paid once."""
    redemption = world.redemptions.get(purchase.redemption)
    if redemption is None:
        return {}
    found: dict[str, Sides] = {}
    if redemption.fen != purchase.accepted_fen:
        said = {"consumed_fen": purchase.accepted_fen, "redemption_fen": redemption.fen}
        found["redemption-differs"] = said
    return found | _of_the_payment(world, purchase.redemption, redemption)


def _consumed(world: "World", order_id: str, order: "Order | None") -> int:
    """What the book ever owed for it."""
    known = world.reconciling
    voucher_id = order.voucher_id if order is not None else known.strays.get(order_id, "")
    voucher = world.vouchers.get(voucher_id)
    owed = voucher.redeemed.get(order_id, (0, ""))[0] if voucher is not None else 0
    return owed or known.lapsed.get(order_id, 0)


def _of_the_payment(world: "World", id_: str, redemption: "Redemption") -> dict[str, Sides]:
    live = list(_lines(world, id_, redemption))
    fen = sum(order.items[id_]["fen"] for order in live)
    bank = sum(order.items[id_]["fen"] for order in live if order.state == "settled")
    booked = redemption.fen if redemption.state in PAID else 0
    lines = {"redemption_fen": redemption.fen, "lines": len(live), "line_fen": fen}
    found: dict[str, Sides] = {}
    if redemption.state in PAID and not live:
        found["payment-line-missing"] = lines
    if live and redemption.state not in (*PAID, "instructed"):
        found["payment-line-stray"] = lines
    if len(live) > 1:
        found["payment-line-doubled"] = lines
    elif live and fen != redemption.fen:
        found["payment-line-differs"] = lines
    if bank != booked:
        name = "bank-return-differs" if bank else "paid-without-return"
        found[name] = {"booked_fen": booked, "bank_fen": bank}
    return found


def _lines(world: "World", id_: str, redemption: "Redemption") -> Iterator[PaymentOrder]:
    """The payment orders whose file pays it, unless the bank sent that back."""
    for payment in redemption.payment_orders:
        order = world.payment_orders[payment]
        if order.state in ("issued", "settled") and id_ not in order.returned:
            yield order
