"""Orders of a benchmark, reserved and accepted as the ledger's service carries them out.

Each step is the command that an entry of matching's log causes: the handler that `POLICIES` names,
under the context and with the derived id that a subscription would give it. What the benchmarks
leave out is the position that a subscription tracks, which lets one entry through at a time.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.sides.ledgers import PRICE_FEN, SHARE_FEN
from chassis import context, logging
from chassis.bus.green import wait_in_turn
from chassis.commands import Commands, Outcome, reaction
from chassis.domain import new_id
from chassis.garbage import settle
from chassis.projection import Fact
from chassis.settings import Settings
from voucher_ledger.application import Ledger
from voucher_ledger.subscriptions import POLICIES

AT = "2026-01-01T00:00:00.000000Z"
WHO = context.Context(
    actor="system:voucher-ledger", causation="matching/0", legal_basis=("art. 17", "art. 19")
)
Sent = list[tuple[str, Any]]
"""Statements in their sequence, each with its parameters."""

WARM = 10
"""One order of so many comes first and is not counted."""

RESERVE, ACCEPT = "matching.OrderPlaced", "matching.OrderAccepted"


@dataclass(frozen=True)
class Bought:
    """An order that a voucher pays a share of."""

    voucher: str
    holder: str
    listing: str
    id: str = field(default_factory=new_id)

    @property
    def placed(self) -> Fact:
        """What matching says first."""
        data = {"voucher_id": self.voucher, "listing_id": self.listing}
        return Fact(RESERVE, self.id, 1, {**data, "user": self.holder, "price_fen": PRICE_FEN}, AT)

    @property
    def accepted(self) -> Fact:
        """What it says when the user accepted all of it."""
        data = {"voucher_id": self.voucher, "accepted_fen": PRICE_FEN}
        return Fact(ACCEPT, self.id, 3, data, AT)


def serving(url: str, connections: int) -> Ledger:
    """A ledger as its service composes it, that tells of errors only."""
    settings = {"DATABASE_URL": url, "DB_POOL_SIZE": str(connections), "LOG_LEVEL": "ERROR"}
    loaded = Settings.load("voucher-ledger", settings)
    logging.configure(loaded)
    wait_in_turn()
    ledger = Ledger(loaded)
    settle()
    return ledger


class Desk:
    """Carries out what matching says, at positions of its own."""

    def __init__(self, ledger: Ledger, first: int = 0) -> None:
        self._ledger = ledger
        self._commands = Commands(ledger, b"key")
        self._positions = itertools.count(first)

    def reserve(self, order: Bought) -> None:
        """Reserve the share of an order. Raises `RuntimeError` when it is refused."""
        shown = self._carry_out(order.placed)["result"]
        if shown["reserved_fen"] < SHARE_FEN:
            raise RuntimeError(shown)

    def accept(self, order: Bought) -> None:
        """The order is accepted: its share is owed. Raises `RuntimeError` when it is refused."""
        shown = self._carry_out(order.accepted)["result"]
        if shown["redeemed_fen"] < SHARE_FEN:
            raise RuntimeError(shown)

    def _carry_out(self, fact: Fact) -> Outcome:
        found = POLICIES.reaction(fact.type)
        assert found is not None, fact.type
        name, handler = found
        with context.bound(WHO, correlation=fact.stream):
            command = reaction(name, "matching", next(self._positions), of=fact.stream)
            outcome = self._commands.execute(command, lambda: handler(self._ledger, fact))
        if "result" not in outcome:
            raise RuntimeError(outcome)
        return outcome


def per_second(count: int, carry_out: Callable[[Iterator[int]], None]) -> float:
    """Orders per second, when `carry_out` carries out those of the numbers that it is given."""
    carry_out(iter(range(count // WARM)))
    began = time.perf_counter()
    carry_out(iter(range(count // WARM, count)))
    return (count - count // WARM) / (time.perf_counter() - began)
