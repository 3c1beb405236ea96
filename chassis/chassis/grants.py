"""What a service may do in its own database: add to the log, and nothing else to it.

Tables belong to the owner, who migrates (`MIGRATION_DATABASE_URL`). The service logs in as a role
of its own (the user in `DATABASE_URL`) that owns nothing. A table with the trigger `insert_only`
can be read and added to; what its columns have a default for (transaction id, identity, time of
sealing) is said by the database alone. Other tables are read models, which projections write anew.
"""

from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import encrypt_password
from sqlalchemy import make_url

TRIGGER = "insert_only"
"""The trigger that marks an insert-only table and refuses changes to it, the owner's too."""

ROWS = "insert_only_rows"
"""Its companion for each row: what reaches the rows through a parent table meets no other."""

_PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT"

_MARKED = """
SELECT t.tgrelid::regclass::text FROM pg_trigger t WHERE t.tgname = %s AND NOT t.tgisinternal
ORDER BY 1
"""
_WEAK = """
SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t
WHERE t.tgname IN (%s, %s) AND NOT t.tgisinternal AND t.tgenabled <> 'A'
"""
_TABLES = """
SELECT c.relname AS name, EXISTS (
    SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = %s
) AS insert_only, array(
    SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
    AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = '' ORDER BY a.attnum
) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE '%%\\_version'
ORDER BY c.relname
"""
_POWERS = """
SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
    OR pg_has_role(r.oid, d.datdba, 'MEMBER') OR EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS powerful
FROM pg_roles r, pg_database d WHERE r.rolname = %s AND d.datname = current_database()
"""
_MAY_CHANGE = """
SELECT coalesce(bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')), false) AS changes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = %s WHERE n.nspname = 'public'
"""


class RoleTooStrong(ValueError):
    """The role of `DATABASE_URL` owns the tables or rules the server: it could change the log."""

    def __init__(self, role: str) -> None:
        super().__init__(
            f"DATABASE_URL: the role {role!r} could change the log; name one that owns nothing, "
            "or leave MIGRATION_DATABASE_URL empty"
        )


def protect(owner_url: str, service_url: str) -> None:
    """After migrations: make the triggers hold for everyone, and give the service its rights.

    The role of `service_url` is made when it is not there yet, and gets that URL's password. Where
    both URLs name one role (an empty `MIGRATION_DATABASE_URL`) no rights are given: only the
    triggers protect the log then. Safe to repeat. Raises `RoleTooStrong`.
    """
    service = make_url(service_url)
    with closing(psycopg2.connect(owner_url)) as connection, connection:
        cursor = connection.cursor()
        _strengthen(cursor)
        owner = connection.info.user
        if not service.username or service.username == owner:
            return
        _make_role(cursor, connection, service.username, service.password)
        _grant(cursor, sql.Identifier(service.username), sql.Identifier(connection.info.dbname))


def _strengthen(cursor: Any) -> None:
    """Each insert-only table has both triggers, and no session_replication_role turns them off."""
    cursor.execute(_MARKED, (TRIGGER,))
    marked = {name for (name,) in cursor.fetchall()}
    cursor.execute(_MARKED, (ROWS,))
    for name in sorted(marked - {name for (name,) in cursor.fetchall()}):
        cursor.execute(
            f"CREATE TRIGGER {ROWS} BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    cursor.execute(_WEAK, (TRIGGER, ROWS))
    for name, trigger in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}")


def may_change_the_log(database: Any) -> bool:
    """Whether this login could change or delete what is insert-only (`chassis.database`)."""
    row = database.row(_MAY_CHANGE, (TRIGGER,))
    return bool(row and row["changes"])


def service_url(owner_url: str, role: str, password: str) -> str:
    """The owner's URL with the login of a service in its place."""
    made = make_url(owner_url).set(username=role, password=password)
    return made.render_as_string(hide_password=False)


def _make_role(cursor: Any, connection: Any, role: str, password: str | None) -> None:
    cursor.execute(_POWERS, (role,))
    found = cursor.fetchone()
    if found is not None and found[0]:
        raise RoleTooStrong(role)
    if found is None:
        statement = sql.SQL("CREATE ROLE {} " + _PLAIN)
        cursor.execute(statement.format(sql.Identifier(role)))
    if password:
        secret = encrypt_password(password, role, connection, "scram-sha-256")
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
        cursor.execute(statement.format(sql.Identifier(role), sql.Literal(secret)))


def _grant(cursor: Any, role: sql.Identifier, database: sql.Identifier) -> None:
    def run(statement: str, **names: sql.Composable) -> None:
        named = sql.SQL(statement).format(role=role, database=database, **names)
        cursor.execute(named)

    run("REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    run("REVOKE ALL ON DATABASE {database} FROM {role}")
    # Tables of its own session are for rebuilding its read models (`chassis.selfcheck`); named
    # last, they never stand before a table of the log.
    run("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}")
    run("ALTER ROLE {role} IN DATABASE {database} SET search_path = public, pg_temp")
    run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run("REVOKE ALL ON SCHEMA public FROM {role}")
    run("GRANT USAGE ON SCHEMA public TO {role}")
    run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC")
    run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}, PUBLIC")
    cursor.execute(_TABLES, (TRIGGER,))
    for name, insert_only, columns in cursor.fetchall():
        table = sql.Identifier(name)
        if insert_only:
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            rights = sql.SQL("SELECT, INSERT ({})").format(listed)
        else:
            rights = sql.SQL("SELECT, INSERT, UPDATE, DELETE").format()
        run("GRANT {rights} ON {table} TO {role}", rights=rights, table=table)
