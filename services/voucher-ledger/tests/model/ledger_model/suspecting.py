"""What is suspect in the reference ledger: detectors of fictitious trade, over plain lists."""

from datetime import date

from ledger_model.budgets import DONE
from ledger_model.reference import Reference

SPLIT = 2
"""So many orders of two parties within a week are suspect."""

LATE = 2
"""So many orders with a provider in the last week of a batch are."""

BITS = 4
"""Texts that differ in fewer bits are."""

REFUNDED = "own-share-refunded"


class Suspecting:
    """What is known of the trades, and what detectors say of one."""

    def __init__(self, reference: Reference) -> None:
        self.ledger = reference
        self.hasty: set[str] = set()
        """Orders that were accepted within a minute of their delivery."""

        self.texts: dict[str, str | None] = {}
        """The SimHash of what was delivered, by order."""

        self.own_paid: dict[str, int] = {}
        self.refunds: dict[str, dict[str, int]] = {}
        """By order, what users paid themselves, and what came back of it by reference; in fen."""

    def delivered(self, order: str, text: str | None) -> None:
        """A provider delivered a text; the first time counts."""
        self.texts.setdefault(order, text)

    def give_back(self, order: str, fen: int, reference: str) -> str:
        """The payment institution says that the user got some of it back."""
        if order not in self.own_paid:
            return "voucher-ledger.own-payment-unknown"
        before = self.refunds.setdefault(order, {})
        if reference in before:
            return "voucher-ledger.refund-known"
        if fen > self.own_paid[order] - sum(before.values()):
            return "voucher-ledger.refund-beyond-paid"
        before[reference] = fen
        return DONE

    def suspicions(self, order: str) -> list[str]:
        """The detectors that hit, in their order."""
        found = {
            "round-trip": self._both_ways(order),
            "split-orders": self._often(order),
            "quick-acceptance": order in self.hasty,
            "near-expiry": self._late(order),
            "similar-deliverables": self._similar(order),
            REFUNDED: bool(self.refunds.get(order)),
        }
        return [name for name, hit in found.items() if hit]

    def _trade(self, order: str) -> tuple[str, str, str, str]:
        return next(each for each in self.ledger.reservations if each[3] == order)

    def _both_ways(self, order: str) -> bool:
        user, provider, _, _ = self._trade(order)
        return any(each[:2] == (provider, user) for each in self.ledger.reservations)

    def _often(self, order: str) -> bool:
        user, provider, own, _ = self._trade(order)
        alike = [each for each in self.ledger.reservations if each[:2] == (user, provider)]
        return sum(abs(_days(day, own)) < 7 for _, _, day, _ in alike) >= SPLIT

    def _late(self, order: str) -> bool:
        _, provider, own, _ = self._trade(order)
        batch = self._batch(order)
        end = self.ledger.batches[batch].terms["use_by"]
        late = [
            each
            for each in self.ledger.reservations
            if each[1] == provider and self._batch(each[3]) == batch and _days(each[2], end) < 7
        ]
        return _days(own, end) < 7 and len(late) >= LATE

    def _similar(self, order: str) -> bool:
        own = self.texts.get(order)
        others = [text for id_, text in self.texts.items() if id_ != order and text is not None]
        if own is None:
            return False
        return any((int(own, 16) ^ int(text, 16)).bit_count() < BITS for text in others)

    def _batch(self, order: str) -> str:
        return next(v.batch_id for v in self.ledger.vouchers.values() if order in v.orders)


def _days(day: str, until: str) -> int:
    return (date.fromisoformat(until) - date.fromisoformat(day)).days
