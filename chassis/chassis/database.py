"""PostgreSQL: one pool per process and service, statements prepared once, migrations.

Connections are psycopg2 in autocommit mode, so a batch of statements sent as one string is one
transaction and one round trip. Under eventlet's monkey patching psycopg2 yields while it waits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2
from alembic import command
from alembic.config import Config
from sqlalchemy import ClauseElement, Engine, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from chassis.grants import protect
from chassis.pool import Fixed, Pool

CHASSIS_MIGRATIONS = Path(__file__).parent / "migrations"

ALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}
"""Options of a connection: a server that went away without a word is noticed within ten seconds."""

_dialect = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]


class Prepared:
    """A SQLAlchemy Core statement compiled once, to be sent with others in one round trip.

    PostgreSQL plans it once on each connection.

    Values that vary are `bindparam`s; a call with their values gives a `Statement`.
    """

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause

    @cached_property
    def _compiled(self) -> tuple[Fixed, list[str], dict[str, Any]]:
        compiled: Any = self._clause.compile(dialect=_dialect)
        return Fixed(compiled), list(compiled.positiontup or ()), dict(compiled.params)

    def __call__(self, **values: Any) -> "Statement":
        """The statement with these values."""
        sql, names, defaults = self._compiled
        unknown = values.keys() - defaults.keys()
        if unknown:
            raise TypeError(f"unknown parameters {sorted(unknown)} of {sql}")
        return sql, [values[name] if name in values else defaults[name] for name in names]


Statement = tuple[str, Sequence[Any]]

_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


class WroteInRehearsal(AssertionError):
    """Something was to be written while nothing may be: a fault of the program."""


@contextmanager
def only_reading() -> Iterator[None]:
    """Nothing may be written here: what is tried all the same raises `WroteInRehearsal`."""
    token = _only_reading.set(True)
    try:
        yield
    finally:
        _only_reading.reset(token)


def require_writing() -> None:
    """Raise `WroteInRehearsal` in `only_reading`."""
    if _only_reading.get():
        raise WroteInRehearsal


class Borrowed:
    """A context with a cursor on a lent connection; one that broke is not lent again."""

    __slots__ = ("_connection", "_cursor", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __enter__(self) -> Any:
        self._connection = self._pool.lend()
        try:
            self._cursor = self._connection.cursor()
        except BaseException as error:
            self._give_back(error)
            raise
        return self._cursor

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._cursor.close()
        self._give_back(error)

    def _give_back(self, error: BaseException | None) -> None:
        if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
            self._connection.disconnect()
        self._connection.close()


class Database:
    """The database of one service in one process."""

    def __init__(self, url: str, pool_size: int = 16) -> None:
        self.url = url
        self.pool = Pool(url, pool_size, **ALIVE)
        self._engine = create_engine(
            "postgresql+psycopg2://",
            isolation_level="AUTOCOMMIT",
            creator=self.pool.lend,
            poolclass=NullPool,  # its "close" gives the connection back
            pool_reset_on_return=None,
            use_native_hstore=False,  # or it asks for that type each time
        )

    def cursor(self) -> "Borrowed":
        """A context with a cursor on a connection of the pool."""
        return Borrowed(self.pool)

    def execute(self, statements: Iterable[Statement]) -> None:
        """Run statements as one transaction in one round trip. Raises `WroteInRehearsal`."""
        require_writing()
        with self.cursor() as cursor:
            send(cursor, statements)

    def rows(self, clause: ClauseElement | str, parameters: Any = None) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        if isinstance(clause, str):
            with self.cursor() as cursor:
                if type(clause) is Fixed:
                    clause = cursor.connection.prepared(clause)
                cursor.execute(clause, parameters)
                names = [column[0] for column in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        with self._engine.connect() as connection:
            result = connection.execute(clause, parameters or {})  # type: ignore[call-overload]
            return [dict(row) for row in result.mappings()]

    def row(self, clause: ClauseElement | str, parameters: Any = None) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        found = self.rows(clause, parameters)
        return found[0] if found else None

    def reachable(self) -> bool:
        """True when a trivial query succeeds."""
        try:
            return self.rows("SELECT 1 AS one") == [{"one": 1}]
        except (psycopg2.Error, DBAPIError):
            return False

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        self.pool.close()


def joined(statements: Iterable[Statement]) -> tuple[str, list[Any]]:
    """Several statements as one string with one list of parameters."""
    parts: list[str] = []
    parameters: list[Any] = []
    for sql, values in statements:
        parts.append(sql)
        parameters.extend(values)
    return ";\n".join(parts), parameters


def send(cursor: Any, statements: Iterable[Statement]) -> None:
    """Run statements on a cursor of `Database` as one transaction in one round trip."""
    prepared = cursor.connection.prepared
    parts: list[str] = []
    parameters: list[Any] = []
    for sql, values in statements:
        parts.append(prepared(sql) if type(sql) is Fixed else sql)
        parameters.extend(values)
    cursor.execute(";\n".join(parts), parameters)


def migrate(url: str, migrations: Mapping[str, Path], service_url: str = "") -> None:
    """Bring a database to the newest schema: the chassis's tables, then the service's own.

    `url` is the owner's. `migrations` maps a name (which becomes `<name>_version`, the table that
    Alembic keeps) to a folder. The login of `service_url` gets its rights (`chassis.grants`), and
    is made when it is not there; without one the service works as the owner. Raises
    `RoleTooStrong`.
    """
    with closing(psycopg2.connect(url)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('migrate'))")  # replicas start at once
        for name, folder in {"chassis": CHASSIS_MIGRATIONS, **migrations}.items():
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes.update(url=url, version_table=f"{name}_version")
            command.upgrade(config, "head")
        protect(url, service_url or url)


def run_migrations(config: Config) -> None:
    """What every `env.py` calls: run the migrations on the database that `migrate` named."""
    from alembic import context  # noqa: PLC0415 - only usable while Alembic runs

    engine: Engine = create_engine(
        config.attributes["url"].replace("postgresql://", "postgresql+psycopg2://", 1)
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            version_table=config.attributes["version_table"],
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
