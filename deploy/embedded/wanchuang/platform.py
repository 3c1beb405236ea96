"""The whole platform in one process: every service, every log keeper, an in-memory bus.

PostgreSQL is a private server in the data folder, the registries simulator a child process that
stands for the outside world. The code is the one that runs in containers; only settings differ.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import eventlet
import structlog
from nameko.containers import ServiceContainer

from chassis import logging
from chassis.bus import memory
from chassis.bus.host import Deployable, apply_migrations, container, deployables, keeper, prepare
from chassis.keeper import LogKeeper
from chassis.seal import signing_key, witness_signer
from chassis.settings import Settings
from schemas.oversight import LOGS
from wanchuang.servers import PrivatePostgres
from wanchuang.servers.process import die_with_parent, stop_process, wait_until
from wanchuang.simulator import Simulator, account_key
from wanchuang.supervisor import SUPERVISOR

log = structlog.get_logger()

POOL_SIZE = 3
TICK_SECONDS = 5
"""Connections of one service: the embedded mode is for few users and little memory."""

SMALL = {"shared_buffers": "12MB"}
"""PostgreSQL's settings: each of its processes shows the shared buffers as its own memory."""

STOP_SECONDS = 8.0
Progress = Callable[[str, str], None]


def _silent(zh: str, en: str) -> None:
    """Show nothing."""


class Platform:
    """A platform that runs in this process until `stop`."""

    def __init__(self, data_dir: Path, port: int, progress: Progress = _silent) -> None:
        self.data_dir = data_dir.resolve()
        self._port = port
        self._progress = progress
        self._stack = ExitStack()
        self._containers: dict[str, ServiceContainer] = {}
        self._keepers: list[tuple[LogKeeper, Any]] = []
        self.secrets: dict[str, str] = {}
        self.supervisor: dict[str, str] = {}
        """The settings of the supervisor's console."""

        self.authorities_url = ""
        self._net_id_key = self._payment_keys = ""
        self.url = ""

    def start(self) -> None:
        """Start everything; what a former run left in the data folder goes on."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.secrets = _secrets(self.data_dir / "secrets.json")
        self._progress("启动数据库", "starting PostgreSQL")
        postgres = self._stack.enter_context(
            PrivatePostgres.start(self.data_dir / "postgres", SMALL)
        )
        self._progress("启动登记机关模拟器", "starting the registries simulator")
        self.authorities_url = self._start_authorities()
        simulator = Simulator(self.authorities_url)
        self._net_id_key, self._payment_keys = simulator.net_id_key(), simulator.payment_keys()
        prepare()
        found = deployables()
        self._progress("准备数据表", "bringing tables up to date")
        for deployable in found.values():
            if deployable.migrations is not None:
                postgres.create_database(_database(deployable.name))
                apply_migrations(deployable, self.settings(deployable.name, postgres))
        self._progress("启动服务", "starting the services")
        for deployable in found.values():
            self._start(deployable, self.settings(deployable.name, postgres))
        url = self.settings("oversight", postgres).database_url
        given = {**public_keys(self.secrets), "PAYMENT_INSTITUTION_KEYS": self._payment_keys}
        self.supervisor = {"OVERSIGHT_DATABASE_URL": url, **given}
        (self.data_dir / SUPERVISOR).write_text(json.dumps(self.supervisor))
        gateway = self._containers["gateway"]
        self.url = f"http://127.0.0.1:{_http_port(gateway)}"
        simulator.call_back(f"{self.url}/api/v1/own-payments")

    def settings(self, service: str, postgres: PrivatePostgres) -> Settings:
        """The settings of one service here."""
        environ = {
            "DB_POOL_SIZE": str(POOL_SIZE),
            "TICK_INTERVAL": str(TICK_SECONDS),
            "NET_ID_KEYS": self._net_id_key,
            "PAYMENT_INSTITUTION_KEYS": self._payment_keys,
            **os.environ,
            **self.secrets,
            **public_keys(self.secrets),
            "DATABASE_URL": postgres.url(_database(service), _database(service)),
            "MIGRATION_DATABASE_URL": postgres.url(_database(service)),
            "AMQP_URL": memory.URL,
            "AUTHORITIES_URL": self.authorities_url,
            "PAYMENT_INSTITUTION_URL": self.authorities_url,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self._port),
        }
        return Settings.load(service, environ)

    def stop(self) -> None:
        """Stop everything, within a deadline."""
        pool = eventlet.GreenPool()
        for running in self._containers.values():
            pool.spawn(_stop_container, running)
        for keeping, thread in self._keepers:
            pool.spawn(_stop_keeper, keeping, thread)
        pool.waitall()
        self._stack.close()
        memory.clear()

    def __enter__(self) -> "Platform":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, deployable: Deployable, settings: Settings) -> None:
        running = container(deployable, settings)
        running.start()
        self._containers[deployable.name] = running
        if deployable.migrations is not None:
            self._keep(deployable, settings)

    def _keep(self, deployable: Deployable, settings: Settings) -> None:
        keeping = keeper(settings, deployable.totals)
        self._keepers.append((keeping, eventlet.spawn(keeping.run)))

    def _start_authorities(self) -> str:
        port_file = self.data_dir / "authorities.port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-W", "ignore", "-m", "authorities", "--port", "0"]
        with (self.data_dir / "authorities.log").open("ab") as output:
            process = subprocess.Popen(
                [*command, "--port-file", str(port_file)],
                stdout=output,
                stderr=output,
                env={**os.environ, "PAYMENT_ACCOUNT_KEY": account_key(self.secrets)},
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )
        self._stack.callback(stop_process, process, signal.SIGTERM, 5.0)
        if not wait_until(lambda: port_file.exists() or process.poll() is not None, 20.0):
            raise TimeoutError("the registries simulator did not start")
        return f"http://127.0.0.1:{port_file.read_text().strip()}"


def configure_logs(data_dir: Path) -> None:
    """Send log lines to a file, so that the terminal shows progress only."""
    data_dir.mkdir(parents=True, exist_ok=True)
    logging.configure(Settings.load("embedded"), (data_dir / "platform.log").open("a"))


def _database(service: str) -> str:
    return service.replace("-", "_")


def new_secrets() -> dict[str, str]:
    """Fresh secrets of an installation."""
    return {
        "PERSONAL_DATA_KEY": secrets.token_hex(32),
        "LOG_SIGNING_KEY": secrets.token_hex(32),
        "WITNESS_KEY": secrets.token_hex(32),
        "OWNER_PASSWORD": secrets.token_urlsafe(12),
        "DEMO_PASSWORD": secrets.token_urlsafe(12),
    }


def public_keys(secrets_: dict[str, str]) -> dict[str, str]:
    """The settings with the public keys that belong to an installation's secrets."""
    seed, witness = secrets_["LOG_SIGNING_KEY"], secrets_["WITNESS_KEY"]
    logs = (
        signing_key(Settings(service=log, log_signing_key=seed)) for log in (*LOGS, "oversight")
    )
    return {
        "LOG_KEYS": " ".join(str(key.verifier) for key in logs),
        "WITNESS_KEYS": str(witness_signer(Settings(witness_key=witness)).verifier),
    }


def _secrets(path: Path) -> dict[str, str]:
    """The secrets of this installation, made at the first start, readable by its user alone."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps(new_secrets(), indent=2))
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _http_port(gateway: Any) -> int:
    return next(
        int(dependency.server.port)
        for dependency in gateway.dependencies
        if getattr(dependency, "server", None) is not None
    )


def _stop_keeper(keeping: LogKeeper, thread: Any) -> None:
    keeping.stop()
    with eventlet.Timeout(STOP_SECONDS, False):
        thread.wait()


def _stop_container(running: ServiceContainer) -> None:
    with eventlet.Timeout(STOP_SECONDS, False):
        running.stop()
    if running.started:
        running.kill()
