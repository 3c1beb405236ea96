"""The whole platform loses processes and its database while commands come in over HTTP.

Services, a log keeper and PostgreSQL itself (its own server, with fsync) end as `kill -9` ends
them. Clients repeat what was not answered, under the same id. In the end each acknowledged command
took effect once, the log is dense and of one tree, and the supervisor has cosigned all of it.
"""

import random
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest
import requests

from chassis.database import Database
from chassis.domain import new_id
from chassis.sealing.keys import VerifierKey
from tests.faults.conftest import PATIENCE
from tests.faults.whole import LOG, appropriated, whole_log
from wanchuang.demo.authenticator import Authenticator
from wanchuang.platform import public_keys
from wanchuang.processes import Processes
from wanchuang.servers import PrivatePostgres
from wanchuang.servers.process import wait_until

API = "/api/v1"
CLIENTS = 4
COMMANDS = 120


class Server:
    """A PostgreSQL of its own that can crash and come back under the same URLs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running = PrivatePostgres.start(folder)

    def crash(self) -> None:
        """End every process of it at once, then recover."""
        self.running.kill()
        self.running = PrivatePostgres.start(self._folder)


class Clients:
    """Clients that send appropriations over HTTP until each is acknowledged."""

    def __init__(self, platform: Processes, seed: int) -> None:
        self._phone = Authenticator()
        self._url = platform.url
        self._token = ""
        self._password = platform.secrets["OWNER_PASSWORD"]
        self._seed = seed
        self.acknowledged: dict[str, int] = {}
        self.repeated = 0
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> Self:
        self._token = self._sign_in()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> bool:
        """Whether everything was acknowledged."""
        return len(self.acknowledged) == CLIENTS * COMMANDS

    def go_on(self) -> bool:
        """Wait for something more to be acknowledged."""
        before = len(self.acknowledged)
        return wait_until(lambda: self.done or len(self.acknowledged) > before, 2 * PATIENCE)

    def _run(self, client: int) -> None:
        rng = random.Random(self._seed * 100 + client)
        for number in range(COMMANDS):
            id_, fen = new_id(), rng.randint(1, 1000)
            body = {
                "fund": f"FUND{client}-{number // 30}",
                "year": 2026,
                "amount_fen": fen,
                "document_number": id_,
            }
            while self._post("/appropriations", body, id_, self._token) is None:
                self.repeated += 1
                time.sleep(0.1)
            self.acknowledged[id_] = fen

    def _sign_in(self) -> str:
        """The owner's token, with the second factor that every staff account needs."""
        password = {"password": self._password}
        token = str(self._sure("/sessions", {"login": "owner", **password})["token"])
        enrolled = self._sure("/accounts/me/second-factor", password, token)
        self._phone.add("owner", str(enrolled["secret"]))
        code = {"code": self._phone.code("owner")}
        self._sure("/accounts/me/second-factor/confirmation", code, token)
        return token

    def _sure(self, path: str, body: Mapping[str, object], token: str = "") -> dict[str, object]:
        found = self._post(path, body, new_id(), token)
        assert found is not None
        return found

    def _post(
        self, path: str, body: Mapping[str, object], id_: str, token: str = ""
    ) -> dict[str, object] | None:
        """The result, or None when there was no answer or only that something is away."""
        headers = {"Idempotency-Key": id_, "Authorization": f"Bearer {token}"}
        try:
            answer = requests.post(self._url + API + path, json=body, headers=headers, timeout=30)
        except requests.ConnectionError:
            return None
        if answer.status_code == 503:
            return None
        assert answer.status_code == 200, answer.text
        result: dict[str, object] = answer.json()
        return result


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "pg")
    yield made
    made.running.stop()


@pytest.fixture
def platform(tmp_path: Path, vhost_url: str, server: Server) -> Iterator[Processes]:
    with Processes(tmp_path, vhost_url, server.running.create_database) as made:
        yield made


def cosigned(database: Database) -> int:
    row = database.row("SELECT max(size) AS size FROM cosigned WHERE log = %s", (LOG,))
    return int(row["size"] or 0) if row else 0


def total(database: Database, table: str = "events") -> int:
    return int((database.row(f"SELECT count(*) AS n FROM {table}") or {})["n"])


@pytest.mark.article(8, 19, 32)
@pytest.mark.timeout(400)
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    platform: Processes, server: Server
) -> None:
    rng = random.Random(5)
    keeper = f"sequence {LOG}"
    crashes = [LOG, keeper, "postgres", "gateway", LOG, "oversight", "postgres", keeper]
    with Clients(platform, seed=5) as clients:
        for name in crashes:
            assert clients.go_on(), "after each crash"
            time.sleep(rng.random() * 0.5)
            if name == "postgres":
                server.crash()
                continue
            platform.end(name, signal.SIGKILL)
            if name == keeper:
                platform.sequence(LOG)
            else:
                platform.serve(name)
    assert clients.done
    with ExitStack() as stack:
        ledger = Database(server.running.url("voucher-ledger"), pool_size=1)
        supervisor = Database(server.running.url("oversight"), pool_size=1)
        stack.callback(ledger.close)
        stack.callback(supervisor.close)
        count = total(ledger)
        assert wait_until(lambda: cosigned(supervisor) >= count, 2 * PATIENCE), "it is witnessed"
        platform.end(LOG, signal.SIGKILL)  # it would go on to acknowledge what it hears
        assert wait_until(lambda: total(ledger, "entries") == total(ledger), PATIENCE)
        keys = map(VerifierKey.parse, public_keys(platform.secrets)["LOG_KEYS"].split())
        key = next(key for key in keys if key.name.endswith(LOG))
        entries = whole_log(ledger, key)
        assert appropriated(entries) == clients.acknowledged
        mirrored = supervisor.rows(
            "SELECT entry FROM mirror WHERE log = %s ORDER BY position", (LOG,)
        )
        assert len(mirrored) >= count
        copied = [row["entry"] for row in mirrored]
        assert copied == [entry.text for entry in entries[: len(copied)]]
        assert supervisor.rows("SELECT * FROM forks") == []
