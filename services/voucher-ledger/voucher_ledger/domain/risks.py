"""Detectors of fictitious trade (虚构交易): versioned pure functions over what the logs say.

The facts are those of the moment at which a reviewer approves. A hit holds the payment and says
why; a person decides. Nothing here is Anhui law.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

WINDOW_DAYS: Final = 7
"""Orders of the same two parties within so many days belong together."""

SHOWN: Final = 20
"""So many orders are named in the inputs of a hit, at the most; all are counted."""

HELD, RELEASED, REFUSED = "held", "released", "refused"

FIGURES: Final = (
    "risk-split-orders",
    "risk-accept-seconds",
    "risk-price-days",
    "risk-price-bp",
    "risk-expiry-days",
    "risk-expiry-orders",
    "risk-simhash-bits",
    "risk-device-subjects",
)
"""The parameters that detectors look up; see `voucher_ledger.domain.parameter`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the logs say of a redemption. Orders by id, others than its own; dates ISO text.

    `of_pair` are the orders of its user with its provider, each with the legal date on which its
    share was reserved; `reversed` those in which the two have changed sides; `of_batch` those with
    the provider by vouchers of the same batch, likewise, near `use_by`. `alike` are deliveries of
    other bytes with their SimHash; `asked` what the provider ever asked in the order's category:
    listing, legal date, fen; `refunds` what the user got back of their own share: reference, fen;
    `ties` what ever tied both parties: the kinds of contact data of which they gave the same,
    `device` where they used one that is not shared by more than so many, and what a person or
    organisation that is behind both, or is one of them, is to either.

    `bought` are government purchases for which the same bytes were delivered. Of a purchase, which
    stands for its order: `price_fen` is what its contract says, `untendered` that it was neither an
    open tender nor approved as another method, `of_budget` the other untendered contracts of its
    provider with the same budget: purchase, fen.
    """

    order_id: str
    contract_sha256: str
    evidence_sha256: str
    figures: Mapping[str, int]
    reserved_on: str
    use_by: str
    delivered_at: str = ""
    accepted_at: str = ""
    placed_on: str = ""
    price_fen: int = 0
    simhash: str | None = None
    same_contract: Sequence[str] = ()
    same_evidence: Sequence[str] = ()
    reversed: Sequence[str] = ()
    of_pair: Sequence[tuple[str, str]] = ()
    of_batch: Sequence[tuple[str, str]] = ()
    alike: Sequence[tuple[str, str]] = ()
    asked: Sequence[tuple[str, str, int]] = ()
    refunds: Sequence[tuple[str, int]] = ()
    bought: Sequence[str] = ()
    untendered: bool = False
    of_budget: Sequence[tuple[str, int]] = ()
    ties: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a detector found, with the inputs that it decided on."""

    detector: str
    rule: str
    inputs: dict[str, Any]


Inputs = dict[str, Any]
Detect = Callable[[Facts], Inputs | None]


def contract_reused(facts: Facts) -> Inputs | None:
    """The contract was handed in for another order (一份合同重复使用)."""
    return _found(facts.same_contract, sha256=facts.contract_sha256)


def deliverable_reused(facts: Facts) -> Inputs | None:
    """The same bytes were delivered for another order (交付物雷同)."""
    return _found(facts.same_evidence, sha256=facts.evidence_sha256)


def round_trip(facts: Facts) -> Inputs | None:
    """User and provider have also traded the other way round (对向交易)."""
    return _found(facts.reversed)


def split_orders(facts: Facts) -> Inputs | None:
    """The two parties made as many orders as the limit, itself counted, within days (拆单)."""
    limit, own = facts.figures["risk-split-orders"], date.fromisoformat(facts.reserved_on)
    near = [order for order, day in facts.of_pair if abs(_days(day, own)) < WINDOW_DAYS]
    if len(near) + 1 < limit:
        return None
    return _found(near, limit=limit, days=WINDOW_DAYS)


def quick_acceptance(facts: Facts) -> Inputs | None:
    """The user accepted sooner after the delivery than anybody can look at it (秒验)."""
    limit = facts.figures["risk-accept-seconds"]
    if not limit or not facts.delivered_at or not facts.accepted_at:
        return None
    delivered, accepted = map(datetime.fromisoformat, (facts.delivered_at, facts.accepted_at))
    if accepted - delivered >= timedelta(seconds=limit):
        return None
    times = {"delivered_at": facts.delivered_at, "accepted_at": facts.accepted_at}
    return _found([facts.order_id], limit=limit, **times)


def price_raised(facts: Facts) -> Inputs | None:
    """All that the provider asked in the category until days before the order was less (突击提价).

    Who had asked nothing until then has raised nothing.
    """
    days, raise_bp = facts.figures["risk-price-days"], facts.figures["risk-price-bp"]
    if not facts.placed_on:
        return None
    placed = date.fromisoformat(facts.placed_on)
    before = {id_: fen for id_, day, fen in facts.asked if day and _days(day, placed) >= days}
    asked_fen = max(before.values(), default=facts.price_fen)
    if facts.price_fen * 10_000 < asked_fen * (10_000 + raise_bp):
        return None
    figures = {"price_fen": facts.price_fen, "asked_fen": asked_fen}
    return _found(list(before), "listings", **figures, days=days, raise_bp=raise_bp)


def near_expiry(facts: Facts) -> Inputs | None:
    """The provider got as many orders as the limit in the last days of a batch (到期前集中下单)."""
    days, limit = facts.figures["risk-expiry-days"], facts.figures["risk-expiry-orders"]
    end = date.fromisoformat(facts.use_by)
    near = [order for order, day in facts.of_batch if _days(day, end) < days]
    if _days(facts.reserved_on, end) >= days or len(near) + 1 < limit:
        return None
    return _found(near, limit=limit, days=days, use_by=facts.use_by)


def similar_deliverables(facts: Facts) -> Inputs | None:
    """Nearly the same text was delivered for another order (交付物近似)."""
    limit, own = facts.figures["risk-simhash-bits"], facts.simhash
    if own is None:
        return None
    near = [order for order, other in facts.alike if _apart(own, other) < limit]
    return _found(near, limit=limit, simhash=own)


def _apart(one: str, other: str) -> int:
    """In how many bits two SimHashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def own_share_refunded(facts: Facts) -> Inputs | None:
    """The user got back of what they paid themself (自付部分回流)."""
    return _refunds(dict(facts.refunds))


def deliverable_bought(facts: Facts) -> Inputs | None:
    """The same bytes were delivered for a government purchase (交付物与政府购买雷同)."""
    return _found(facts.bought, "purchases", sha256=facts.evidence_sha256)


def split_purchases(facts: Facts) -> Inputs | None:
    """Contracts without a tender that reach the threshold together (化整为零规避公开招标).

    政府采购法实施条例 28 says so of one budget and one category within a year; the provider stands
    for the category here (not Anhui law). A contract that was cancelled counts.
    """
    limit = facts.figures["purchase-tender-fen"]
    total = facts.price_fen + sum(fen for _, fen in facts.of_budget)
    if not facts.untendered or total < limit:
        return None
    return _found([id_ for id_, _ in facts.of_budget], "purchases", limit=limit, fen=total)


def tied_parties(facts: Facts) -> Inputs | None:
    """The same contact data or device, or somebody behind both, ever (关联交易, invariant 9)."""
    return _ties(facts.ties, facts.figures["risk-device-subjects"])


def _ties(ties: Sequence[str], device_subjects: int) -> Inputs | None:
    return _found(ties, "ties", device_subjects=device_subjects)


def _refunds(refunds: Mapping[str, int]) -> Inputs | None:
    return _found(list(refunds), "references", fen=sum(refunds.values()))


def _days(day: str, until: date) -> int:
    return (until - date.fromisoformat(day)).days


def _found(of: Sequence[str], what: str = "orders", **inputs: Any) -> Inputs | None:
    if not of:
        return None
    return {**inputs, what: sorted(of)[:SHOWN], "count": len(of)}


Detectors = Sequence[tuple[str, int, Detect]]

TIED: Final = ("tied-parties", 3, tied_parties)
"""Asked when a redemption is approved, and again until its payment is approved."""

DETECTORS: Final[Detectors] = (
    ("contract-reused", 1, contract_reused),
    ("deliverable-reused", 1, deliverable_reused),
    ("round-trip", 1, round_trip),
    ("split-orders", 1, split_orders),
    ("quick-acceptance", 1, quick_acceptance),
    ("price-raised", 1, price_raised),
    ("near-expiry", 1, near_expiry),
    ("similar-deliverables", 1, similar_deliverables),
    ("own-share-refunded", 1, own_share_refunded),
    TIED,
    ("deliverable-bought", 1, deliverable_bought),
)
"""Id, version, function."""

OF_PURCHASES: Final[Detectors] = (
    ("contract-reused", 1, contract_reused),
    ("deliverable-reused", 1, deliverable_reused),
    ("quick-acceptance", 1, quick_acceptance),
    ("split-purchases", 1, split_purchases),
)
"""Those that are asked about a government purchase: nobody there has a voucher or pays a share."""

FIGURES_OF_PURCHASES: Final = ("risk-accept-seconds", "purchase-tender-fen")


def hits(facts: Facts, detectors: Detectors = DETECTORS) -> list[Hit]:
    """Every detector that hits, in their order."""
    found = []
    for name, version, detect in detectors:
        inputs = detect(facts)
        if inputs is not None:
            found.append(Hit(name, f"{name}/{version}", inputs))
    return found


def tied(ties: Sequence[str], device_subjects: int) -> Hit:
    """What there is to say when parties turn out to be tied after the review: one tie at least."""
    inputs = _ties(ties, device_subjects)
    assert inputs is not None, "there is a tie"
    name, version, _ = TIED
    return Hit(name, f"{name}/{version}", inputs)


def refunded(refunds: Mapping[str, int]) -> Hit:
    """What there is to say when a refund comes after the review: fen by reference, at least one."""
    inputs = _refunds(refunds)
    assert inputs is not None, "there is a refund"
    return Hit("own-share-refunded", "own-share-refunded/1", inputs)
