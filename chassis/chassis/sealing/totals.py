"""Totals in the ledger's checkpoint (试算平衡): where each fen is, per fund, region and year.

One extension line for each purse that money was ever posted to:

```
totals <fund> <region> <year> appropriated=<fen> <bucket>=<fen> …
```

in ascending order of fund, region and year, each once. Buckets stand in the order of `BUCKETS`,
those with nothing in them are left out, `appropriated` is always there. Amounts are integer fen,
written without a leading zero. For every line, appropriated is the sum of the buckets and no amount
is below zero; a log whose events make it otherwise says so (`issued=-5`), since what is sealed is
what they add up to, and `check_sound` is where a reader finds it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from chassis.sealing.faults import MalformedTotals, NotConserved, Overdrawn

BUCKETS = (
    "unissued",
    "issued",
    "reserved",
    "redeemed",
    "paid",
    "expired-returned",
    "clawed-back",
)
"""Where money can be, in the order in which it gets there (未发, 已发, 冻结, 已核销, 已兑付, …)."""

CONTRA = "appropriated"
_PREFIX = "totals "
MAX_FEN = 2**53 - 1
"""The largest amount that a line can say, either way."""

_LINE = re.compile(
    r"totals (?P<fund>[A-Z][A-Z0-9-]{1,19}) (?P<region>[0-9]{6}) (?P<year>[1-9][0-9]{3})"
    r" appropriated=(?P<appropriated>0|-?[1-9][0-9]{0,15})(?P<rest>( [a-z-]+=-?[1-9][0-9]{0,15})*)",
    re.ASCII,
)
_ACCOUNT = re.compile(
    rf"({'|'.join((CONTRA, *BUCKETS))})/([A-Z][A-Z0-9-]{{1,19}})/([0-9]{{6}})/([1-9][0-9]{{3}})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Totals:
    """The totals of a fund in a region for a budget year, in fen. Raises `MalformedTotals`."""

    fund: str
    region: str
    year: int
    appropriated: int
    amounts: tuple[int, ...]
    """As `BUCKETS`."""

    def __post_init__(self) -> None:
        amounts = (self.appropriated, *self.amounts)
        if len(self.amounts) != len(BUCKETS) or any(abs(n) > MAX_FEN for n in amounts):
            raise MalformedTotals(line=f"{self.purse}: {amounts}")
        if _LINE.fullmatch(self.line) is None:
            raise MalformedTotals(line=self.line)

    @property
    def purse(self) -> tuple[str, str, int]:
        """Whose money: fund, region and year."""
        return self.fund, self.region, self.year

    @property
    def line(self) -> str:
        """The extension line."""
        pairs = zip(BUCKETS, self.amounts, strict=True)
        parts = [f"{bucket}={fen}" for bucket, fen in pairs if fen]
        head = f"{_PREFIX}{self.fund} {self.region} {self.year} {CONTRA}={self.appropriated}"
        return " ".join([head, *parts])

    @classmethod
    def of(cls, fund: str, region: str, year: int, balances: Mapping[str, int]) -> Self:
        """From the balances of a book, where `appropriated` is the contra account (negative).

        Raises `MalformedTotals` for an unknown bucket or an amount that no ledger can have.
        """
        unknown = set(balances) - {CONTRA, *BUCKETS}
        if unknown:
            raise MalformedTotals(line=", ".join(sorted(unknown)))
        amounts = tuple(balances.get(bucket, 0) for bucket in BUCKETS)
        return cls(fund, region, year, -balances.get(CONTRA, 0), amounts)

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read an extension line. Raises `MalformedTotals`."""
        found = _LINE.fullmatch(line)
        if found is None:
            raise MalformedTotals(line=line)
        pairs = [pair.split("=") for pair in found["rest"].split()]
        amounts = {bucket: int(fen) for bucket, fen in pairs}
        totals = cls(
            found["fund"],
            found["region"],
            int(found["year"]),
            int(found["appropriated"]),
            tuple(amounts.get(bucket, 0) for bucket in BUCKETS),
        )
        if totals.line != line:
            raise MalformedTotals(line=line)
        return totals


def totals_lines(totals: Iterable[Totals]) -> tuple[str, ...]:
    """The extension lines, in their order. Raises `MalformedTotals` when a purse comes twice."""
    ordered = sorted(totals)
    _check_order(ordered)
    return tuple(each.line for each in ordered)


def parse_totals(extensions: Iterable[str]) -> tuple[Totals, ...]:
    """The totals among a checkpoint's extension lines. Raises `MalformedTotals`."""
    found = [Totals.parse(line) for line in extensions if line.startswith(_PREFIX.rstrip())]
    _check_order(found)
    return tuple(found)


def say(extensions: Iterable[str], totals: Iterable[Totals]) -> bool:
    """Whether a checkpoint's extension lines are those of these totals, without parsing them."""
    said = [line for line in extensions if line.startswith(_PREFIX.rstrip())]
    return said == [each.line for each in totals]


def account_of(text: object) -> tuple[str, tuple[str, str, int]] | None:
    """The bucket and the purse of an account, such as `issued/JYCY/340100/2026`; None of others."""
    found = _ACCOUNT.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else (found[1], (found[2], found[3], int(found[4])))


def check_sound(totals: Iterable[Totals]) -> None:
    """Refuse totals that no honest ledger comes to.

    Raises `NotConserved` unless, in each purse, appropriated is the sum of the buckets, and
    `Overdrawn` when one of them is below zero.
    """
    for each in totals:
        purse = {"fund": each.fund, "region": each.region, "year": each.year}
        total = sum(each.amounts)
        if total != each.appropriated:
            raise NotConserved(**purse, appropriated=each.appropriated, sum=total)
        for bucket, fen in zip((CONTRA, *BUCKETS), (each.appropriated, *each.amounts), strict=True):
            if fen < 0:
                raise Overdrawn(**purse, bucket=bucket, fen=fen)


def _check_order(totals: Sequence[Totals]) -> None:
    for earlier, later in pairwise(totals):
        if earlier.purse >= later.purse:
            raise MalformedTotals(line=later.line)
