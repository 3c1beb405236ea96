"""`kill -9` of the process that orders and seals a log, at any point: nothing lost or doubled."""

import random
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from chassis import testing
from chassis.seal import Sealer, latest_checkpoint, signing_key
from chassis.sealing.checkpoint import open_checkpoint
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from tests.faults.conftest import PATIENCE, Keepers, Load, Wire, migrated
from tests.faults.whole import LOG, appropriated, key, whole_log
from voucher_ledger.totals import LedgerTotals
from wanchuang.servers import PrivatePostgres
from wanchuang.servers.process import wait_until

pytestmark = [pytest.mark.article(32), pytest.mark.timeout(300)]

KILLS = 6
SIZES = "SELECT (SELECT count(*) FROM events) - (SELECT count(*) FROM entries) AS n"


def sequenced(keepers: Keepers) -> bool:
    return keepers.database.row(SIZES) == {"n": 0}


def sealed_size(keepers: Keepers) -> int:
    return open_checkpoint(latest_checkpoint(keepers.database) or "", key()).checkpoint.size


def finish(keepers: Keepers, load: Load) -> None:
    """Let everything be sealed, and compare it with what was acknowledged."""
    assert wait_until(lambda: sequenced(keepers), PATIENCE)
    entries = whole_log(keepers.database, key())
    assert appropriated(entries) == load.acknowledged, "each acknowledged command, once"


@pytest.mark.parametrize("seed", [1, 2])
def test_killing_the_sequencer_at_any_point_loses_and_doubles_nothing(
    ledger_url: str, keepers: Keepers, seed: int
) -> None:
    rng = random.Random(seed)
    load = Load(ledger_url, seed)
    keepers.start()
    active = keepers.await_active()
    with load:
        for _ in range(KILLS):
            keepers.start()  # a standby
            time.sleep(rng.random() * 0.5)
            keepers.kill(active)
            active = keepers.await_active(but=active)
    finish(keepers, load)
    size = sealed_size(keepers)
    keepers.kill(active)  # and the tree goes on from what is stored
    settings = Settings(service=LOG, log_signing_key=testing.LOG_SIGNING_KEY)
    sealer = Sealer(keepers.database, signing_key(settings), totals=LedgerTotals)
    assert Sequencer(keepers.database, LOG, sealer).step() == 0
    assert sealed_size(keepers) == size


def test_a_standby_takes_over_from_a_sequencer_that_hangs(
    ledger_url: str, keepers: Keepers
) -> None:
    """Its connection stays open: PostgreSQL itself takes the lock from it. Then it comes back."""
    load = Load(ledger_url, 7)
    keepers.start()
    first = keepers.await_active()
    keepers.start()
    with load:
        assert wait_until(lambda: len(load.acknowledged) > 20, PATIENCE)
        keepers.send(first, signal.SIGSTOP)
        second = keepers.await_active(but=first)
        size = sealed_size(keepers)
        assert wait_until(lambda: sealed_size(keepers) > size, PATIENCE), "the standby seals"
        keepers.send(first, signal.SIGCONT)  # it still believes that it holds the log
        size = sealed_size(keepers)
        assert wait_until(lambda: sealed_size(keepers) > size + 20, PATIENCE)
        assert keepers.active() == second
        keepers.kill(second)
        assert keepers.await_active(but=second) == first, "it stood by"
    finish(keepers, load)


def test_a_standby_takes_over_from_a_sequencer_that_lost_its_network(tmp_path: Path) -> None:
    """PostgreSQL hears nothing of it, and gives its lock away; when it comes back, it stands by."""
    with ExitStack() as stack:
        server = stack.enter_context(PrivatePostgres.start(tmp_path / "pg", tcp=True))
        url = migrated(server.create_database("ledger"))
        wire = Wire(server.port)
        stack.callback(wire.close)
        keepers = Keepers(url, tmp_path)
        stack.callback(keepers.stop)
        load = Load(url, 8)
        distant = keepers.start(url.replace(f":{server.port}/", f":{wire.port}/"))
        assert keepers.await_active() == distant
        near = keepers.start()
        with load:
            assert wait_until(lambda: len(load.acknowledged) > 20, PATIENCE)
            wire.cut()
            assert keepers.await_active(but=distant) == near
            size = sealed_size(keepers)
            assert wait_until(lambda: sealed_size(keepers) > size + 20, PATIENCE)
            wire.mend()
            size = sealed_size(keepers)
            assert wait_until(lambda: sealed_size(keepers) > size + 20, PATIENCE)
            keepers.kill(near)
            assert keepers.await_active(but=near) == distant
        finish(keepers, load)


@pytest.mark.parametrize("seed", [3, 4])
def test_two_that_believe_to_keep_a_log_never_both_seal(
    ledger_url: str, keepers: Keepers, seed: int, tmp_path: Path
) -> None:
    """Stopped in the middle of whatever they do, and continued when another keeps the log."""
    rng = random.Random(seed)
    load = Load(ledger_url, seed)
    names = [keepers.start() for _ in range(3)]
    keepers.await_active()
    with load:
        for _ in range(3):
            time.sleep(rng.random() * 0.3)
            active = keepers.await_active()
            keepers.send(active, signal.SIGSTOP)
            keepers.await_active(but=active)
            keepers.send(active, signal.SIGCONT)
    finish(keepers, load)
    for name in names:
        assert "cannot be sealed" not in (tmp_path / f"{name}.log").read_text()
