"""Runs services: one container a process, or all of them in one process."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import eventlet
import structlog
from amqp.exceptions import AMQPError
from eventlet import tpool
from kombu.exceptions import KombuError
from kombu.pools import set_limit
from nameko.constants import AMQP_URI_CONFIG_KEY, MAX_WORKERS_CONFIG_KEY
from nameko.containers import ServiceContainer

from chassis import health, logging
from chassis.bus import memory
from chassis.bus.http import WsgiServer
from chassis.bus.publisher import EntryPublisher
from chassis.database import migrate
from chassis.garbage import settle
from chassis.keeper import LogKeeper
from chassis.privacy import PersonalDataKey, is_personal
from chassis.seal import NoTotals, Totals
from chassis.settings import Settings

log = structlog.get_logger()

GROUP = "wanchuang.services"
POOL_THREADS = 4
"""OS threads for what would hold up green ones (password hashes). Each keeps memory of its own."""

STOP_SECONDS = 7.0
"""For a graceful stop; a kill may take another second, and the process ends within ten."""

BUS_ERRORS: tuple[type[Exception], ...] = (AMQPError, KombuError, OSError)


@dataclass(frozen=True)
class Deployable:
    """A service as it is deployed: its Nameko class, its migrations, what its checkpoints say."""

    service: type
    migrations: Path | None = None
    totals: Callable[[], Totals] = NoTotals

    @property
    def name(self) -> str:
        """The service's name, which is its log's name too."""
        return str(self.service.name)  # type: ignore[attr-defined]


def deployables() -> dict[str, Deployable]:
    """Every installed service, by name (entry points of the group `wanchuang.services`)."""
    return {point.name: point.load() for point in sorted(entry_points(group=GROUP))}


def prepare() -> None:
    """What a process does once before it runs any container."""
    memory.register()
    set_limit(256)
    tpool.set_num_threads(POOL_THREADS)


def container(deployable: Deployable, settings: Settings) -> ServiceContainer:
    """A container that is ready to start."""
    config: dict[str, Any] = {
        AMQP_URI_CONFIG_KEY: settings.amqp_url,
        MAX_WORKERS_CONFIG_KEY: settings.max_workers,
        "settings": settings,
    }
    return ServiceContainer(deployable.service, config)


def apply_migrations(deployable: Deployable, settings: Settings) -> None:
    """Bring a service's database to the newest schema; the gateway has none.

    Raises `RoleTooStrong` when the service's own login could change the log.
    """
    if deployable.migrations is not None:
        name = deployable.name.replace("-", "_")
        owner = settings.migration_database_url or settings.database_url
        if owner == settings.database_url:
            log.warning("the service owns its tables: triggers alone protect the log")
        migrate(owner, {name: deployable.migrations}, settings.database_url)


def keeper(settings: Settings, totals: Callable[[], Totals] = NoTotals) -> LogKeeper:
    """The keeper of a service's log, publishing over the bus."""
    publisher = EntryPublisher(settings.amqp_url, settings.service)
    return LogKeeper(settings, publisher, BUS_ERRORS, totals)


def carries_personal_data(deployable: Deployable) -> bool:
    """Whether personal data passes through it: the gateway, and who has a contract with some."""
    if deployable.migrations is None:
        return True
    entrypoints = (getattr(deployable.service, name) for name in dir(deployable.service))
    contracts = (getattr(entrypoint, "contract", None) for entrypoint in entrypoints)
    return any(contract is not None and is_personal(contract) for contract in contracts)


def serve(deployable: Deployable) -> None:
    """Run one service until SIGTERM or SIGINT; stop within ten seconds.

    Raises `BadKey` without a key where one is needed: personal data never travels unsealed.
    """
    settings = Settings.load(deployable.name)
    if carries_personal_data(deployable):
        PersonalDataKey.of(settings)
    logging.configure(settings)
    prepare()
    running = container(deployable, settings)
    running.start()
    server = _health_server(settings, lambda: _readiness(running))
    settle()
    log.info("serving", service=deployable.name)
    _until_stopped(running.wait)
    with eventlet.Timeout(STOP_SECONDS, False):
        running.stop()
    if running.started:
        log.warning("stopping was slow: killed", service=deployable.name)
        with eventlet.Timeout(1.0, False):  # a broker that is away would hold it for ever
            running.kill()
    if server is not None:
        server.stop()


def sequence(deployable: Deployable) -> None:
    """Keep one service's log until SIGTERM or SIGINT."""
    settings = Settings.load(deployable.name)
    logging.configure(settings)
    prepare()
    keeping = keeper(settings, deployable.totals)
    server = _health_server(settings, keeping.ready)
    settle()
    thread = eventlet.spawn(keeping.run)
    _until_stopped(thread.wait)
    keeping.stop()
    with eventlet.Timeout(STOP_SECONDS, False):
        thread.wait()
    if server is not None:
        server.stop()


def _readiness(running: ServiceContainer) -> dict[str, bool]:
    found: dict[str, bool] = {"container": bool(running.started)}
    for dependency in running.dependencies:
        if hasattr(dependency, "ready"):
            found.update(dependency.ready())
    return found


def _health_server(settings: Settings, ready: health.Checks) -> WsgiServer | None:
    if not settings.health_port:
        return None
    app = health.middleware(None, ready)
    return WsgiServer("0.0.0.0", settings.health_port, app, size=20)  # noqa: S104


def _until_stopped(wait: Callable[[], Any]) -> None:
    """Wait for the work to end, or for a signal to end it."""
    main = eventlet.getcurrent()

    class Stop(BaseException):
        pass

    def stop(*_: Any) -> None:
        eventlet.hubs.get_hub().schedule_call_global(0, main.throw, Stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        wait()
    except Stop:
        log.info("stopping")
