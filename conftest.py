"""Fixtures for every test of the repository: real PostgreSQL and real RabbitMQ.

The first two statements make the standard library green before anything of ours is loaded.
"""

import eventlet

eventlet.monkey_patch()

import os
import re
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import greenlet
import psycopg2
import pytest
import pytest_timeout
from hypothesis import settings as hypothesis
from psycopg2 import sql

import chassis  # noqa: F401 - before pytest takes the folder chassis/ for the package
import gateway  # noqa: F401
import schemas  # noqa: F401
from chassis.database import migrate
from chassis.testing import MakeMigrated
from wanchuang.servers import PrivatePostgres, PrivateRabbit

hypothesis.register_profile("untimed", deadline=None)  # machines are shared: no test is timed
hypothesis.load_profile("untimed")

# Tests prove rules, not durability: no fsync. A test of durability starts its own server. Nor is
# anything vacuumed: a sequencer lets an open transaction go first, and tests go step by step.
FAST_POSTGRES = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}

MakeDatabase = Callable[[str], str]


class Deadline:
    """The time limit of one test, kept by a signal.

    pytest-timeout's own two ways do not work here: it does not know the main thread again after
    monkey-patching, and its timer thread has become green, so it cannot end a busy loop.
    """

    def __init__(self, seconds: float) -> None:
        """Start the clock; the calling greenlet is the one that fails."""
        self._seconds = seconds
        self._test = greenlet.getcurrent()
        self._pending: list[eventlet.hubs.timer.Timer] = []
        signal.signal(signal.SIGALRM, self._expire)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def cancel(self) -> None:
        """Stop the clock."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for timer in self._pending:
            timer.cancel()

    def _expire(self, _number: int, _frame: object) -> None:
        """Fail the test, and end whatever green thread keeps it from running."""
        message = f"Timeout (>{self._seconds}s)"
        if greenlet.getcurrent() is not self._test:
            error = pytest.fail.Exception(message)
            hub = eventlet.hubs.get_hub()
            self._pending.append(hub.schedule_call_global(0, self._test.throw, error))
        pytest.fail(message)


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: pytest_timeout.Settings) -> bool:
    """Put our :class:`Deadline` in the place of pytest-timeout's timers."""
    deadline = Deadline(settings.timeout)
    item.cancel_timeout = deadline.cancel  # type: ignore[attr-defined]  # pytest-timeout calls it
    return True


class GivenPostgres:
    """The server that ``DATABASE_URL`` names, with the same three uses as a private one."""

    def __init__(self, template: str) -> None:
        """Keep the URL; its database name is replaced."""
        self._template = template

    def url(self, database: str = "postgres") -> str:
        """Return the URL of `database` on the server."""
        return re.sub(r"(://[^/?]*)(/[^?]*)?", rf"\g<1>/{database}", self._template, count=1)

    def create_database(self, name: str, template: str = "template1") -> str:
        """Create the database `name` as a copy of `template` and return its URL."""
        names = sql.Identifier(name), sql.Identifier(template)
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop `name`, ending the connections that use it, and the login of that name."""
        for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "DROP ROLE IF EXISTS {}"):
            self._execute(sql.SQL(statement).format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composable) -> None:
        connection = psycopg2.connect(self.url())
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Give a short temporary folder for private servers (unix sockets have short paths)."""
    folder = Path(tempfile.mkdtemp(prefix="wc-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[PrivatePostgres | GivenPostgres]:
    """Give a PostgreSQL server: that of ``DATABASE_URL``, else a private one without fsync."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield GivenPostgres(given)
        return
    with PrivatePostgres.start(server_folder / "pg", FAST_POSTGRES) as server:
        yield server


@pytest.fixture
def make_database(postgres_server: PrivatePostgres | GivenPostgres) -> Iterator[MakeDatabase]:
    """Give a factory of fresh databases (name → URL), dropped after the test.

    The real name carries a random part, so tests never meet, also on a given server.
    """
    made: list[str] = []

    def make(name: str) -> str:
        real_name = f"t_{secrets.token_hex(4)}_{name.replace('-', '_')}"
        made.append(real_name)
        return postgres_server.create_database(real_name)

    yield make
    for real_name in made:
        postgres_server.drop_database(real_name)


@pytest.fixture(scope="session")
def templates(postgres_server: PrivatePostgres | GivenPostgres) -> Iterator[dict[str, str]]:
    """Databases to be copied, by what they were migrated with: migrations run once a session."""
    made: dict[str, str] = {}
    yield made
    for template in made.values():
        postgres_server.drop_database(template)


@pytest.fixture
def make_migrated(
    postgres_server: PrivatePostgres | GivenPostgres, templates: dict[str, str]
) -> Iterator[MakeMigrated]:
    """Give a factory of fresh, migrated databases (migrations → URL), dropped after the test."""
    made: list[str] = []

    def make(migrations: Mapping[str, Path]) -> str:
        name = "_".join(["chassis", *migrations])
        if name not in templates:
            template = f"t_{secrets.token_hex(4)}_{name}"
            migrate(postgres_server.create_database(template), migrations)
            templates[name] = template
        made.append(f"t_{secrets.token_hex(4)}_{name}")
        return postgres_server.create_database(made[-1], templates[name])

    yield make
    for real_name in made:
        postgres_server.drop_database(real_name)


@pytest.fixture
def database_url(make_database: MakeDatabase) -> str:
    """Give the URL of one fresh database."""
    return make_database("test")


@pytest.fixture(scope="session")
def rabbit_server(server_folder: Path) -> Iterator[PrivateRabbit]:
    """Give a private RabbitMQ, started when a test first needs it."""
    with PrivateRabbit.start(server_folder / "mq", timeout=120) as server:
        yield server


@pytest.fixture(scope="session")
def rabbit_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a RabbitMQ: ``AMQP_URL``, else the private one.

    Its default virtual host is shared by the whole run: use names of your own in it, or
    `vhost_url`.
    """
    given = os.environ.get("AMQP_URL")
    if given:
        return given
    server: PrivateRabbit = request.getfixturevalue("rabbit_server")
    return server.url


@pytest.fixture
def vhost_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of an empty virtual host, deleted after the test.

    With ``AMQP_URL`` it is that URL as given: nothing but AMQP is known of that broker.
    """
    given = os.environ.get("AMQP_URL")
    if given:
        yield given
        return
    server: PrivateRabbit = request.getfixturevalue("rabbit_server")
    name = f"t_{secrets.token_hex(4)}"
    yield server.create_vhost(name)
    server.delete_vhost(name)
