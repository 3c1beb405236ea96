"""The private servers start, keep their data, survive a kill and leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import amqp
import psutil
import psycopg2
import pytest

from wanchuang.servers import (
    FolderInUse,
    PrivatePostgres,
    PrivateRabbit,
    ServerMissing,
    ServerRefused,
)
from wanchuang.servers import rabbitmq as rabbitmq_module
from wanchuang.servers.process import wait_until

FAST = {"fsync": "off"}


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="wc-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def server_processes(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if str(folder) in " ".join(process.info["cmdline"] or [])
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def test_postgres_keeps_its_data_over_a_restart(folder: Path) -> None:
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        url = server.create_database("identity")
        query(url, "CREATE TABLE t AS SELECT '皖' AS name")
        assert server.create_database("identity") == url, "creating it again changes nothing"
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        assert query(server.url("identity"), "SELECT name FROM t") == [("皖",)]
    assert server_processes(folder) == []


def test_postgres_settings_of_a_start_hold(folder: Path) -> None:
    with PrivatePostgres.start(folder / "pg", {"fsync": "off", "commit_delay": "5000"}) as server:
        assert query(server.url(), "SHOW commit_delay") == [("5000",)]
        assert query(server.url(), "SHOW shared_buffers") == [("32MB",)]
        assert query(server.url(), "SHOW listen_addresses") == [("",)]
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        assert query(server.url(), "SHOW commit_delay") == [("0",)]


def test_postgres_begins_again_after_a_first_start_that_was_cut_short(folder: Path) -> None:
    (folder / "pg" / "cluster.new" / "base").mkdir(parents=True)
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        assert query(server.url(), "SELECT 1") == [(1,)]
    assert not (folder / "pg" / "cluster.new").exists()


def test_postgres_drops_a_database_in_use(folder: Path) -> None:
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        user = psycopg2.connect(server.create_database("matching"))
        server.drop_database("matching")
        server.drop_database("matching")
        user.close()
        names = query(server.url(), "SELECT datname FROM pg_database WHERE datname = 'matching'")
        assert names == []


def test_postgres_over_tcp_wants_its_password(folder: Path) -> None:
    with PrivatePostgres.start(folder / "pg", FAST, tcp=True) as server:
        assert query(server.url(), "SELECT 1") == [(1,)]
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(f"postgresql://postgres:wrong@127.0.0.1:{server.port}/postgres")


def test_postgres_socket_path_may_be_long(folder: Path) -> None:
    deep = folder / "数据" / ("x" * 60) / ("y" * 60)
    with PrivatePostgres.start(deep, FAST) as server:
        assert query(server.url(), "SELECT 1") == [(1,)]
    with PrivatePostgres.start(deep, FAST) as server:
        assert query(server.url("postgres"), "SELECT 2") == [(2,)]


def test_a_data_folder_serves_one_process(folder: Path) -> None:
    with PrivatePostgres.start(folder / "pg", FAST):
        with pytest.raises(FolderInUse, match=str(os.getpid())) as refused:
            PrivatePostgres.start(folder / "pg", FAST)
        assert refused.value.code == "data-folder-in-use"
        assert "数据目录" in refused.value.zh


def test_postgres_after_kill_of_the_server(folder: Path) -> None:
    """A pid file of nobody, and a cluster that was not shut down: recovery."""
    server = PrivatePostgres.start(folder / "pg")
    query(server.create_database("ledger"), "CREATE TABLE t AS SELECT 1 AS fen")
    pid = int((folder / "pg/cluster/postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, 10)
    server.stop()
    assert (folder / "pg/cluster/postmaster.pid").exists()
    with PrivatePostgres.start(folder / "pg") as again:
        assert query(again.url("ledger"), "SELECT fen FROM t") == [(1,)]


def test_postgres_pid_file_of_another_process(folder: Path) -> None:
    """After a reboot the number in the pid file may be anybody's: it is left alone."""
    PrivatePostgres.start(folder / "pg", FAST).stop()
    pid_file = folder / "pg/cluster/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder / 'pg/cluster'}\n0\n5432\n\n\n0 0\nready\n")
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        assert query(server.url(), "SELECT 1") == [(1,)]


CHILD = """
import pathlib, signal, sys, time
from wanchuang.servers import PrivatePostgres, process, postgres
if sys.argv[2] == "orphan":
    postgres.die_with_parent = lambda stop_signal: None
server = PrivatePostgres.start(pathlib.Path(sys.argv[1]))
server.create_database("ledger")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("way", ["orphan", "dies-with-us"])
def test_postgres_after_kill_of_its_owner(folder: Path, way: str) -> None:
    """``kill -9`` of the platform: its server ends too, or is stopped at the next start."""
    owner = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder / "pg"), way], stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    pid = int((folder / "pg/cluster/postmaster.pid").read_text().split()[0])
    owner.kill()
    owner.wait()
    owner.stdout.close()
    if way == "dies-with-us":
        assert wait_until(lambda: server_processes(folder) == [], 15)
    else:
        assert psutil.pid_exists(pid)
    with PrivatePostgres.start(folder / "pg", FAST) as server:
        assert query(server.url("ledger"), "SHOW fsync") == [("off",)]
    assert server_processes(folder) == []


def connect(url: str) -> amqp.Connection:
    address, vhost = url.removeprefix("amqp://guest:guest@").split("/")
    connection = amqp.Connection(
        host=address, virtual_host=vhost or "/", connect_timeout=10, confirm_publish=True
    )
    connection.connect()
    return connection


def brokers() -> set[int]:
    """Our broker processes; other tests of this run may have one under way."""
    return {
        process.pid
        for process in psutil.Process().children(recursive=True)
        if process.name() in {"beam.smp", "epmd"}
    }


def test_rabbit_runs_keeps_queues_and_leaves_nothing(folder: Path) -> None:
    before = brokers()
    with PrivateRabbit.start(folder / "mq", timeout=110) as broker:
        connection = connect(broker.url)
        channel = connection.channel()
        arguments = {"x-queue-type": "quorum"}
        channel.queue_declare("kept", durable=True, auto_delete=False, arguments=arguments)
        channel.basic_publish(amqp.Message("皖", delivery_mode=2), routing_key="kept")
        connection.close()

        vhost = broker.create_vhost("tenant")
        assert broker.create_vhost("tenant") == vhost
        connect(vhost).close()
        broker.delete_vhost("tenant")
        with pytest.raises(amqp.exceptions.AMQPError):
            connect(vhost)
        with pytest.raises(ServerRefused, match="no_such_vhost"):
            broker.delete_vhost("tenant")
        assert len(brokers() - before) == 2, "a node and its epmd"
    assert server_processes(folder) == []

    with PrivateRabbit.start(folder / "mq", timeout=110) as broker:
        connection = connect(broker.url)
        message = connection.channel().basic_get("kept", no_ack=True)
        assert message is not None
        assert message.body == "皖"
        connection.close()
    assert brokers() == before


def test_missing_rabbit_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rabbitmq_module, "SCRIPTS", ())
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(ServerMissing, match="apt-get install rabbitmq-server") as missing:
        PrivateRabbit.start(folder / "mq")
    assert missing.value.code == "server-missing"
    assert "未找到" in missing.value.zh


def test_fixtures(database_url: str, vhost_url: str) -> None:
    assert query(database_url, "SELECT 1") == [(1,)]
    connect(vhost_url).close()
