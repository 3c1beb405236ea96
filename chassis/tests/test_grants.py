"""Nobody changes the log: the service has no right to, and the triggers refuse its owner too."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import errors
from sqlalchemy import make_url

from chassis.commands import Commands
from chassis.database import Database, migrate
from chassis.grants import RoleTooStrong, may_change_the_log, service_url
from chassis.seal import tile_reader
from chassis.sealing.hashing import SHA256
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.testing import sequencer as sequencer_on
from chassis.tests.conftest import Account, Bank, command
from wanchuang.servers import PrivatePostgres

pytestmark = pytest.mark.article(32)

INSERT_ONLY = ("events", "commands", "entries", "tiles", "checkpoints")
Denied = errors.InsufficientPrivilege


@contextmanager
def connected(url: str) -> Iterator[Any]:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        yield connection.cursor()


@pytest.fixture
def login(bank_url: str) -> str:
    """The URL under which a service logs in to its migrated database."""
    url = service_url(bank_url, str(make_url(bank_url).database), "a password: of @ service")
    migrate(bank_url, {}, url)
    return url


@pytest.fixture
def filled(bank: Bank, commands: Commands, sequencer: Sequencer, login: str) -> str:
    """The service's URL of a log that has something in each of its tables."""
    for n in range(3):
        commands.execute(command("open", owner=str(n)), lambda: bank.open("a"))
    assert sequencer.step() == 3
    return login


def contents(url: str) -> list[Any]:
    with connected(url) as cursor:
        found = []
        for table in INSERT_ONLY:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found.append(cursor.fetchall())
    return found


def test_a_service_works_under_its_own_login(filled: str) -> None:
    app = Bank(Settings.load("bank", {"DATABASE_URL": filled}))
    commands = Commands(app, b"key")
    id_ = commands.execute(command("open", owner="b"), lambda: app.open("b"))["result"]["id"]
    assert app.load(Account, id_).owner == "b"
    assert sequencer_on(app.database, "bank").step() == 1
    app.database.execute([("SELECT advance_tracking('other', 0, 4)", ())])
    app.database.execute([("SELECT advance_tracking('other', 5, 9)", ())])
    assert app.database.row("SELECT position FROM tracking") == {"position": 9}
    assert not may_change_the_log(app.database)
    app.close()


ON_A_TABLE = {
    "update": "UPDATE {t} SET {c} = {c}",
    "update nothing": "UPDATE {t} SET {c} = {c} WHERE false",
    "update by ctid": "UPDATE {t} SET {c} = {c} WHERE ctid = '(0,1)'",
    "delete": "DELETE FROM {t}",
    "delete by ctid": "DELETE FROM {t} WHERE ctid = '(0,1)'",
    "delete by cursor": "DO $$ DECLARE k CURSOR FOR SELECT * FROM {t}; r record; BEGIN OPEN k; "
    "FETCH k INTO r; DELETE FROM {t} WHERE CURRENT OF k; END $$",
    "truncate": "TRUNCATE {t}",
    "truncate cascade": "TRUNCATE {t} RESTART IDENTITY CASCADE",
    "upsert": "INSERT INTO {t} ({all}) SELECT {all} FROM {t} "
    "ON CONFLICT ({k}) DO UPDATE SET {c} = excluded.{c}",
    "merge": "MERGE INTO {t} USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
    "merge update": "MERGE INTO {t} USING (SELECT 1) x ON true "
    "WHEN MATCHED THEN UPDATE SET {c} = {c}",
    "writable query": "WITH gone AS (DELETE FROM {t} RETURNING *) SELECT count(*) FROM gone",
    "lock rows": "SELECT * FROM {t} FOR UPDATE",
    "in a block": "DO $$ BEGIN EXECUTE 'DELETE FROM {t}'; END $$",
    "disable the trigger": "ALTER TABLE {t} DISABLE TRIGGER insert_only",
    "disable all triggers": "ALTER TABLE {t} DISABLE TRIGGER ALL",
    "drop the trigger": "DROP TRIGGER insert_only ON {t}",
    "rename the trigger": "ALTER TRIGGER insert_only ON {t} RENAME TO gone",
    "another trigger": "CREATE TRIGGER z BEFORE INSERT ON {t} EXECUTE FUNCTION refuse_change()",
    "replace the trigger": "CREATE OR REPLACE TRIGGER insert_only AFTER INSERT ON {t} "
    "EXECUTE FUNCTION refuse_change()",
    "rule": "CREATE RULE r AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "view": "CREATE VIEW v AS SELECT * FROM {t}",
    "child table": "CREATE TABLE child () INHERITS ({t})",
    "copy of the table": "CREATE TABLE other AS SELECT * FROM {t}",
    "row security": "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    "policy": "CREATE POLICY p ON {t} USING (false)",
    "drop": "DROP TABLE {t} CASCADE",
    "rename": "ALTER TABLE {t} RENAME TO gone",
    "drop a column": "ALTER TABLE {t} DROP COLUMN {c}",
    "change a column": "ALTER TABLE {t} ALTER COLUMN {c} TYPE text USING 'x'",
    "schema": "ALTER TABLE {t} SET SCHEMA pg_temp",
    "owner": "ALTER TABLE {t} OWNER TO CURRENT_USER",
    "rewrite": "CLUSTER {t}",
    "lock the table": "BEGIN; LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE",
}
COLUMNS = {  # one that could be changed, the key, all that a service may say
    "events": ("body", "stream, version", "stream, version, type, body"),
    "commands": ("outcome", "id", "id, name, digests, outcome"),
    "entries": ("event_id", "position", "position, tx, event_id"),
    "tiles": ("hashes", "level, number, start", "level, number, start, hashes"),
    "checkpoints": ("note", "size", "size, note"),
}


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_of_a_session_does_not_stand_before_one_of_the_log(filled: str, table: str) -> None:
    with connected(filled) as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})")
        cursor.execute(f"SELECT '{table}'::regclass = 'public.{table}'::regclass")
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("attempt", ON_A_TABLE)
def test_a_service_cannot_change_what_is_insert_only(filled: str, attempt: str) -> None:
    before = contents(filled)
    for table, (column, key, every) in COLUMNS.items():
        statement = ON_A_TABLE[attempt].format(t=table, c=column, k=key, all=every)
        with connected(filled) as cursor, pytest.raises(Denied):
            cursor.execute(statement)
    assert contents(filled) == before


ANYWHERE = {
    "become the owner": "SET ROLE {owner}",
    "become the owner's session": "SET SESSION AUTHORIZATION {owner}",
    "triggers off": "SET session_replication_role = replica",
    "triggers off for all": "ALTER SYSTEM SET session_replication_role = replica",
    "triggers off at login": "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "replace the function": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger "
    "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "drop the function": "DROP FUNCTION refuse_change() CASCADE",
    "rename the function": "ALTER FUNCTION refuse_change() RENAME TO gone",
    "a function of one's own": "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER "
    "AS 'SELECT 1'",
    "a table of one's own": "CREATE TABLE mine (a int)",
    "a foreign key": "CREATE TABLE mine (a uuid, b int, "
    "FOREIGN KEY (a, b) REFERENCES events (stream, version) ON DELETE CASCADE)",
    "a schema before public": "CREATE SCHEMA mine",
    "an event trigger": "CREATE EVENT TRIGGER t ON sql_drop EXECUTE FUNCTION refuse_change()",
    "an extension": "CREATE EXTENSION pageinspect",
    "the catalog": "UPDATE pg_trigger SET tgenabled = 'D'",
    "files of the server": "SELECT pg_read_file('postgresql.conf')",
    "write a file of the server": "COPY events TO '/tmp/events'",
    "a program of the server": "COPY events (body) FROM PROGRAM 'echo x'",
    "a file as large object": "SELECT lo_import('/etc/hostname')",
    "the sequence": "SELECT setval('events_id_seq', 1)",
    "a time of one's own": "INSERT INTO checkpoints (size, note, sealed_at) VALUES (9, 'x', now())",
    "a transaction id of one's own": "INSERT INTO events (tx, stream, version, type, body) "
    "VALUES ('1', gen_random_uuid(), 1, 'a', '{{}}')",
    "an id of one's own": "INSERT INTO events (id, stream, version, type, body) "
    "OVERRIDING SYSTEM VALUE VALUES (1, gen_random_uuid(), 1, 'a', '{{}}')",
    "drop what one owns": "DROP OWNED BY {owner}",
    "reassign": "REASSIGN OWNED BY {owner} TO CURRENT_USER",
    "grant oneself the owner": "GRANT {owner} TO CURRENT_USER",
    "more powers": "ALTER ROLE CURRENT_USER SUPERUSER",
    "another role": "CREATE ROLE other",
    "rename the database": "ALTER DATABASE {database} RENAME TO gone",
    "a subscription": "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
    "the migrations": "DELETE FROM chassis_version",
}


@pytest.mark.parametrize("attempt", ANYWHERE)
def test_a_service_cannot_get_around_its_rights(filled: str, bank_url: str, attempt: str) -> None:
    before = contents(filled)
    owner, database = make_url(bank_url).username, make_url(bank_url).database
    with connected(filled) as cursor, pytest.raises(Denied):
        cursor.execute(ANYWHERE[attempt].format(owner=owner, database=database))
    assert contents(filled) == before


def test_a_service_gives_nobody_rights_that_it_has_not(filled: str) -> None:
    """PostgreSQL warns, and grants nothing."""
    with connected(filled) as cursor:
        for what in (*INSERT_ONLY, "SCHEMA public", f"DATABASE {make_url(filled).database}"):
            cursor.execute(f"GRANT ALL ON {what} TO CURRENT_USER, PUBLIC")
        cursor.execute("GRANT EXECUTE ON FUNCTION refuse_change() TO PUBLIC")
    database = Database(filled, pool_size=1)
    assert not may_change_the_log(database)
    database.close()
    with connected(filled) as cursor, pytest.raises(Denied):
        cursor.execute("CREATE TABLE mine (a int)")


def test_copy_only_adds(filled: str) -> None:
    copy = "import sys, psycopg2; psycopg2.connect(sys.argv[1]).cursor().copy_expert(*sys.argv[2:])"
    program = copy.replace("*sys.argv[2:]", "sys.argv[2], sys.stdin")  # COPY is not for green ones
    line = "0b9a6d1e-0000-4000-8000-000000000001\t1\ta\t{}\n"

    def tried(statement: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, filled, statement],
            input=line, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stderr

    columns = "events (stream, version, type, body)"
    assert "cannot perform COPY FREEZE" in tried(f"COPY {columns} FROM STDIN (FREEZE)")
    assert "permission denied" in tried("COPY events FROM STDIN")
    assert "permission denied" in tried("COPY checkpoints (size, note, sealed_at) FROM STDIN")
    assert tried(f"COPY {columns} FROM STDIN") == "", "to add is its right"


def test_a_service_opens_no_other_services_database(filled: str, make_database: Any) -> None:
    other = make_database("other")
    migrate(other, {}, service_url(other, str(make_url(other).database), "x"))
    url = make_url(filled).set(database=make_url(other).database)
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(url.render_as_string(hide_password=False))


def test_the_password_is_that_of_the_url_also_after_a_change(tmp_path: Path) -> None:
    settings = {"fsync": "off"}
    with PrivatePostgres.start(tmp_path / "pg", settings, tcp=True) as server:
        owner = server.create_database("bank")
        for password in ("one", "p@ss/w:rd %"):
            url = service_url(owner, "bank", password)
            migrate(owner, {}, url)
            with connected(url) as cursor:
                cursor.execute("SELECT current_user")
                assert cursor.fetchall() == [("bank",)]
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(service_url(owner, "bank", "one"))


def test_a_login_that_could_change_the_log_is_refused(bank_url: str, login: str) -> None:
    role = str(make_url(login).username)
    with connected(bank_url) as cursor:
        cursor.execute(f'ALTER ROLE "{role}" CREATEROLE')
    with pytest.raises(RoleTooStrong, match=role):
        migrate(bank_url, {}, login)
    with connected(bank_url) as cursor:
        cursor.execute(f'ALTER ROLE "{role}" NOCREATEROLE')
    migrate(bank_url, {}, login)


def test_rights_that_were_given_by_hand_are_taken_back(bank_url: str, filled: str) -> None:
    role = str(make_url(filled).username)
    with connected(bank_url) as cursor:
        cursor.execute(f'GRANT UPDATE, DELETE ON events TO "{role}"')
        cursor.execute("ALTER TABLE events DISABLE TRIGGER insert_only")
        cursor.execute("GRANT TRUNCATE ON tiles TO PUBLIC")
    database = Database(filled, pool_size=1)
    assert may_change_the_log(database)
    migrate(bank_url, {}, filled)
    assert not may_change_the_log(database)
    database.close()
    with connected(bank_url) as cursor, pytest.raises(Denied):
        cursor.execute("DELETE FROM events")


# ---- the owner, who has every right: the triggers refuse, unless they are taken away by name ----

AS_OWNER = {
    "update": ("UPDATE events SET body = '{}'",),
    "delete": ("DELETE FROM events",),
    "truncate": ("TRUNCATE events CASCADE",),
    "triggers off": ("SET session_replication_role = replica", "DELETE FROM events"),
    "upsert": (
        "INSERT INTO commands SELECT * FROM commands ON CONFLICT (id) DO UPDATE SET outcome = ''",
    ),
    "merge": ("MERGE INTO events USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",),
    "writable query": ("WITH gone AS (DELETE FROM events RETURNING *) SELECT * FROM gone",),
    "through a view": ("CREATE VIEW v AS SELECT * FROM events", "DELETE FROM v"),
    "through a rule": (
        "CREATE TABLE mine (a int)",
        "INSERT INTO mine VALUES (1)",
        "CREATE RULE r AS ON DELETE TO mine DO INSTEAD DELETE FROM events",
        "DELETE FROM mine",
    ),
    "through a foreign key": (
        "CREATE TABLE mine (stream uuid, version int, PRIMARY KEY (stream, version))",
        "INSERT INTO mine SELECT stream, version FROM events",
        "ALTER TABLE events ADD FOREIGN KEY (stream, version) REFERENCES mine ON DELETE CASCADE",
        "DELETE FROM mine",
    ),
    "through a parent": (
        "CREATE TABLE parent (body text NOT NULL)",
        "ALTER TABLE events INHERIT parent",
        "DELETE FROM parent WHERE body <> ''",
    ),
    "through a truncated parent": (
        "CREATE TABLE parent (body text NOT NULL)",
        "ALTER TABLE events INHERIT parent",
        "TRUNCATE parent",
    ),
    "as a partition": (
        "CREATE TABLE whole (LIKE tiles) PARTITION BY LIST (level)",
        "ALTER TABLE whole ATTACH PARTITION tiles DEFAULT",
        "UPDATE whole SET hashes = ''",
    ),
}


@pytest.mark.parametrize("attempt", AS_OWNER)
def test_the_triggers_refuse_the_owner_too(filled: str, bank_url: str, attempt: str) -> None:
    before = contents(filled)
    *preparing, last = AS_OWNER[attempt]
    with connected(bank_url) as cursor:
        for statement in preparing:
            cursor.execute(statement)
        with pytest.raises(Denied, match="insert-only"):
            cursor.execute(last)
    assert contents(filled) == before


def test_what_an_owner_can_do_shows_in_the_tree(filled: str, bank_url: str, bank: Bank) -> None:
    """An owner can take the triggers away. Then the sealed hashes differ."""
    with connected(bank_url) as cursor:
        cursor.execute("ALTER TABLE events DISABLE TRIGGER USER")
        cursor.execute("UPDATE events SET body = replace(body, 'bank.AccountOpened', 'bank.Other')")
    tile = tile_reader(bank.database)(0, 0, 256)
    entries = bank.log_reader.entries(0)
    for number, leaf in enumerate(SHA256.leaves([entry.text.encode() for entry in entries])):
        assert tile[number * 32 : number * 32 + 32] != leaf
