"""Where each fen is, counted from the postings of entries: what a ledger's checkpoint must say."""

import json
from collections.abc import Iterable
from typing import Any

from chassis.sealing.totals import BUCKETS, CONTRA, Totals, parse_totals

LEDGER = "voucher-ledger"
"""The log whose checkpoints carry totals."""

Purse = tuple[str, str, int]


class Tally:
    """Balances by fund, region and year. Written anew: no code is shared with the ledger."""

    def __init__(self) -> None:
        self._balances: dict[str, int] = {}
        self.readable = True
        """False once a posting could not be read: nothing can be said from then on."""

    @classmethod
    def resumed(cls, extensions: Iterable[str]) -> "Tally":
        """Go on from the extension lines of a checkpoint. Raises `MalformedTotals`."""
        tally = cls()
        for each in parse_totals(extensions):
            fund, region, year = each.purse
            amounts = zip((CONTRA, *BUCKETS), (-each.appropriated, *each.amounts), strict=True)
            for bucket, fen in amounts:
                tally._balances[f"{bucket}/{fund}/{region}/{year}"] = fen
        return tally

    def copy(self) -> "Tally":
        """Another one that goes on from here."""
        tally = Tally()
        tally._balances, tally.readable = dict(self._balances), self.readable
        return tally

    def add(self, data: Any) -> None:
        """Count the postings of what an event says, if it has any."""
        balances = self._balances
        try:
            for posting in data.get("postings", ()):
                account = posting["account"]
                balances[account] = balances.get(account, 0) + posting["fen"]
        except (AttributeError, KeyError, TypeError):
            self.readable = False

    def read(self, texts: Iterable[bytes]) -> None:
        """Count the postings of entries."""
        for text in texts:
            try:
                self.add(json.loads(text)["event"]["data"])
            except (KeyError, TypeError, ValueError, RecursionError):
                self.readable = False

    def totals(self) -> list[Totals] | None:
        """The totals of every purse, in their order; None when a posting could not be read.

        Raises `MalformedTotals`.
        """
        purses: dict[Purse, dict[str, int]] = {}
        try:
            for account, fen in self._balances.items():
                bucket, fund, region, year = account.split("/")
                purses.setdefault((fund, region, int(year)), {})[bucket] = fen
            self.readable = self.readable and all(type(n) is int for n in self._balances.values())
        except (AttributeError, ValueError):
            self.readable = False
        if not self.readable:
            return None
        return [Totals.of(*purse, amounts) for purse, amounts in sorted(purses.items())]
