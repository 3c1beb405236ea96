"""Where each fen is, counted from the postings of entries: what a ledger's checkpoint must say."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from chassis.sealing.totals import BUCKETS, CONTRA, Totals, parse_totals

LEDGER = "voucher-ledger"
"""The log whose checkpoints carry totals."""

Purse = tuple[str, str, int]


class Tally:
    """Balances by fund, region and year. Written anew: no code is shared with the ledger."""

    def __init__(self) -> None:
        self._balances: dict[Purse, Counter[str]] = {}
        self.readable = True
        """False once a posting could not be read: nothing can be said from then on."""

    @classmethod
    def resumed(cls, extensions: Iterable[str]) -> "Tally":
        """Go on from the extension lines of a checkpoint. Raises `MalformedTotals`."""
        tally = cls()
        for each in parse_totals(extensions):
            amounts = dict(zip(BUCKETS, each.amounts, strict=True))
            tally._balances[each.purse] = Counter(amounts | {CONTRA: -each.appropriated})
        return tally

    def copy(self) -> "Tally":
        """Another one that goes on from here."""
        tally = Tally()
        tally._balances = {purse: Counter(amounts) for purse, amounts in self._balances.items()}
        tally.readable = self.readable
        return tally

    def add(self, data: Any) -> None:
        """Count the postings of what an event says, if it has any."""
        try:
            for posting in data.get("postings", ()):
                bucket, fund, region, year = posting["account"].split("/")
                purse = self._balances.setdefault((fund, region, int(year)), Counter())
                purse[bucket] += posting["fen"]
        except (AttributeError, KeyError, TypeError, ValueError):
            self.readable = False

    def totals(self) -> list[Totals]:
        """The totals of every purse, in their order. Raises `MalformedTotals`."""
        return [Totals.of(*purse, amounts) for purse, amounts in sorted(self._balances.items())]
