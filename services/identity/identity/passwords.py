"""Passwords: kept as argon2id hashes only, and nowhere near an event.

Parameters are OWASP's least for argon2id: 19 MiB, two passes, one lane.
"""

import os
import secrets
import threading
from collections.abc import Callable
from typing import Any, Protocol

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

Run = Callable[..., Any]
"""Calls a function with arguments where it does not hold up others (`eventlet.tpool.execute`)."""


class Hasher(Protocol):
    """Hashes passwords and verifies them."""

    def hash(self, password: str) -> str:
        """The hash to keep, with its parameters and salt."""

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether the password fits; as much work, and false, when nothing is kept."""


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


class Argon2:
    """argon2id. One hash needs 19 MiB for some 20 ms, so only as many run as there are cores."""

    def __init__(self, run: Run = _call) -> None:
        self._hasher = PasswordHasher(
            time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID
        )
        self._run = run
        self._slots = threading.BoundedSemaphore(os.cpu_count() or 2)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """The hash to keep, in PHC format."""
        with self._slots:
            hashed: str = self._run(self._hasher.hash, password)
        return hashed

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether the password fits. Without a kept hash, as much work for a false."""
        with self._slots:
            fits: bool = self._run(self._fits, kept or self._nobody, password)
        return fits and kept is not None

    def _fits(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False
