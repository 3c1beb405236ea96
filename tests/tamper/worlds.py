"""Databases of worlds: told once, copied for each attack."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Protocol

import psycopg2
from psycopg2 import sql
from werkzeug.serving import make_server

from authorities.app import create_app
from authorities.synthetic import Population, population
from chassis.database import migrate
from tests.tamper.platform import NAMES, SERVICES

POPULATION = population(person_count=120, firm_count=60)


class Server(Protocol):
    """A PostgreSQL server: a private one, or the one that is given."""

    def url(self, database: str = ...) -> str:
        """The URL of a database."""

    def create_database(self, name: str) -> str:
        """Create a database."""

    def drop_database(self, name: str) -> None:
        """Drop a database."""


@contextmanager
def registries(world: Population = POPULATION) -> Iterator[str]:
    """The registries' simulator over HTTP; yields its address."""
    server = make_server("127.0.0.1", 0, create_app(world), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Worlds:
    """Sets of five databases on one server."""

    server: Server
    prefix: str = field(default_factory=lambda: f"t_{token_hex(4)}")
    _made: list[str] = field(default_factory=list)
    _empty: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def empty(self) -> dict[str, str]:
        """Five migrated databases without an entry, by service."""
        if not self._empty:
            names = self._names("empty")
            for each in SERVICES:
                name = names[each.name]
                assert each.migrations is not None
                self.server.create_database(name)
                package = each.service.__module__.partition(".")[0]
                migrate(self.server.url(name), {package: each.migrations})
                self._made.append(name)
            self._empty = names
        return self.copy(self._empty)

    def copy(self, names: Mapping[str, str]) -> dict[str, str]:
        """Copies of five databases that nobody is connected to; names by service."""
        self._count += 1
        copies = self._names(str(self._count))
        with closing(psycopg2.connect(self.server.url())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for service, name in copies.items():
                    self._made.append(name)
                    cursor.execute(
                        _COPY.format(sql.Identifier(name), sql.Identifier(names[service]))
                    )
        return copies

    def urls(self, names: Mapping[str, str]) -> dict[str, str]:
        """Where the databases are."""
        return {service: self.server.url(name) for service, name in names.items()}

    def drop(self, names: Mapping[str, str]) -> None:
        """Drop five databases."""
        for name in names.values():
            self.server.drop_database(name)
            self._made.remove(name)

    def close(self) -> None:
        """Drop all that is left."""
        for name in self._made:
            self.server.drop_database(name)
        self._made.clear()

    def _names(self, which: str) -> dict[str, str]:
        return {name: f"{self.prefix}_{which}_{name.replace('-', '_')}" for name in NAMES}


_COPY = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
