"""The totals in the ledger's checkpoints: where each fen is, counted from the log alone."""

from collections import Counter
from collections.abc import Sequence

from chassis.log import Entry
from chassis.sealing.totals import BUCKETS, CONTRA, Totals, parse_totals, totals_lines

Purse = tuple[str, str, int]


class LedgerTotals:
    """Counts the postings of entries, purse by purse. Not a read model: it reads what is sealed."""

    def __init__(self) -> None:
        self._balances: dict[Purse, Counter[str]] = {}

    def resume(self, extensions: Sequence[str]) -> None:
        """Go on from the lines of the last checkpoint."""
        self._balances = {}
        for totals in parse_totals(extensions):
            amounts = dict(zip(BUCKETS, totals.amounts, strict=True))
            self._balances[totals.purse] = Counter(amounts | {CONTRA: -totals.appropriated})

    def add(self, entries: Sequence[Entry]) -> None:
        """Count the postings of further entries."""
        for entry in entries:
            for posting in entry.data.get("postings", ()):
                bucket, fund, region, year = posting["account"].split("/")
                purse = self._balances.setdefault((fund, region, int(year)), Counter())
                purse[bucket] += posting["fen"]

    def lines(self) -> Sequence[str]:
        """One line a purse."""
        return totals_lines(
            Totals.of(*purse, balances) for purse, balances in self._balances.items()
        )
