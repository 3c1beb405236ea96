"""Granting: to whom a batch is for, one voucher each, in bulk once however often it is tried."""

from collections import Counter
from typing import Any

import eventlet
import pytest

from chassis import context
from chassis.application import Decision
from chassis.canonical import NotPlain
from chassis.domain import new_id
from chassis.eventstore.bulk import Bulk, array
from chassis.eventstore.mapper import EventTooLarge
from voucher_ledger import queries
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.budget import budget_id
from voucher_ledger.domain.eligibility import Standing, Target
from voucher_ledger.domain.voucher import Voucher, carried
from voucher_ledger.granting import carry_out_runs
from voucher_ledger.reading_ahead import ReadAhead
from voucher_ledger.testing import ELIGIBLE, World

GRANTED = "voucher-ledger.VoucherGranted"


class Crash(Exception):
    """The process dies."""


def run_over(world: World, batch: str, holders: list[str] | None = None, size: int = 3) -> str:
    """Start a run and let it be carried out; returns its id."""
    run = str(world.do("start_grant_run", batch_id=batch, holders=holders)["id"])
    carry_out_runs(world.ledger, world.commands, size)
    return run


def shown(world: World, run: str) -> dict[str, Any]:
    """A run as an observer sees it."""
    with context.bound(context.Context(actor="x", role="hrss-province", region="340000")):
        return queries.grants.shown(world.ledger.database, run)


def holders(world: World) -> Counter[str]:
    """Who holds how many vouchers, by the log; each row of the read model is the same."""
    granted = [entry for entry in world.entries() if entry.type == GRANTED]
    rows = world.ledger.database.rows("SELECT id, holder FROM vouchers ORDER BY id")
    assert rows == sorted(
        ({"id": entry.stream, "holder": entry.data["holder"]} for entry in granted),
        key=lambda row: row["id"],
    )
    return Counter(entry.data["holder"] for entry in granted)


@pytest.mark.article(17, 25)
@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (ELIGIBLE, None),
        (Standing(False, True, "person", "340100", False), "not-admitted"),
        (Standing(True, False, "person", "340100", False), "not-verified"),
        (Standing(True, True, "person", "340200", False), "outside-region"),
        (Standing(True, True, "person", "340102", False), None),
        (Standing(True, True, "firm", "340100", False), "other-kind"),
        (Standing(True, True, "person", "340100", True), "granted-before"),
    ],
)
def test_who_is_eligible(standing: Standing, refusal: str | None) -> None:
    assert Target("340100", ["person"]).refusal(standing) == refusal


@pytest.mark.article(17)
def test_a_batch_is_granted_to_its_target_group_only_and_the_inputs_are_kept(world: World) -> None:
    batch = world.batch(target_region="340100", target_kinds=["person"])
    user, firm, away = world.user(), world.user(kind="firm"), world.user("340200")
    for other, reason in ((firm, "other-kind"), (away, "outside-region")):
        refused = world.run("grant_vouchers", batch_id=batch, holders=[user, other])
        assert refused["error"]["code"] == "voucher-ledger.holder-not-eligible"
        assert refused["error"]["data"] == {"holders": f"{other} ({reason})"}
    world.do("grant_vouchers", batch_id=batch, holders=[user])
    event = world.entries()[-1]
    assert event.data["eligibility"] == {
        "rule": "eligibility/3 (not Anhui law)",
        "inputs": {
            "admitted": True,
            "verified": True,
            "kind": "person",
            "region": "340100",
            "granted": False,
            "aged_out": False,
            "blacklisted": False,
        },
    }


@pytest.mark.article(17, 25)
def test_a_run_by_rule_asks_every_admitted_user_and_keeps_each_decision(world: World) -> None:
    persons = [world.user(region) for region in ("340100", "340102", "340122", "340100")]
    firm, unverified = world.user(kind="firm"), world.user(outcome="mismatch")
    world.user("340200")
    before = world.user()
    batch = world.batch(target_region="340100", target_kinds=["person"])
    world.do("grant_vouchers", batch_id=batch, holders=[before])
    run = run_over(world, batch)
    assert holders(world) == Counter([*persons, before])
    view = shown(world, run)
    assert view["refused"] == {"granted-before": 1, "not-verified": 1, "other-kind": 1}
    assert (view["considered"], view["granted"], view["state"]) == (7, 4, "complete")
    decisions = [
        (decision["subject"], decision["code"], decision["inputs"]["verified"])
        for entry in world.entries()
        if entry.type == "voucher-ledger.GrantRunRefused"
        for decision in entry.data["decisions"]
    ]
    assert sorted(decisions) == sorted(
        [
            (firm, "other-kind", True),
            (unverified, "not-verified", False),
            (before, "granted-before", True),
        ]
    )


@pytest.mark.article(17, 25)
def test_who_is_admitted_behind_the_cursor_of_a_run_is_asked_before_it_ends(world: World) -> None:
    batch = world.batch(target_region="340100")
    later, unverified = world.user("340105"), world.user("340104", outcome="mismatch")
    run = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    assert not world.do("advance_grant_run", run_id=run, number=1, size=5)["ended"]
    early = [world.user("340102") for _ in range(3)]
    world.user("340102", outcome="mismatch")
    confirmed = {"kind": "person", "outcome": "match", "region": "340104"}
    world.hear("identity.SubjectVerified", unverified, **confirmed)
    carry_out_runs(world.ledger, world.commands, 2)
    assert holders(world) == Counter([later, unverified, *early])
    view = shown(world, run)
    assert (view["granted"], view["state"]) == (5, "complete")
    assert view["refused"] == {"not-verified": 1}


@pytest.mark.article(17)
def test_the_same_users_twice_or_in_two_runs_get_one_voucher_each(world: World) -> None:
    users, stranger = [world.user() for _ in range(5)], new_id()
    batch = world.batch()
    first = run_over(world, batch, [*users, *users, stranger])
    assert shown(world, first)["refused"] == {"not-admitted": 1}
    assert shown(world, first)["listed"] == 6
    second = run_over(world, batch)
    assert shown(world, second)["refused"] == {"granted-before": 5}
    carry_out_runs(world.ledger, world.commands)
    assert holders(world) == Counter(users)


@pytest.mark.article(17)
def test_replicas_that_carry_out_a_run_at_once_grant_once(world: World) -> None:
    users, batch = [world.user() for _ in range(20)], world.batch(amount_fen=2_000_000)
    run = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    others = [world, *(World(world.ledger.settings.database_url) for _ in range(2))]
    pool = eventlet.GreenPool(3)
    list(pool.imap(lambda o: carry_out_runs(o.ledger, o.commands, 3), others))
    assert holders(world) == Counter(users)
    assert shown(world, run)["granted"] == 20
    numbers = [e.data["number"] for e in world.entries() if e.type.endswith("GrantRunAdvanced")]
    assert numbers == list(range(1, 8))
    for other in others[1:]:
        other.ledger.close()


@pytest.mark.article(17)
@pytest.mark.parametrize("written", [False, True])
def test_a_run_that_was_interrupted_anywhere_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    users, batch = [world.user() for _ in range(10)], world.batch()
    run = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    insert = world.ledger.recorder.insert_events
    crashes = iter([False, True, False, True])

    def dying(*args: Any, **more: Any) -> Any:
        if not next(crashes, False):
            return insert(*args, **more)
        if written:
            insert(*args, **more)
        raise Crash

    monkeypatch.setattr(world.ledger.recorder, "insert_events", dying)
    for _ in range(2):
        with pytest.raises(Crash):
            carry_out_runs(world.ledger, world.commands, 3)
    again = World(world.ledger.settings.database_url)  # a new process
    carry_out_runs(again.ledger, again.commands, 3)
    assert holders(world) == Counter(users)
    assert (shown(world, run)["granted"], shown(world, run)["state"]) == (10, "complete")
    again.ledger.close()


@pytest.mark.article(17)
def test_a_run_ends_where_the_money_does(world: World) -> None:
    users, batch = [world.user() for _ in range(8)], world.batch(amount_fen=550_000)
    firm = world.user(kind="firm")
    run = run_over(world, batch, sorted([*users, firm]), size=9)
    assert (shown(world, run)["granted"], shown(world, run)["state"]) == (5, "exhausted")
    assert sum(holders(world).values()) == 5
    assert run_over(world, batch) != run
    assert sum(holders(world).values()) == 5


@pytest.mark.article(17)
def test_a_run_waits_while_its_budget_is_frozen_and_ends_with_its_batch(world: World) -> None:
    users, batch = [world.user() for _ in range(4)], world.batch()
    budget = budget_id("JYCY", 2026, "340100")
    run = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    world.do("freeze_budget", budget_id=budget, reason="审计")
    carry_out_runs(world.ledger, world.commands, 2)
    assert (shown(world, run)["granted"], shown(world, run)["state"]) == (0, "running")
    world.do("unfreeze_budget", budget_id=budget, reason="审计结束")
    carry_out_runs(world.ledger, world.commands, 2)
    assert holders(world) == Counter(users)
    second = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    world.do("close_batch", batch_id=batch)
    carry_out_runs(world.ledger, world.commands)
    assert shown(world, second)["state"] == "batch-closed"
    code = world.code("start_grant_run", batch_id=batch, holders=None)
    assert code == "voucher-ledger.batch-closed"


def test_a_cancelled_run_grants_no_more_and_keeps_what_it_granted(world: World) -> None:
    for _ in range(4):
        world.user()
    batch = world.batch()
    run = world.do("start_grant_run", batch_id=batch, holders=None)["id"]
    world.do("advance_grant_run", run_id=run, number=1, size=2)
    assert world.do("cancel_grant_run", run_id=run)["state"] == "cancelled"
    assert world.code("cancel_grant_run", run_id=run) == "voucher-ledger.run-ended"
    carry_out_runs(world.ledger, world.commands)
    assert sum(holders(world).values()) == 2


def test_what_bulk_grants_write_is_what_single_grants_would_have(world: World) -> None:
    batch_id, users = world.batch(), [world.user() for _ in range(2)]
    world.do("grant_vouchers", batch_id=batch_id, holders=users[:1])
    run_over(world, batch_id, users[1:])
    one, other = (entry for entry in world.entries() if entry.type == GRANTED)
    assert other.data["run_id"] is not None
    differ = {"holder", "run_id"}
    assert {k: v for k, v in one.data.items() if k not in differ} == {
        k: v for k, v in other.data.items() if k not in differ
    }
    assert one.event.keys() == other.event.keys()
    found = [world.ledger.load(Voucher, id_) for id_ in (one.stream, other.stream)]
    assert [voucher.holder for voucher in found] == users
    rows = world.ledger.database.rows("SELECT * FROM vouchers")
    assert {k: v for k, v in rows[0].items() if k not in ("id", "holder")} == {
        k: v for k, v in rows[1].items() if k not in ("id", "holder")
    }


def test_a_body_that_the_log_could_not_hold_is_refused_before_it_is_written(world: World) -> None:
    batch = world.ledger.load(Batch, world.batch())
    inputs = {"rule": "r", "inputs": {"x": "长" * 25_000}}
    bulk = Bulk(
        Voucher.Granted,
        [new_id()],
        {**carried(batch), "run_id": None, "eligibility": inputs},
        {"holder": [new_id()]},
    )
    with pytest.raises(EventTooLarge):
        bulk.statement()


def test_a_long_list_that_is_refused_is_kept_by_its_digest(world: World) -> None:
    batch = world.batch()
    world.do("close_batch", batch_id=batch)
    people = [new_id() for _ in range(5000)]
    assert world.code("start_grant_run", batch_id=batch, holders=people) == (
        "voucher-ledger.batch-closed"
    )
    kept = world.entries()[-1].data["inputs"]
    assert kept["batch_id"] == batch
    assert kept["holders"].keys() == {"sha256", "bytes"}


def test_what_was_read_ahead_is_decided_anew_when_it_is_not_true_any_more(world: World) -> None:
    batch = world.batch()
    users = sorted(world.user() for _ in range(6))
    run = str(world.do("start_grant_run", batch_id=batch, holders=None)["id"])
    advance = world.ledger.advance_grant_run
    spy = {"between": lambda: world.do("grant_vouchers", batch_id=batch, holders=users[3:4])}

    def advanced(run_id: str, number: int, size: int) -> Decision:
        if number == 2:
            reading = world.ledger.ahead._reading
            assert reading is not None
            reading.join()
            spy.pop("between", dict)()
        return advance(run_id, number, size)

    world.ledger.advance_grant_run = advanced  # type: ignore[method-assign,assignment]
    carry_out_runs(world.ledger, world.commands, 3)
    assert holders(world) == Counter(users)
    assert shown(world, run)["refused"] == {"granted-before": 1}


def test_what_reading_ahead_raised_is_raised_where_it_is_taken() -> None:
    def fails() -> None:
        raise Crash

    ahead = ReadAhead()
    ahead.begin(("run", "", 3), fails)
    with pytest.raises(Crash):
        ahead.taken(("run", "", 3))
    assert ahead.taken(("run", "", 3)) is None
    ahead.begin(("run", "", 3), fails)
    assert ahead.taken(("run", "further on", 3)) is None


@pytest.mark.parametrize("ids", [["a,b"], [""], ["null"], ['a"'], ["a", ""], ["{a}"], ["a\n"]])
def test_only_ids_are_written_as_an_array(ids: list[str]) -> None:
    with pytest.raises(NotPlain):
        array(ids)


def test_an_array_of_ids_is_one_value() -> None:
    assert array([]) == "{}"
    assert array(["0a-1", "b"]) == "{0a-1,b}"
