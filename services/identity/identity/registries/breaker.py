"""A circuit breaker (熔断): who did not answer again and again is left alone for a while."""

import threading
import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
"""Questions without an answer, one after the other, that open it."""

OPEN_SECONDS: Final = 10.0

Now = Callable[[], float]


class Breaker:
    """Closed: everybody may ask. Open: nobody. After `seconds` one may try; an answer closes it."""

    def __init__(
        self, failures: int = FAILURES, seconds: float = OPEN_SECONDS, now: Now = time.monotonic
    ) -> None:
        self._most = failures
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody may ask at the moment."""
        return self._until is not None and self._now() < self._until

    def may_ask(self) -> bool:
        """Whether to ask now. Who is let through while it is open tries for everybody."""
        with self._lock:
            if self._until is None:
                return True
            if self._now() < self._until:
                return False
            self._until = self._now() + self._seconds  # one tries, the others wait for the outcome
            return True

    def answered(self) -> None:
        """There was an answer: it is closed."""
        with self._lock:
            self._failures, self._until = 0, None

    def failed(self) -> None:
        """There was no answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._until = self._now() + self._seconds
