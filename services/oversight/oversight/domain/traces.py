"""What detectors of fictitious trade decide on (虚构交易), as the logs tell it.

Each trace says when it was recorded: what is very new, a decision may not have seen.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

K = TypeVar("K")


class Trace(NamedTuple):
    """An order that left a trace: when (RFC 3339), where in its log, on which legal date.

    Or a refund by its reference, a tie by kind and digest, or a listing with the price that
    was asked, in fen.
    """

    order_id: str
    at: str
    position: int
    day: str
    fen: int = 0


@dataclass(slots=True)
class Traces:
    """Orders by what they have in common."""

    contracts: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """By the digest of the contract that was handed in; positions in the ledger's log."""

    deliverables: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """By the digest of what was delivered; positions in matching's log."""

    made: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """Government purchases by the digest of what was delivered; positions in the ledger's log."""

    contracted: dict[tuple[str, str], tuple[Trace, ...]] = field(default_factory=dict)
    """Untendered contracts by purse and provider, with their fen; positions in the ledger's log."""

    pairs: dict[tuple[str, str], tuple[Trace, ...]] = field(default_factory=dict)
    """Reservations by user and provider; positions in the ledger's log."""

    bands: dict[tuple[int, str], tuple[Trace, ...]] = field(default_factory=dict)
    """Deliveries by each quarter of their SimHash; positions in matching's log."""

    asked: dict[tuple[str, str], tuple[Trace, ...]] = field(default_factory=dict)
    """Listings by provider and category; positions in the catalog's log."""

    contacts: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """By subject: contact data and devices, and who was ever behind it; kind and keyed digest.

    Positions in identity's log.
    """

    devices: dict[str, dict[str, int]] = field(default_factory=dict)
    """By device: the subjects that used it, in that order; positions in identity's log."""

    paid_from: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """By payer: the accounts that own shares were ever paid from; positions in the ledger's log."""

    refunds: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """Refunds by the order whose own share came back; positions in the ledger's log."""


def quarters(simhash: str) -> list[tuple[int, str]]:
    """The four bands of a SimHash: what differs in three bits at most shares one."""
    return [(n, simhash[n : n + 4]) for n in range(0, len(simhash), 4)]


def left(among: dict[K, tuple[Trace, ...]], by: K, trace: Trace) -> None:
    """Keep a trace with those of other orders, if there are any, that have the same in common."""
    among[by] = (*among.get(by, ()), trace)
