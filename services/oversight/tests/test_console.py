"""The supervisor's console: a log read back from the mirror and from the RabbitMQ stream."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

import oversight
from chassis.bus.publisher import EntryPublisher
from chassis.database import Database, migrate
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from oversight import stream
from oversight.cli import main
from oversight.subscriptions import mirror

LOG = "catalog"
STREAMS = [new_id() for _ in range(3)]


def entry(position: int) -> Entry:
    stream_id = UUID(STREAMS[position % 3])
    at = datetime(2026, 1 + position, 1, tzinfo=UTC)
    body = event_body("catalog.X", stream_id, position // 3 + 1, at, {"n": position})
    return Entry.of(LOG, position, body.decode())


ENTRIES = [entry(position) for position in range(9)]


def published(url: str, *positions: int) -> None:
    publisher = EntryPublisher(url, LOG)
    publisher.publish([ENTRIES[position] for position in positions])
    publisher.close()


def printed(environ: dict[str, str], *arguments: str) -> list[int]:
    done = CliRunner().invoke(main, ["replay", LOG, *arguments], env=environ)
    assert done.exit_code == 0, done.output
    return [json.loads(line)["position"] for line in done.stdout.splitlines()]


@pytest.mark.article(8, 32)
def test_the_stream_gives_every_entry_once_and_in_order(vhost_url: str) -> None:
    published(vhost_url, 0, 1, 2, 3)
    published(vhost_url, 2, 3, 4, 5)  # a publisher that was interrupted repeats
    found = list(stream.entries(vhost_url, LOG, idle=1.0))
    assert [each.text for each in found] == [each.text for each in ENTRIES[:6]]
    environ = {"AMQP_URL": vhost_url, "DATABASE_URL": "postgresql://nowhere/x"}
    assert printed(environ, "--source", "stream", "--from", "2", "--until", "5") == [2, 3, 4]


def test_a_gap_in_the_stream_is_said(vhost_url: str) -> None:
    published(vhost_url, 0, 1, 3)
    with pytest.raises(stream.Gap):
        list(stream.entries(vhost_url, LOG, idle=1.0))
    done = CliRunner().invoke(
        main, ["replay", LOG, "--source", "stream"], env={"AMQP_URL": vhost_url}
    )
    assert done.exit_code == 2
    assert "3 comes after 1" in done.output


def test_a_broker_that_is_away_is_a_clear_line() -> None:
    environ = {"AMQP_URL": "amqp://guest:guest@127.0.0.1:1/"}
    done = CliRunner().invoke(main, ["replay", LOG, "--source", "stream"], env=environ)
    assert (done.exit_code, "无法读取流" in done.output, "--source mirror" in done.output) == (
        2,
        True,
        True,
    )


def test_the_mirror_is_read_by_position_time_and_stream(
    make_database: Callable[[str], str],
) -> None:
    url = make_database("oversight")
    migrate(url, {"oversight": Path(oversight.__file__).parent / "migrations"})
    database = Database(url, pool_size=1)
    database.execute([*mirror(ENTRIES), ("SELECT advance_tracking(%s, 0, 8)", (LOG,))])
    database.close()
    environ = {"OVERSIGHT_DATABASE_URL": url}
    assert printed(environ) == list(range(9))
    assert printed(environ, "--from", "2026-03", "--until", "2026-06-02T00:00:00Z") == [2, 3, 4, 5]
    assert printed(environ, "--stream", STREAMS[1].upper(), "--from", "2") == [4, 7]
    listed = CliRunner().invoke(main, ["replay", LOG, "--types", "--until", "1"], env=environ)
    assert listed.stdout.split()[2] == "catalog.X"
    assert "1 条已读" in listed.stderr, "no more is read than asked for"


def test_a_place_that_cannot_be_is_said_and_so_is_a_thing_that_is_not_there(
    make_database: Callable[[str], str],
) -> None:
    url = make_database("oversight")
    migrate(url, {"oversight": Path(oversight.__file__).parent / "migrations"})
    database = Database(url, pool_size=1)
    database.execute([*mirror(ENTRIES), ("SELECT advance_tracking(%s, 0, 8)", (LOG,))])
    database.close()

    def said(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, list(arguments), env={"OVERSIGHT_DATABASE_URL": url})
        return done.exit_code, done.stdout, done.stderr

    for start, until in (("20", "10"), ("2026-06", "2026-03"), ("5", "4")):
        status, out, error = said("replay", LOG, "--from", start, "--until", until)
        assert (status, out, "--until lies before --from" in error) == (2, "", True)
    assert said("replay", LOG, "--from", "5", "--until", "5")[0] == 0
    status, out, error = said("replay", LOG, "--from", "10")
    assert (status, out, "catalog has 9 entries and no such position" in error) == (2, "", True)
    assert said("replay", LOG, "--from", "9")[0] == 0, "what comes next"
    nobody = new_id()
    status, out, error = said("replay", LOG, "--stream", nobody)
    assert (status, out, f"nothing that was read is about {nobody}" in error) == (1, "", True)
    assert said("replay", LOG, "--stream", "not-an-id")[0] == 2
    status, out, error = said("as-of", "listing", nobody, "--at", "9")
    assert (status, out, "catalog has 9 entries and no such position" in error) == (2, "", True)
    assert said("as-of", "listing", nobody, "--at", "8")[0] == 1
    environ = {**os.environ, "OVERSIGHT_DATABASE_URL": url}
    reader = f"{sys.executable} -m oversight replay {LOG} | head -c 1"
    done = subprocess.run(reader, shell=True, env=environ, capture_output=True, check=True)
    assert (done.stdout, b"stream" in done.stderr) == (b"{", False), "read enough is no failure"
