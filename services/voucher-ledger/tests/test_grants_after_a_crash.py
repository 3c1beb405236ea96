"""A run of grants commits without waiting for the disk (decision 041): what a crash makes of it."""

from collections import Counter
from pathlib import Path

import pytest

from chassis import context
from chassis.commands import Command
from chassis.database import migrate
from chassis.log import Entry
from voucher_ledger.domain.run import GrantRun, chunk_command_id
from voucher_ledger.granting import WHO, carry_out_runs
from voucher_ledger.testing import MIGRATIONS, World
from wanchuang.servers import PrivatePostgres

LAZY = {"wal_writer_delay": "10s"}
"""What nobody waits for is on the disk late, so that there is something to lose."""


@pytest.fixture
def server(tmp_path: Path) -> PrivatePostgres:
    """A server of this test's own."""
    return PrivatePostgres.start(tmp_path / "pg", LAZY)


def advanced(world: World, run: str, number: int) -> None:
    """Carry out one chunk of three users."""
    values = {"run_id": run, "number": number}
    command = Command("advance_grant_run", chunk_command_id(run, number), values, values)
    with context.bound(WHO):
        outcome = world.commands.execute(
            command, lambda: world.ledger.advance_grant_run(run, number, 3)
        )
    assert outcome["result"]["number"] == number


def told(entries: list[Entry]) -> list[str]:
    """What was sealed, byte for byte."""
    return [entry.text for entry in entries]


@pytest.mark.article(17)
def test_what_was_sealed_stays_and_what_was_lost_is_granted_again(
    server: PrivatePostgres, tmp_path: Path
) -> None:
    url = server.create_database("ledger")
    migrate(url, {"voucher-ledger": MIGRATIONS})
    world = World(url)
    batch = world.batch()
    users = [world.user() for _ in range(10)]
    run = str(world.do("start_grant_run", batch_id=batch, holders=None)["id"])
    advanced(world, run, 1)
    advanced(world, run, 2)
    sealed = world.entries()
    advanced(world, run, 3)
    server.kill()
    world.ledger.database.close()

    with PrivatePostgres.start(tmp_path / "pg", LAZY):
        again = World(url)
        assert again.ledger.load(GrantRun, run).number == 2, "the third chunk was lost"
        assert told(again.ledger.log_reader.entries(0)) == told(sealed)
        carry_out_runs(again.ledger, again.commands, 3)
        entries = again.entries()
        assert told(entries)[: len(sealed)] == told(sealed)
        granted = [each for each in entries if each.type == "voucher-ledger.VoucherGranted"]
        assert Counter(each.data["holder"] for each in granted) == Counter(users)
        assert again.ledger.load(GrantRun, run).ended == "complete"
        again.ledger.database.close()
