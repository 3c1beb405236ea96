"""The platform as separate processes on this machine, over RabbitMQ: containers without containers.

For tests and benchmarks. Each process is what a container would run: `wanchuang serve NAME`,
`wanchuang sequence NAME`, `wanchuang authorities`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex
from typing import Self

import urllib3
from sqlalchemy import make_url

from chassis.grants import service_url
from wanchuang.platform import new_secrets, public_keys
from wanchuang.servers.process import die_with_parent, free_port, stop_process, wait_until
from wanchuang.simulator import Simulator, account_key
from wanchuang.supervisor import SETTINGS as SUPERVISOR_SETTINGS

SERVICES = ("identity", "catalog", "voucher-ledger", "matching", "oversight")
START_SECONDS = 90.0
STOP_SECONDS = 10.0


class Processes:
    """Services, log keepers, the gateway and the simulator, each in a process of its own."""

    def __init__(
        self,
        folder: Path,
        amqp_url: str,
        make_database: Callable[[str], str],
        services: Iterable[str] = SERVICES,
    ) -> None:
        self._folder = folder
        self._services = tuple(services)
        self._stack = ExitStack()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._health: dict[str, int] = {}
        self.secrets = new_secrets()
        self._environ = {
            **os.environ,
            **self.secrets,
            **public_keys(self.secrets),
            "AMQP_URL": amqp_url,
            "HTTP_PORT": str(free_port()),
            "PYTHONWARNINGS": "ignore",
            "DB_POOL_SIZE": "8",
            "TICK_INTERVAL": "5",
        }
        for name in self._services:
            prefix = name.upper().replace("-", "_")
            owner = make_database(name)
            role = str(make_url(owner).database)
            self._environ[f"{prefix}_MIGRATION_DATABASE_URL"] = owner
            self._environ[f"{prefix}_DATABASE_URL"] = service_url(owner, role, token_hex(16))
        self.url = f"http://127.0.0.1:{self._environ['HTTP_PORT']}"
        self.authorities_url = ""

    def __enter__(self) -> Self:
        try:
            self._start_authorities()
            migrating = [self._run("migrate", name) for name in self._services]
            if any(process.wait(START_SECONDS) for process in migrating):
                raise RuntimeError(f"a migration failed; logs in {self._folder}")
            for name in (*self._services, "gateway"):
                self.serve(name)
            for name in self._services:
                self.sequence(name)
            self._await_ready()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.terminate()  # all at once; then the stack waits for each
        self._stack.close()

    @property
    def supervisor(self) -> dict[str, str]:
        """The settings of the supervisor's console."""
        return {name: self._environ[name] for name in SUPERVISOR_SETTINGS}

    def serve(self, name: str) -> None:
        """Start a service."""
        self._running[name] = self._run("serve", name, health=name != "gateway")

    def sequence(self, name: str) -> None:
        """Start a keeper of a service's log; a second one stands by."""
        self._running[f"sequence {name}"] = self._run("sequence", name)

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> float:
        """End a process (`identity`, `sequence identity`); returns the seconds that it took."""
        process = self._running.pop(name)
        began = time.monotonic()
        process.send_signal(how)
        process.wait(STOP_SECONDS + 5)
        return time.monotonic() - began

    def memory_mb(self) -> float:
        """What all processes hold for themselves (PSS), in MB."""
        return sum(_pss(process.pid) for process in self._running.values()) / 1024

    def _run(
        self, command: str, *arguments: str, health: bool = False
    ) -> "subprocess.Popen[bytes]":
        migrates = command == "migrate"  # nobody else gets the owner's login
        environ = {
            name: value
            for name, value in self._environ.items()
            if migrates or "MIGRATION_" not in name
        }
        if health:
            self._health[arguments[0]] = free_port()
            environ["HEALTH_PORT"] = str(self._health[arguments[0]])
        name = arguments[0] if arguments and not arguments[0].startswith("-") else "all"
        log = (self._folder / f"{command}-{name}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "chassis", command, *arguments],
            env=environ,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )
        log.close()
        self._stack.callback(stop_process, process, signal.SIGTERM, STOP_SECONDS)
        return process

    def _start_authorities(self) -> None:
        port_file = self._folder / "authorities.port"
        self._environ["PAYMENT_ACCOUNT_KEY"] = account_key(self._environ)
        self._run("authorities", "--port", "0", "--port-file", str(port_file))
        if not wait_until(port_file.exists, START_SECONDS):
            raise TimeoutError("the registries simulator did not start")
        self.authorities_url = f"http://127.0.0.1:{port_file.read_text().strip()}"
        self._environ["AUTHORITIES_URL"] = self.authorities_url
        self._environ["PAYMENT_INSTITUTION_URL"] = self.authorities_url
        simulator = Simulator(self.authorities_url)
        self._environ["NET_ID_KEYS"] = simulator.net_id_key()
        self._environ["PAYMENT_INSTITUTION_KEYS"] = simulator.payment_keys()
        simulator.call_back(f"{self.url}/api/v1/own-payments")

    def _await_ready(self) -> None:
        http = urllib3.PoolManager(timeout=5.0, retries=False)
        addresses = [f"http://127.0.0.1:{port}" for port in self._health.values()]

        def ready() -> bool:
            try:
                return all(
                    http.request("GET", f"{address}/health/ready").status == 200
                    for address in (*addresses, self.url)
                )
            except urllib3.exceptions.HTTPError:
                return False

        if not wait_until(ready, START_SECONDS, 0.2):
            ended = [name for name, process in self._running.items() if process.poll() is not None]
            raise TimeoutError(f"not ready in time; ended: {ended}; logs in {self._folder}")


def _pss(pid: int) -> int:
    """The proportional set size of a process in KB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
