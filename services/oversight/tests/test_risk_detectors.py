"""The detectors of risks, each with what it hits and what just misses it (风险识别)."""

import pytest

from oversight.domain.rules.detectors import detected
from oversight.domain.traces import Trace, left
from services.oversight.tests.history import ident
from services.oversight.tests.planting import (
    OTHER,
    History,
)
from services.oversight.tests.suspicions import (
    hasty,
    read_at_approval,
)


@pytest.mark.article(8, 17)
def test_each_detector_finds_what_it_is_for_in_what_was_seen(history: History) -> None:
    world, event = read_at_approval(history)
    redemption, traces = world.redemptions[ident("redemption")], world.traces
    assert detected(redemption, event, world, "9") == {}
    at = "2026-05-01T04:00:00.000000Z"
    other = Trace(OTHER, at, 3, "2026-05-01")
    left(traces.contracts, "1" * 64, other)
    left(traces.deliverables, "2" * 64, other)
    left(traces.deliverables, "2" * 64, Trace("unseen", at, 10**6, ""))
    left(traces.pairs, (ident("provider"), ident("user")), other)
    found = {"contract-reused": {OTHER}, "deliverable-reused": {OTHER}, "round-trip": {OTHER}}
    assert detected(redemption, event, world, "9") == found
    assert detected(redemption, event, world, at) == {}, "what is as new as that may be unseen"


@pytest.mark.article(8, 17)
def test_orders_are_split_when_the_two_make_as_many_as_the_limit_within_days(
    history: History,
) -> None:
    world, event = read_at_approval(history)
    redemption = world.redemptions[ident("redemption")]
    pair = ident("user"), ident("provider")
    days = ("2026-04-24", "2026-04-25", "2026-05-07", "2026-05-08", "2026-05-01")
    for number, day in enumerate(days):
        left(world.traces.pairs, pair, Trace(f"order {number}", "2026", 3, day))
    assert detected(redemption, event, world, "9") == {}, "five with its own, within seven days"
    left(world.traces.pairs, pair, Trace("one more", "2026", 3, "2026-05-02"))
    near = {"order 1", "order 2", "order 4", "one more"}
    assert detected(redemption, event, world, "9") == {"split-orders": near}


OWN_DAY = "2026-05-01"


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("took", "hit"), [(0, True), (59_999_999, True), (60_000_000, False)])
def test_an_acceptance_is_quick_that_comes_within_the_limit(
    history: History, took: int, hit: bool
) -> None:
    hasty(history)
    world, event = read_at_approval(history)
    world.orders[ident("order")].accepted_after = took
    found = {"quick-acceptance": {ident("order")}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("fen", "day", "hit"),
    [
        (83_333, "2026-04-24", True),
        (83_334, "2026-04-24", False),
        (83_333, "2026-04-25", False),
        (83_333, "", False),
    ],
)
def test_a_price_is_raised_by_a_fifth_of_all_that_was_asked_seven_days_before(
    history: History, fen: int, day: str, hit: bool
) -> None:
    world, event = read_at_approval(history)
    asked = world.traces.asked[(ident("provider"), "enterprise.legal")]
    assert [t.order_id for t in asked] == [ident("listing")]
    left(world.traces.asked, (ident("provider"), "enterprise.legal"),
         Trace("cheap", "2026", 0, day, fen))  # fmt: skip
    found = {"price-raised": {"cheap"}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("use_by", "others", "hit"),
    [
        ("2026-05-07", 9, True),
        ("2026-05-07", 8, False),
        ("2026-05-08", 9, False),
    ],
)
def test_orders_are_counted_in_the_last_seven_days(
    history: History, use_by: str, others: int, hit: bool
) -> None:
    world, event = read_at_approval(history)
    batch = world.batches[ident("batch")]
    batch.terms["use_by"] = use_by
    for number in range(others):
        left(batch.late, ident("provider"), Trace(f"order {number}", "2026", 3, OWN_DAY))
    left(batch.late, ident("provider"), Trace("early", "2026", 3, "2026-04-30"))
    found = {"near-expiry": {f"order {number}" for number in range(others)}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
def test_parties_are_tied_who_ever_gave_the_same(history: History) -> None:
    world, event = read_at_approval(history)
    redemption, contacts = world.redemptions[ident("redemption")], world.traces.contacts
    at = "2026-05-01T03:59:00.000000Z"
    left(contacts, ident("user"), Trace(f"phone {'1' * 64}", at, 0, ""))
    left(contacts, ident("provider"), Trace(f"phone {'2' * 64}", at, 0, ""))
    left(contacts, ident("provider"), Trace(f"email {'1' * 64}", at, 0, ""))
    assert detected(redemption, event, world, "9") == {}
    left(contacts, ident("provider"), Trace(f"phone {'1' * 64}", at, 10**6, ""))
    assert detected(redemption, event, world, "9") == {}, "that was not seen"
    left(contacts, ident("provider"), Trace(f"phone {'1' * 64}", at, 1, ""))
    assert detected(redemption, event, world, "9") == {"tied-parties": {"phone"}}


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(
    ("of_user", "of_provider", "kinds"),
    [
        (["representative r"], ["representative r"], {"representative"}),
        (["representative r"], ["shareholder r"], {"representative", "shareholder"}),
        ([], [f"representative {ident('user')}"], {"representative"}),
        ([f"shareholder {ident('provider')}"], [], {"shareholder"}),
        (["bank_account 1"], ["bank_account 1"], {"bank_account"}),
        (["bank_account 1"], ["address 1"], set()),
        (["representative r"], ["representative s", "phone r"], set()),
    ],
)
def test_whoever_is_behind_both_or_is_the_other_ties_them(
    history: History, of_user: list[str], of_provider: list[str], kinds: set[str]
) -> None:
    world, event = read_at_approval(history)
    at = "2026-05-01T03:59:00.000000Z"
    for party, told in (("user", of_user), ("provider", of_provider)):
        for each_told in told:
            left(world.traces.contacts, ident(party), Trace(each_told, at, 0, ""))
    found = {"tied-parties": kinds} if kinds else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found


@pytest.mark.article(8, 17)
@pytest.mark.parametrize(("bits", "hit"), [(0, True), (3, True), (4, False)])
def test_texts_are_alike_that_differ_in_fewer_bits(history: History, bits: int, hit: bool) -> None:
    history.data("matching.OrderDelivered")["simhash"] = "0" * 16
    said = {"evidence_sha256": "e" * 64, "simhash": f"{(1 << bits) - 1:016x}"}
    placed = {**history.data("matching.OrderPlaced"), "user": ident("other")}
    history.add("matching.OrderPlaced", OTHER, placed)
    delivered = history.data("matching.OrderDelivered")
    history.add("matching.OrderDelivered", OTHER, {**delivered, **said})
    world, event = read_at_approval(history)
    event.relied_on["matching"] = len(history.logs["matching"])
    found = {"similar-deliverables": {OTHER}} if hit else {}
    assert detected(world.redemptions[ident("redemption")], event, world, "9") == found
