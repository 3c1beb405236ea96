"""The totals in the ledger's checkpoints: where each fen is, counted from the log alone.

They are what the postings come to, whatever that is: an overdrawn purse is signed as below zero,
and the log goes on. To find it is the witness's part, who never cosigns it. What cannot be read as
a posting moves nothing here; the witness, who cannot read it either, says so.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from chassis.log import Entry
from chassis.sealing.totals import BUCKETS, CONTRA, MAX_FEN, Totals, account_of, parse_totals

Purse = tuple[str, str, int]


class LedgerTotals:
    """Counts the postings of entries, purse by purse. Not a read model: it reads what is sealed."""

    def __init__(self) -> None:
        self._balances: dict[Purse, Counter[str]] = {}
        self._lines: dict[Purse, str] = {}
        self._changed: set[Purse] = set()
        self._accounts: dict[str, tuple[str, Purse] | None] = {}

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
            data: object = entry.event.get("data")
            postings = data.get("postings") if isinstance(data, dict) else None
            if isinstance(postings, list):
                self.post(postings)

    def post(self, postings: Iterable[Any]) -> None:
        """Count further postings, `{account, fen}`; what is none of these is left alone."""
        for posting in postings:
            account, fen = self._read(posting)
            if account is None:
                continue
            bucket, purse = account
            balances = self._balances.setdefault(purse, Counter())
            if abs(balances[bucket] + fen) <= MAX_FEN:
                balances[bucket] += fen
                self._changed.add(purse)

    def _read(self, posting: Any) -> tuple[tuple[str, Purse] | None, int]:
        if not isinstance(posting, dict) or type(posting.get("fen")) is not int:
            return None, 0
        text = posting.get("account")
        if not isinstance(text, str):
            return None, 0
        if text not in self._accounts:
            self._accounts[text] = account_of(text)
        return self._accounts[text], posting["fen"]

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
