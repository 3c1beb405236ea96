"""The totals in the ledger's checkpoints: where each fen is, counted from the log alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.log import Entry
from chassis.sealing.totals import BUCKETS, CONTRA, Totals, parse_totals

Purse = tuple[str, str, int]


class LedgerTotals:
    """Counts the postings of entries, purse by purse. Not a read model: it reads what is sealed."""

    def __init__(self) -> None:
        self._balances: dict[Purse, Counter[str]] = {}
        self._lines: dict[Purse, str] = {}
        self._changed: set[Purse] = set()

    def resume(self, extensions: Sequence[str]) -> None:
        """Go on from the lines of the last checkpoint."""
        self._balances, self._lines, self._changed = {}, {}, set()
        for totals in parse_totals(extensions):
            amounts = dict(zip(BUCKETS, totals.amounts, strict=True))
            self._balances[totals.purse] = Counter(amounts | {CONTRA: -totals.appropriated})
            self._lines[totals.purse] = totals.line

    def add(self, entries: Sequence[Entry]) -> None:
        """Count the postings of further entries."""
        for entry in entries:
            self.post(entry.data.get("postings", ()))

    def post(self, postings: Iterable[Mapping[str, Any]]) -> None:
        """Count further postings."""
        for posting in postings:
            bucket, fund, region, year = posting["account"].split("/")
            purse = (fund, region, int(year))
            self._balances.setdefault(purse, Counter())[bucket] += posting["fen"]
            self._changed.add(purse)

    def balances(self) -> list[dict[str, Any]]:
        """`{fund, region, year, balances: {bucket: fen}}` of every purse, in order.

        Buckets with nothing in them are left out.
        """
        return [
            {
                "fund": fund,
                "region": region,
                "year": year,
                "balances": {bucket: fen for bucket, fen in sorted(found.items()) if fen},
            }
            for (fund, region, year), found in sorted(self._balances.items())
        ]

    def lines(self) -> Sequence[str]:
        """One line a purse, in their order. Only those that changed are written anew."""
        for purse in self._changed:
            self._lines[purse] = Totals.of(*purse, self._balances[purse]).line
        self._changed.clear()
        return [self._lines[purse] for purse in sorted(self._lines)]
