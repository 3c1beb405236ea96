"""The totals in the ledger's checkpoints, however the sequencer comes to them."""

import random
from collections import Counter

import pytest

from chassis.canonical import canonical
from chassis.log import Entry
from chassis.sealing.totals import Totals, totals_lines
from voucher_ledger.totals import LedgerTotals, Purse

BUCKETS = ("unissued", "issued", "reserved", "redeemed", "paid")


def postings(rng: random.Random, position: int, balances: dict[Purse, Counter[str]]) -> Entry:
    """An entry that moves money in a purse; `balances` are what it leads to."""
    purse = (f"FUND{rng.randrange(3)}", f"34{rng.randrange(4):02}00", 2026 + rng.randrange(2))
    balance = balances.setdefault(purse, Counter())
    source = rng.choice(["appropriated", *BUCKETS])
    fen = rng.randint(1, 50) if source == "appropriated" else rng.randint(0, balance[source])
    moves = [(source, -fen), (rng.choice(BUCKETS), fen)]
    for bucket, change in moves:
        balance[bucket] += change
    fund, region, year = purse
    data = [{"account": f"{b}/{fund}/{region}/{year}", "fen": change} for b, change in moves]
    body = canonical({"data": {"postings": data}, "type": "voucher-ledger.X"}).decode()
    return Entry.of("voucher-ledger", position, body)


@pytest.mark.article(6, 18)
@pytest.mark.parametrize("seed", range(5))
def test_lines_are_those_of_all_entries_also_after_a_restart(seed: int) -> None:
    rng = random.Random(seed)
    balances: dict[Purse, Counter[str]] = {}
    totals, position = LedgerTotals(), 0
    assert list(totals.lines()) == []
    for _ in range(40):
        entries = [postings(rng, position + n, balances) for n in range(rng.randrange(6))]
        position += len(entries)
        totals.add(entries)
        lines = tuple(totals.lines())
        wanted = (Totals.of(*purse, amounts) for purse, amounts in balances.items())
        assert lines == totals_lines(wanted)
        if rng.random() < 0.3:
            totals = LedgerTotals()
            totals.resume(lines)
            assert tuple(totals.lines()) == lines
        elif rng.random() < 0.2:
            totals.resume(lines)  # as after a batch that was not stored
