"""A private RabbitMQ, from an installed ``rabbitmq-server``: own node, folders, ports and cookie.

It runs beside any other RabbitMQ of the machine: its Erlang port mapper (epmd) listens on a port
of its own, everything binds to 127.0.0.1, and all of it ends with :meth:`PrivateRabbit.stop`.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from .process import (
    FolderLock,
    ServerMissing,
    ServerNotStarted,
    ServerRefused,
    die_with_parent,
    free_port,
    log_tail,
    stop_process,
    wait_until,
)

NODE = "wanchuang@localhost"
CALLS = 4
UNREACHED = "failed to connect to node"
ATTEMPTS = 3  # a free port may be taken between looking and binding

# Debian's /usr/sbin/rabbitmq-server changes to the user rabbitmq: prefer the script behind it.
SCRIPTS = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
    Path("/opt/rabbitmq/sbin/rabbitmq-server"),
)

PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"

CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 33554432
log.console = false
log.file.level = warning
"""


def server_program() -> Path:
    """Return the program ``rabbitmq-server``.

    Raises:
        ServerMissing: it is not installed; the message says what to install.
    """
    for script in SCRIPTS:
        if script.exists():
            return script
    found = shutil.which("rabbitmq-server")
    if found is None or shutil.which("epmd") is None:
        raise ServerMissing(
            "未找到 rabbitmq-server。Debian/Ubuntu:sudo apt-get install rabbitmq-server;"
            "macOS:brew install rabbitmq;或设置 AMQP_URL 指向已有的 RabbitMQ(3.10 或更新)。",
            "rabbitmq-server was not found. Debian/Ubuntu: sudo apt-get install rabbitmq-server; "
            "macOS: brew install rabbitmq; or point AMQP_URL at a RabbitMQ (3.10 or newer) of "
            "yours.",
        )
    return Path(found)


class PrivateRabbit:
    """A running broker; make one with :meth:`start`, end it with :meth:`stop` or ``with``."""

    def __init__(self, folder: Path, lock: FolderLock) -> None:
        """For :meth:`start` only."""
        self.folder = folder
        self.log = folder / "server.log"
        self.port = 0
        self._epmd_port = 0
        self._dist_port = 0
        self._lock = lock
        self._children: list[subprocess.Popen[bytes]] = []

    @classmethod
    def start(cls, data_dir: Path, timeout: float = 60.0) -> Self:
        """Start a broker on `data_dir` (made if absent), with what it holds, within `timeout` s.

        Raises:
            ServerMissing: ``rabbitmq-server`` is not installed.
            FolderInUse: another process works on the folder.
            ServerNotStarted: the broker did not answer in time.
        """
        program = server_program()
        folder = data_dir.expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        broker = cls(folder, FolderLock(folder))
        try:
            broker._prepare()
            for attempt in range(1, ATTEMPTS + 1):
                if broker._run(program, timeout):
                    return broker
                broker._stop_children(timeout=5.0)
                if attempt == ATTEMPTS:
                    break
        except BaseException:
            broker._stop_children(timeout=5.0)
            broker._lock.release()
            raise
        broker._lock.release()
        raise ServerNotStarted(
            f"RabbitMQ 未能启动,日志见 {folder}",
            f"RabbitMQ did not start; its log {broker.log} ends with:\n{log_tail(broker.log)}",
        )

    @property
    def url(self) -> str:
        """The AMQP URL of the broker's default virtual host."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def create_vhost(self, name: str) -> str:
        """Create the virtual host `name` unless it is there, and return its URL."""
        everything = '<<".*">>, <<".*">>, <<".*">>'
        self._evaluate(
            f'rabbit_vhost:add(<<"{name}">>, <<"guest">>), '
            "rabbit_auth_backend_internal:set_permissions"
            f'(<<"guest">>, <<"{name}">>, {everything}, <<"guest">>).'
        )
        return self.url + quote(name, safe="")

    def delete_vhost(self, name: str) -> None:
        """Delete the virtual host `name` with all its queues and exchanges."""
        self._evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"guest">>).')

    def stop(self, timeout: float = 20.0) -> None:
        """Stop the broker and its port mapper. A second call does nothing."""
        if self._children:
            self._stop_children(timeout)
            self._lock.release()

    def __enter__(self) -> Self:
        """Return the broker."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the broker."""
        self.stop()

    def _prepare(self) -> None:
        """Make the folders and the files that do not depend on a port."""
        for name in ("home", "data", "logs", "generated"):
            (self.folder / name).mkdir(exist_ok=True)
        cookie = self.folder / "home" / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(20), "ascii")
            cookie.chmod(0o400)
        (self.folder / "enabled_plugins").write_text("[].\n", "ascii")
        (self.folder / "env.conf").write_text("", "ascii")
        (self.folder / "advanced.config").write_text("[].\n", "ascii")

    def _run(self, program: Path, timeout: float) -> bool:
        """Start the port mapper and the broker; tell whether it answers."""
        self.port, self._epmd_port, self._dist_port = free_port(), free_port(), free_port()
        configuration = CONFIGURATION.format(port=self.port)
        (self.folder / "rabbitmq.conf").write_text(configuration, "ascii")
        epmd = self._spawn(["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"])
        wait_until(lambda: _accepts(self._epmd_port) or epmd.poll() is not None, timeout)
        node = self._spawn([str(program)])
        wait_until(lambda: _is_broker(self.port) or node.poll() is not None, timeout, 0.1)
        return node.poll() is None and _is_broker(self.port)

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call
            )
        self._children.append(child)
        return child

    def _stop_children(self, timeout: float) -> None:
        """Stop the broker, then its port mapper (which keeps a node's name until that ends)."""
        while self._children:
            stop_process(self._children.pop(), signal.SIGTERM, timeout)

    def _environment(self) -> dict[str, str]:
        """Return the environment of the broker: ours, less every setting of another RabbitMQ."""
        foreign = ("RABBITMQ_", "ERL_", "LD_PRELOAD")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        address = "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            **inherited,
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_MAX_PORTS": "8192",
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_PID_FILE": str(self.folder / "server.pid"),
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            "RABBITMQ_MAX_NUMBER_OF_PROCESSES": "65536",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": address,
            # The start script then becomes the server instead of staying in front of it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _evaluate(self, expression: str) -> None:
        """Evaluate Erlang in the running node (some 20 ms, where ``rabbitmqctl`` takes 2 s)."""
        cookie = (self.folder / "home" / ".erlang.cookie").read_text("ascii")
        for attempt in range(CALLS):
            done = subprocess.run(
                ["erl_call", "-c", cookie, "-address", f"127.0.0.1:{self._dist_port}", "-e"],
                input=expression + "\n",
                capture_output=True,
                text=True,
                check=False,
                timeout=30,
                env=self._environment(),
            )
            if UNREACHED not in done.stdout + done.stderr:
                break
            time.sleep(0.2 * 2**attempt)  # a busy node takes no call, and nothing was done
        if done.returncode != 0 or not done.stdout.startswith("{ok, ok}"):
            detail = (done.stdout + done.stderr).strip()
            raise ServerRefused(f"RabbitMQ 拒绝:{detail}", f"RabbitMQ refused: {detail}")


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return True
    except OSError:
        return False


def _is_broker(port: int) -> bool:
    """Tell whether a broker that is ready for clients answers the AMQP protocol header."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as probe:
            probe.sendall(PROTOCOL_HEADER)
            return probe.recv(1) == b"\x01"  # a method frame: connection.start
    except OSError:
        return False
