"""Reading ahead: the next chunk of a run is read while the one before it is written.

What is read ahead is one snapshot like any other: who got a voucher since then has a stream with a
first version, which nothing can be written over; the chunk is then decided anew.
"""

import threading
from collections.abc import Callable

from voucher_ledger.domain.chunk import Chunk

Place = tuple[str, str, int]
"""Which chunk: the run, where it begins, how many it considers."""


class _Reading(threading.Thread):
    def __init__(self, place: Place, read: Callable[[], Chunk | None]) -> None:
        super().__init__(name="reads ahead", daemon=True)
        self.place = place
        self.chunk: Chunk | None = None
        self.error: Exception | None = None
        self._read = read

    def run(self) -> None:
        try:
            self.chunk = self._read()
        except Exception as error:  # noqa: BLE001 - raised where the chunk is taken
            self.error = error


class ReadAhead:
    """The one chunk that is being read ahead, if any."""

    def __init__(self) -> None:
        self._reading: _Reading | None = None

    def begin(self, place: Place, read: Callable[[], Chunk | None]) -> None:
        """Read a chunk meanwhile."""
        self._reading = _Reading(place, read)
        self._reading.start()

    def taken(self, place: Place) -> Chunk | None:
        """The chunk, once; None when another or nothing was read. Raises what reading raised."""
        reading, self._reading = self._reading, None
        if reading is None or reading.place != place:
            return None
        reading.join()
        if reading.error is not None:
            raise reading.error
        return reading.chunk
