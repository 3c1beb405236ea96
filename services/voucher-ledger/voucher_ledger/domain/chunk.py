"""What one command of a run of grants (批量发放) decides on: a chunk of its users."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.eligibility import Standing
from voucher_ledger.domain.voucher import voucher_ids


@dataclass(frozen=True)
class Chunk:
    """Users in the order in which they are asked, and how each stands towards the batch.

    `after` is where the next chunk begins, `seen` how far other logs had been applied.
    """

    standings: Mapping[str, Standing]
    codes: Mapping[Standing, str | None]
    """Why those who stand so get no voucher; None when they may have one."""

    eligible: Sequence[str]
    vouchers: Sequence[str]
    """The ids of the vouchers that the eligible would have."""

    after: str
    seen: Mapping[str, int]

    @classmethod
    def of(
        cls, batch: Batch, standings: Mapping[str, Standing], after: str, seen: Mapping[str, int]
    ) -> "Chunk":
        """Apply the batch's rule of eligibility to each."""
        codes = {standing: batch.target.refusal(standing) for standing in set(standings.values())}
        eligible = [subject for subject, standing in standings.items() if codes[standing] is None]
        return cls(standings, codes, eligible, voucher_ids(batch.key, eligible), after, seen)

    def refused(self, granted: int) -> list[dict[str, Any]]:
        """Who gets none and why, as far as the chunk is carried out with so many vouchers."""
        subjects = list(self.standings)
        if granted < len(self.eligible):
            subjects = subjects[: subjects.index(self.eligible[granted])]
        return [
            {"subject": subject, "code": code, "inputs": standing.as_inputs()}
            for subject in subjects
            if (code := self.codes[standing := self.standings[subject]]) is not None
        ]

    def granted(self, count: int) -> Iterator[tuple[Standing, list[str], list[str]]]:
        """The first so many who get a voucher, those together who stand alike: ids and vouchers."""
        pairs = zip(self.eligible[:count], self.vouchers, strict=False)
        for standing, alike in groupby(
            sorted(pairs, key=lambda pair: self.standings[pair[0]]),
            key=lambda pair: self.standings[pair[0]],
        ):
            holders, vouchers = zip(*alike, strict=True)
            yield standing, list(holders), list(vouchers)
