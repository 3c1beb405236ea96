"""The ledgers that benchmarks fill are ledgers: what is copied can be used, the log is sound."""

import sys

import pytest

from bench.bench_growth import Pairs
from bench.sides.ledgers import SHARE_FEN, SOME, stocked, vouchers
from bench.sides.orders import WARM, Bought, Desk, per_second
from chassis.settings import Settings
from chassis.testing import sequencer
from voucher_ledger.application import Ledger
from voucher_ledger.totals import LedgerTotals

COUNT = 12


def test_copied_vouchers_are_reserved_and_redeemed_within_the_cap(database_url: str) -> None:
    stock = stocked(database_url, COUNT, cap_fen=2 * SHARE_FEN)
    ledger = Ledger(Settings.load("voucher-ledger", {"DATABASE_URL": database_url}))
    desk, found = Desk(ledger), vouchers(ledger.database, COUNT)
    assert len(set(found)) == len(vouchers(ledger.database, COUNT, SOME)) == COUNT
    for voucher in found[:2]:
        order = Bought(*voucher, stock.listing_id)
        desk.reserve(order)
        desk.accept(order)
    with pytest.raises(RuntimeError, match="category-cap"):
        desk.reserve(Bought(*found[2], stock.listing_id))
    assert sequencer(ledger.database, ledger.log, LedgerTotals).step() > 2 * COUNT
    indexes = "SELECT count(*) AS n FROM pg_indexes WHERE tablename = %s"
    assert ledger.database.row(indexes, ("events",)) == {"n": 2}
    ledger.close()


def test_every_order_is_carried_out_once() -> None:
    seen: list[int] = []
    assert per_second(5 * WARM, seen.extend) > 0
    assert seen == list(range(5 * WARM))


def test_a_pair_of_figures_is_measured_once_whoever_asks_first() -> None:
    program = "print([[1.0, 3.0, 2.0], [20.0, 10.0, 30.0]])"
    pairs = Pairs([sys.executable, "-c", program], 50)
    assert (pairs.figure(1), pairs.figure(0), pairs.figure(0)) == (20.0, 2.0, 2.0)
