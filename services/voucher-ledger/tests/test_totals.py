"""The totals in the ledger's checkpoints, however the sequencer comes to them."""

import random
from collections import Counter

import pytest

from chassis.canonical import canonical
from chassis.domain import new_id
from chassis.log import Entry
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.faults import Overdrawn
from chassis.sealing.note import Note
from chassis.sealing.totals import Totals, check_sound, parse_totals, totals_lines
from voucher_ledger import queries
from voucher_ledger.testing import World
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


def planted(world: World, postings: object) -> None:
    """Write an event past every rule, as somebody with a login to the database could."""
    type_, stream = "voucher-ledger.VoucherRedeemed", new_id()
    body = canonical({"data": {"postings": postings}, "type": type_}).decode()
    insert = "INSERT INTO events (stream, version, type, body) VALUES (%s, 1, %s, %s)"
    world.ledger.database.execute([(insert, (stream, type_, body))])


@pytest.mark.article(6, 8, 17)
def test_a_planted_overdraft_is_sealed_as_it_is_and_does_not_stop_the_log(world: World) -> None:
    budget = world.budget(fen=1_000)
    purse = "JYCY/340100/2026"
    planted(
        world,
        [{"account": f"issued/{purse}", "fen": -7}, {"account": f"paid/{purse}", "fen": 7}],
    )
    size = len(world.entries())
    world.do("freeze_budget", budget_id=budget, reason="x")
    assert len(world.entries()) == size + 1
    row = world.ledger.database.row("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1")
    assert row is not None
    signed = parse_totals(Checkpoint.parse(Note.parse(row["note"]).text).extensions)
    with pytest.raises(Overdrawn):
        check_sound(signed)
    balances = queries.book.balances(world.ledger.database, None, region="340100")[0]["balances"]
    assert (balances["issued"], balances["paid"]) == (-7, 7)


@pytest.mark.parametrize(
    "postings",
    [
        7,
        [7],
        [{}],
        [{"account": 7, "fen": 1}],
        [{"account": "issued", "fen": 1}],
        [{"account": "elsewhere/JYCY/340100/2026", "fen": 1}],
        [{"account": "issued/jycy/340100/2026", "fen": 1}],
        [{"account": "issued/JYCY/340100/2026", "fen": "1"}],
        [{"account": "issued/JYCY/340100/2026", "fen": 2**53 - 1}],
    ],
)
def test_what_cannot_be_read_as_a_posting_moves_nothing(postings: object) -> None:
    totals = LedgerTotals()
    totals.post([{"account": "issued/JYCY/340100/2026", "fen": 5}])
    body = canonical({"data": {"postings": postings}, "type": "voucher-ledger.X"}).decode()
    totals.add([Entry.of("voucher-ledger", 0, body)])
    assert list(totals.lines()) == ["totals JYCY 340100 2026 appropriated=0 issued=5"]
