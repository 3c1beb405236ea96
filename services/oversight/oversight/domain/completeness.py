"""Was what each log published applied by each who follows it (完整性, art. 8, 32)?

Three things are kept while the logs are read: the leaves of each log's tree (whoever reads the log
hands them over), what each subscriber says that it applied (`<log>.SubscriptionAcknowledged`), and
which entries still lack the answer that their subscriber owes them. `rules/completeness.py` judges
them at the end.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from oversight.domain.event import Event, legal_day
from oversight.domain.reactions import cause_of
from oversight.domain.tree import SIZE, Digest, plain_sha256, roots

FOLLOWS: dict[str, tuple[str, ...]] = {
    "identity": ("catalog", "matching", "voucher-ledger"),
    "catalog": ("identity",),
    "matching": ("identity", "catalog", "voucher-ledger"),
    "voucher-ledger": ("identity", "catalog", "matching", "oversight"),
    "oversight": ("identity", "catalog", "voucher-ledger", "matching"),
}
"""By subscriber: the logs that it follows."""

ACKNOWLEDGED, RELEASED = "SubscriptionAcknowledged", "SubscriptionReleased"

HOUSEKEEPING = frozenset({ACKNOWLEDGED, "WitnessCosigned"})
"""Events, named without their log, that need no acknowledgement: they follow from others alone."""

Pair = tuple[str, str]
"""A subscriber and a log that it follows."""

OrderOf = Callable[[Event], str | None]
"""The order that an entry is about; None when its subscriber owes it no answer."""


def _own(event: Event) -> str | None:
    return event.stream


def _named(event: Event) -> str | None:
    return str(event.data["order_id"])


def _refused(event: Event) -> str | None:
    reserving = event.data["command"] == "reserve_for_order"
    return str(event.data["inputs"].get("of")) if reserving else None


def matters(type_: str) -> bool:
    """Whether an entry of this type is to be acknowledged."""
    return type_.rpartition(".")[2] not in HOUSEKEEPING


ANSWERS: dict[str, tuple[str, OrderOf]] = {
    "matching.OrderPlaced": ("voucher-ledger", _own),
    "matching.OrderAccepted": ("voucher-ledger", _own),
    "matching.OrderCancelled": ("voucher-ledger", _own),
    "matching.OrderLapsed": ("voucher-ledger", _own),
    "voucher-ledger.VoucherReserved": ("matching", _named),
    "voucher-ledger.CommandRefused": ("matching", _refused),
}
"""By event type: the subscriber that answers with an event of its own, caused by it."""

_PAIRS = {(subscriber, type_.partition(".")[0]) for type_, (subscriber, _) in ANSWERS.items()}


class Published:
    """A log as it was read: the leaves of its tree, and when what matters was recorded."""

    def __init__(self) -> None:
        self.digest: Digest = plain_sha256
        self.leaves = bytearray()
        """Leaf hashes end to end; empty when nobody gave them."""

        self.nodes = bytearray()
        """Roots of the full tiles above them, as far as somebody gave them."""

        self.whole = True
        """False when entries are known to be missing or changed: nobody is measured by it then."""

        self._minute = ""
        self._positions = array("q")
        self._times: list[str] = []

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.leaves) // SIZE

    def mark(self, position: int, at: str) -> None:
        """An entry that matters was recorded; the first and the last of each minute are kept."""
        if at[:16] == self._minute:
            self._positions[-1], self._times[-1] = position, at
        else:
            self._minute = at[:16]
            self._positions.extend((position, position))
            self._times += (at, at)

    def unacknowledged(self, size: int, before: str) -> tuple[int, str] | None:
        """What matters beyond a size and was recorded before an instant: position and time."""
        for position, at in zip(self._positions, self._times, strict=True):
            if position >= size and at < before:
                return position, at
        return None

    def first_from(self, position: int) -> str:
        """When the first that matters from a position on was recorded; empty when there is none.

        Of those within one minute the first and the last are known.
        """
        at = bisect_left(self._positions, position)
        return self._times[at] if at < len(self._times) else ""

    def days(self) -> set[str]:
        """The legal dates on which something that matters was recorded."""
        return {day for day in map(legal_day, self._times) if day}

    def roots(self, sizes: set[int]) -> dict[int, str]:
        """The root (hex) at each of these sizes."""
        wanted = sorted(sizes)
        found = roots(self.digest, self.leaves, wanted, self.nodes)
        return {size: root.hex() for size, root in zip(wanted, found, strict=True)}


@dataclass(frozen=True, slots=True)
class Claim:
    """An acknowledgement: where in the subscriber's log, when, and what it says."""

    position: int
    at: str
    size: int
    root: str


@dataclass(slots=True)
class Applied:
    """What a subscriber says of a log that it follows."""

    claims: list[Claim] = field(default_factory=list)
    parked: dict[int, None] = field(default_factory=dict)
    """Positions that it could not apply and has not released."""

    dismissed: set[int] = field(default_factory=set)

    def size(self, published: int) -> int:
        """How many of the published entries it says are applied."""
        return next((c.size for c in reversed(self.claims) if c.size <= published), 0)


class Completeness:
    """What the judgement stands on."""

    def __init__(self) -> None:
        self.published: dict[str, Published] = {}
        self.applied: dict[Pair, Applied] = {}
        self.unanswered: dict[Pair, dict[int, tuple[str, str]]] = {pair: {} for pair in _PAIRS}
        """By subscriber and log, by position: the type and the order."""

        self._early: dict[Pair, set[int]] = {pair: set() for pair in _PAIRS}
        """Answers that were read before what they answer."""

    def log(self, name: str) -> Published:
        """A log as it was read so far."""
        return self.published.setdefault(name, Published())

    def of(self, subscriber: str, followed: str) -> Applied:
        """What a subscriber has said so far of a log."""
        return self.applied.setdefault((subscriber, followed), Applied())

    def owes(self, event: Event) -> None:
        """An entry obliges a subscriber to something (`ANSWERS`)."""
        subscriber, order_of = ANSWERS[event.type]
        pair, order = (subscriber, event.log), order_of(event)
        if order is not None and event.position not in self._early[pair]:
            self.unanswered[pair][event.position] = (event.type, order)
        self._early[pair].discard(event.position)

    def caused(self, event: Event) -> None:
        """An event names its cause, and is thereby the answer to it, whatever else it is."""
        cause = cause_of(str(event.causation))
        if cause is None or (pair := (event.log, cause[0])) not in _PAIRS:
            return
        if self.unanswered[pair].pop(cause[1], None) is None:
            self._early[pair].add(cause[1])
