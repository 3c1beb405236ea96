"""Reconciliation (对账): do book, orders, payment files, bank and payment institution agree?

Of each order whose money moved, what every side says is put side by side, in fen. A difference
stops the payment of that order's redemption alone, until a person has settled it with a reason.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.refusals.reconciliations import DifferenceSettledBefore

RULE_VERSION: Final = "reconciliation/1"
PAID: Final = ("paid", "demanded", "repaid", "written-off")
"""The states of a redemption in which the bank has paid it."""

OPEN, SETTLED = "open", "settled"


_SHARE = ("accepted_fen", "consumed_fen")
_OWN = ("own_due_fen", "own_paid_fen")
_LINES = ("redemption_fen", "lines", "line_fen")
_BANK = ("booked_fen", "bank_fen")

ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "accepted-not-consumed": _SHARE,
    "consumed-not-accepted": _SHARE,
    "share-differs": _SHARE,
    "voucher-differs": ("voucher_off_fen",),
    "own-payment-differs": _OWN,
    "own-payment-missing": _OWN,
    "redemption-without-delivery": ("accepted_fen", "delivered"),
    "redemption-differs": ("consumed_fen", "redemption_fen"),
    "payment-line-missing": _LINES,
    "payment-line-stray": _LINES,
    "payment-line-doubled": _LINES,
    "payment-line-differs": _LINES,
    "bank-return-differs": _BANK,
    "paid-without-return": _BANK,
}
"""The kinds of differences, each with the sides that it is between."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What each side says of an order, in fen; None is a side that has not heard of it.

    Matching: `accepted_fen` (the voucher's part), `own_due_fen` (the user's own), `delivered`. The
    book: `consumed_fen` (ever owed to the provider), `booked_fen` (paid, by the book) and
    `voucher_off_fen`: how far the order's voucher is from the sum of its shares. The redemption:
    its state and `redemption_fen`. Payment files: how many payments of it are under way or made,
    and their sum. The bank: `bank_fen`. The payment institution: `own_paid_fen`.
    """

    accepted_fen: int | None
    own_due_fen: int
    delivered: bool
    consumed_fen: int
    voucher_off_fen: int
    own_paid_fen: int | None
    redemption: str | None
    redemption_fen: int
    booked_fen: int
    lines: int
    line_fen: int
    bank_fen: int

    def differences(self) -> dict[str, dict[str, Any]]:
        """The differences between them (差异): by kind, what the sides say that do not agree."""
        kinds = (*self._of_the_share(), *self._of_the_redemption(), *self._of_the_payment())
        return {kind: {name: getattr(self, name) for name in ABOUT[kind]} for kind in kinds}

    def _of_the_share(self) -> Iterator[str]:
        if self.accepted_fen is None:
            if self.consumed_fen:
                yield "consumed-not-accepted"
        elif not self.consumed_fen:
            yield "accepted-not-consumed"
        elif self.accepted_fen != self.consumed_fen:
            yield "share-differs"
        if self.voucher_off_fen:
            yield "voucher-differs"
        if self.own_paid_fen not in (None, self.own_due_fen):
            yield "own-payment-differs"

    def _of_the_redemption(self) -> Iterator[str]:
        if self.redemption is None:
            return
        if self.accepted_fen is None or not self.delivered:
            yield "redemption-without-delivery"
        if self.redemption_fen != self.consumed_fen:
            yield "redemption-differs"
        if self.own_due_fen and self.own_paid_fen is None:
            yield "own-payment-missing"

    def _of_the_payment(self) -> Iterator[str]:
        if self.redemption in PAID:
            if not self.lines:
                yield "payment-line-missing"
        elif self.lines and self.redemption != "instructed":
            yield "payment-line-stray"
        if self.lines > 1:
            yield "payment-line-doubled"
        elif self.lines and self.line_fen != self.redemption_fen:
            yield "payment-line-differs"
        if self.bank_fen:
            if self.bank_fen != self.booked_fen:
                yield "bank-return-differs"
        elif self.booked_fen:
            yield "paid-without-return"


def reconciliation_id(number: int) -> str:
    """The stream of a reconciliation: they follow one another, from 1 on."""
    return stream_id("reconciliation", str(number))


class Reconciliation(LedgerAggregate):
    """A comparison of all orders whose money moved since the one before.

    It covers the entries `since` ≤ position < `covered` of this log, which a signed checkpoint with
    this `root` (hex) seals, and matching's as far as it was seen. `checked` orders were compared,
    `found` of them differ anew. Once it is `complete`, nothing that is sealed waits.
    """

    @event("Done")
    def __init__(
        self,
        number: int,
        day: str,
        since: int,
        covered: int,
        root: str | None,
        orders_seen: int,
        checked: int,
        found: int,
        complete: bool,
    ) -> None:
        self.number = number
        self.day = day
        self.since = since
        self.covered = covered
        self.root = root
        self.orders_seen = orders_seen
        self.checked = checked
        self.found = found
        self.complete = complete

    @staticmethod
    def create_id(number: int) -> UUID:
        """One stream per number."""
        return UUID(reconciliation_id(number))


def difference_id(order_id: str, kind: str, sides: Mapping[str, Any]) -> str:
    """The stream of a difference: there is one for as long as its sides say the same."""
    return stream_id("difference", order_id, kind, json.dumps(sides, sort_keys=True))


class Difference(LedgerAggregate):
    """Sides that do not agree about an order: its payment stops until a person settled it."""

    @event("Found")
    def __init__(
        self,
        reconciliation_id: str,
        order_id: str,
        kind: str,
        sides: dict[str, Any],
        covered: int,
    ) -> None:
        self.reconciliation_id = reconciliation_id
        self.order_id = order_id
        self.kind = kind
        self.sides = sides
        self.state = OPEN
        self.decider: str | None = None
        self.reason: str | None = None

    @staticmethod
    def create_id(order_id: str, kind: str, sides: dict[str, Any]) -> UUID:
        """One stream per order, kind, and what is said of it."""
        return UUID(difference_id(order_id, kind, sides))

    def settle(self, decider: str, reason: str) -> None:
        """A person found out why, and lets the payment go on. Raises `DifferenceSettledBefore`."""
        if self.state == SETTLED:
            raise DifferenceSettledBefore
        self._settled(decider, reason)

    @event("Settled")
    def _settled(self, decider: str, reason: str) -> None:
        self.state = SETTLED
        self.decider = decider
        self.reason = reason
