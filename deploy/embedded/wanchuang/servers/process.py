"""What both private servers need of the operating system: a folder lock, ports, child processes."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

LOG_TAIL_LINES = 15


class ServerError(RuntimeError):
    """A private server cannot be used; ``code`` is stable, the message is Chinese and English."""

    code = "server-error"

    def __init__(self, zh: str, en: str) -> None:
        """Keep both messages, in ``zh`` and ``en``."""
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en


class ServerMissing(ServerError):
    """The program of a server is not installed; the message says what to install."""

    code = "server-missing"


class ServerNotStarted(ServerError):
    """The program did not become ready; the message ends with the last lines of its log."""

    code = "server-not-started"


class ServerRefused(ServerError):
    """A running server refused what it was asked to do."""

    code = "server-refused"


class FolderInUse(ServerError):
    """Another living process works on the data folder."""

    code = "data-folder-in-use"


class FolderLock:
    """An exclusive lock on a data folder, given back by the kernel however its holder ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            FolderInUse: a living process holds it.
        """
        self._file: IO[str] = (folder / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip() or "?"
            self._file.close()
            raise FolderInUse(
                f"数据目录正被另一进程使用(进程号 {holder}):{folder}",
                f"the data folder is in use by another process (pid {holder}): {folder}",
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        self._file.close()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """Return a ``preexec_fn`` that has the kernel send `stop_signal` when our process dies.

    So a ``kill -9`` leaves no server behind (Linux; elsewhere it does nothing). The signal comes
    when the *thread* that started the child ends: start servers from the main thread.
    """

    def in_child() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)

    return in_child


def stop_process(
    process: subprocess.Popen[bytes], stop_signal: signal.Signals, timeout: float
) -> None:
    """Send `stop_signal`, wait up to `timeout` seconds, then kill; a process that ended is left."""
    if process.poll() is not None:
        return
    process.send_signal(stop_signal)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout)


def wait_until(ready: Callable[[], bool], timeout: float, interval: float = 0.02) -> bool:
    """Call `ready` every `interval` seconds until it holds or `timeout` seconds are over."""
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def log_tail(log: Path) -> str:
    """Return the last lines of a server's log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-LOG_TAIL_LINES:])
