"""The replay over a real database: the mirror, the wait, the verdict, its view."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import psycopg2
import pytest

from chassis import clock
from chassis.application import Application
from chassis.commands import Command, Commands, Outcome
from chassis.domain import new_id
from chassis.log import Entry
from chassis.refusal import ServiceUnavailable
from chassis.subscription import Subscription
from chassis.testing import sequencer
from oversight import queries
from oversight.application import Oversight
from oversight.domain.privacy import keys_digest
from oversight.domain.refusals import LogsUnreachable
from oversight.horizon import WAIT_SECONDS
from oversight.subscriptions import POLICIES, mirror
from oversight.testing import KEYS, signed
from schemas.oversight import LOGS, ReplayView
from schemas.registry import EVENTS

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


class Audited:
    """The audited services: their logs, and what the ledger states."""

    def __init__(self, history: History) -> None:
        history.acknowledge_all(*LOGS)
        self.logs = {
            log: [Entry(log, n, text) for n, text in enumerate(history.texts(log))] for log in LOGS
        }
        self.balances: list[dict[str, Any]] = history.audit().totals
        self.asked: list[int] = []
        self.away: set[str] = set()

    def size(self, log: str) -> int:
        if log in self.away:
            raise ServiceUnavailable(service=log)
        return len(self.logs[log])

    def checkpoint(self, log: str) -> str | None:
        texts = [entry.text for entry in self.logs[log]]
        return signed(log, texts) if texts else None

    def entries(self, log: str, start: int, end: int) -> Sequence[str]:
        return [entry.text for entry in self.logs[log][start:end]]

    def subject_keys(self, position: int) -> dict[str, Any]:
        return {"position": position, "keys": 0, "digest": keys_digest(set())}

    def self_check(self, service: str) -> dict[str, Any]:
        return {"read_models": [], "outcomes": [], "misplaced": [], "unsealed": []}

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        self.asked.append(position)
        if "balances" in self.away:
            raise ServiceUnavailable(service="voucher-ledger")
        return self.balances

    def read(self, log: str, start: int, end: int) -> Sequence[Entry]:
        return self.logs[log][start:end]


class Following:
    """The mirror's subscriptions."""

    def __init__(self, app: Application, audited: Audited) -> None:
        commands = Commands(app)
        self.each = [
            Subscription(app, commands, POLICIES, log, audited.read, mirror) for log in LOGS
        ]

    def catch_up(self) -> None:
        for subscription in self.each:
            subscription.catch_up()
            subscription.acknowledge()


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def audited(history: History) -> Audited:
    return Audited(history)


def run(app: Oversight, audited: Audited, rest: Any = lambda _: None) -> Outcome:
    command = Command("run_replay", new_id(), {}, {}, look_first=True)
    return Commands(app).execute(command, lambda: app.run_replay(audited, rest))


@pytest.mark.article(8)
def test_a_replay_ends_in_a_verdict_that_anyone_can_read(app: Oversight, audited: Audited) -> None:
    Following(app, audited).catch_up()
    result = run(app, audited)["result"]
    assert (result["verdict"], result["found"], result["findings"]) == ("clean", 0, [])
    assert result["logs"] == {**{log: len(audited.logs[log]) for log in LOGS}, "oversight": 0}
    assert result["at"] == "2026-06-01T04:00:00.000000Z"
    assert queries.latest(app.database) == result
    assert ReplayView().dump(result) == result
    assert set(result["seals"]) == {*LOGS, "oversight"}
    seal = result["seals"]["catalog"]
    size = len(audited.logs["catalog"])
    assert (seal["size"], seal["signed_by"]) == (size, KEYS.logs["catalog"].label)
    assert audited.asked == [len(audited.logs["voucher-ledger"]) - 1]


def test_the_verdict_is_an_event_and_the_next_replay_reads_it_too(
    app: Oversight, audited: Audited
) -> None:
    Following(app, audited).catch_up()
    run(app, audited)
    sequencer(app.database, app.log).step()
    *told, entry = app.log_reader.entries(0)
    assert [each.type for each in told] == ["oversight.SubscriptionAcknowledged"] * len(LOGS)
    assert entry.type == "oversight.ReplayFinished"
    EVENTS[entry.type]().load(entry.data)
    assert entry.event["seen"] == {log: len(audited.logs[log]) - 1 for log in LOGS}
    second = run(app, audited)["result"]
    assert (second["verdict"], second["logs"]["oversight"]) == ("clean", len(LOGS) + 1)
    assert queries.latest(app.database)["id"] == second["id"]


def test_a_repeated_command_returns_the_verdict_that_was_given(
    app: Oversight, audited: Audited
) -> None:
    Following(app, audited).catch_up()
    command = Command("run_replay", new_id(), {}, {}, look_first=True)
    outcomes = [
        Commands(app).execute(command, lambda: app.run_replay(audited, lambda _: None))
        for _ in range(2)
    ]
    assert outcomes[0] == outcomes[1]
    assert len(audited.asked) == 1


@pytest.mark.article(6, 8)
def test_balances_that_differ_are_a_finding_with_both_numbers(
    app: Oversight, audited: Audited
) -> None:
    Following(app, audited).catch_up()
    audited.balances[1]["balances"]["paid"] += 1
    result = run(app, audited)["result"]
    assert result["verdict"] == "findings"
    assert [finding["rule"] for finding in result["findings"]] == ["balances-differ"]
    assert "30000" in result["findings"][0]["zh"]
    assert "30001" in result["findings"][0]["zh"]
    assert queries.latest(app.database)["findings"] == result["findings"]


def test_the_replay_waits_for_the_mirror(app: Oversight, audited: Audited) -> None:
    following, rests = Following(app, audited), []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 3:
            following.catch_up()

    assert run(app, audited, rest)["result"]["verdict"] == "clean"
    assert len([seconds for seconds in rests if seconds]) == 3


def test_without_the_whole_mirror_there_is_no_verdict(app: Oversight, audited: Audited) -> None:
    for subscription in Following(app, audited).each[:3]:
        subscription.catch_up()
    rests: list[float] = []
    with pytest.raises(LogsUnreachable) as refused:
        run(app, audited, rests.append)
    size = len(audited.logs["matching"])
    assert refused.value.code == "oversight.logs-unreachable"
    assert refused.value.data == {"logs": f"matching 0/{size}"}
    assert not refused.value.final, "the same command may be tried again"
    assert sum(rests) == pytest.approx(WAIT_SECONDS)
    assert queries.latest(app.database) == queries.NO_VERDICT


@pytest.mark.parametrize("away", ["identity", "voucher-ledger", "balances"])
def test_a_service_that_is_away_leaves_no_verdict(
    app: Oversight, audited: Audited, away: str
) -> None:
    Following(app, audited).catch_up()
    audited.away.add(away)
    with pytest.raises(LogsUnreachable) as refused:
        run(app, audited)
    assert refused.value.data == {"logs": "voucher-ledger" if away == "balances" else away}
    assert queries.latest(app.database)["verdict"] == "none"


def test_before_the_first_replay_the_verdict_is_none(app: Oversight) -> None:
    view = queries.latest(app.database)
    assert view["verdict"] == "none"
    assert ReplayView().dump(view) == view


def test_empty_logs_are_clean_and_nobody_is_asked_for_balances(
    app: Oversight, audited: Audited
) -> None:
    audited.logs = {log: [] for log in LOGS}
    result = run(app, audited)["result"]
    assert (result["verdict"], result["entries"], audited.asked) == ("clean", 0, [])


@pytest.mark.article(32)
def test_the_mirror_keeps_every_byte_once_and_cannot_be_changed(
    app: Oversight, audited: Audited
) -> None:
    Following(app, audited).catch_up()
    Following(app, audited).catch_up()
    for log in LOGS:
        kept = queries.chunk(app.database, log, 0, 10_000, 10_000)
        assert kept == [(entry.position, entry.text) for entry in audited.logs[log]]
    for change in ("UPDATE mirror SET entry = ''", "DELETE FROM mirror", "TRUNCATE mirror"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), app.database.cursor() as cursor:
            cursor.execute(change)


def test_two_consumers_mirror_each_entry_once(app: Oversight, audited: Audited) -> None:
    one, other = Following(app, audited), Following(app, audited)
    for subscription in (*one.each, *other.each):
        assert subscription.position == -1
    one.catch_up()
    other.catch_up()
    rows = app.database.rows("SELECT log, count(*) AS n FROM mirror GROUP BY 1")
    assert {row["log"]: row["n"] for row in rows} == {
        log: len(entries) for log, entries in audited.logs.items()
    }
    assert app.database.rows("SELECT 1 FROM parked") == []


def test_the_mirror_is_read_as_plain_json(app: Oversight, audited: Audited) -> None:
    Following(app, audited).catch_up()
    found = queries.entries(app.database, "catalog", 1, 1)
    assert [(entry["log"], entry["position"]) for entry in found] == [("catalog", 1)]
    assert found[0]["event"]["type"] == "catalog.ListingWhitelisted"
    assert queries.entries(app.database, "catalog", 3, 10) == []


def test_a_tampered_mirror_row_is_found(app: Oversight, audited: Audited) -> None:
    """Even one that whoever holds the database changes with the guard taken off."""
    Following(app, audited).catch_up()
    with app.database.cursor() as cursor:
        cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
        last = len(audited.logs["matching"]) - 1
        cursor.execute("DELETE FROM mirror WHERE log = 'matching' AND position = %s", (last,))
    result = run(app, audited)["result"]
    assert [finding["rule"] for finding in result["findings"]] == ["copy-tail-cut"]
    assert (result["verdict"], queries.latest(app.database)["verdict"]) == ("broken", "broken")
