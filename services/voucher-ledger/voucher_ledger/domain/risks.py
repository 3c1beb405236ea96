"""Detectors of fictitious trade (虚构交易): versioned pure functions over what the logs say.

The facts are those of the moment at which a reviewer approves. A hit holds the payment and says
why; a person decides. Nothing here is Anhui law.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

WINDOW_DAYS: Final = 7
"""Orders of the same two parties within so many days belong together."""

SHOWN: Final = 20
"""So many orders are named in the inputs of a hit, at the most; all are counted."""

HELD, RELEASED, REFUSED = "held", "released", "refused"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the logs say of a redemption. Orders by id, without its own; dates ISO text.

    `of_pair` are the orders of its user with its provider, each with the legal date on which its
    share was reserved; `reversed` those in which the two have changed sides. `split_limit` is the
    parameter `risk-split-orders`.
    """

    contract_sha256: str
    evidence_sha256: str
    reserved_on: str
    split_limit: int
    same_contract: Sequence[str] = ()
    same_evidence: Sequence[str] = ()
    reversed: Sequence[str] = ()
    of_pair: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a detector found, with the inputs that it decided on."""

    detector: str
    rule: str
    inputs: dict[str, Any]


Detect = Callable[[Facts], dict[str, Any] | None]


def contract_reused(facts: Facts) -> dict[str, Any] | None:
    """The contract was handed in for another order (一份合同重复使用)."""
    return _found(facts.same_contract, sha256=facts.contract_sha256)


def deliverable_reused(facts: Facts) -> dict[str, Any] | None:
    """The same bytes were delivered for another order (交付物雷同)."""
    return _found(facts.same_evidence, sha256=facts.evidence_sha256)


def round_trip(facts: Facts) -> dict[str, Any] | None:
    """User and provider have also traded the other way round (对向交易)."""
    return _found(facts.reversed)


def split_orders(facts: Facts) -> dict[str, Any] | None:
    """The two parties made as many orders as the limit, itself counted, within days (拆单)."""
    own = date.fromisoformat(facts.reserved_on)
    near = [
        order
        for order, day in facts.of_pair
        if abs((date.fromisoformat(day) - own).days) < WINDOW_DAYS
    ]
    if len(near) + 1 < facts.split_limit:
        return None
    return _found(near, limit=facts.split_limit, days=WINDOW_DAYS)


def _found(orders: Sequence[str], **inputs: Any) -> dict[str, Any] | None:
    if not orders:
        return None
    return {**inputs, "orders": sorted(orders)[:SHOWN], "count": len(orders)}


DETECTORS: Final[tuple[tuple[str, int, Detect], ...]] = (
    ("contract-reused", 1, contract_reused),
    ("deliverable-reused", 1, deliverable_reused),
    ("round-trip", 1, round_trip),
    ("split-orders", 1, split_orders),
)
"""Id, version, function."""


def hits(facts: Facts) -> list[Hit]:
    """Every detector that hits, in their order."""
    found = []
    for name, version, detect in DETECTORS:
        inputs = detect(facts)
        if inputs is not None:
            found.append(Hit(name, f"{name}/{version}", inputs))
    return found
