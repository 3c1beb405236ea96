"""The supervisor's copy of a log against the log as it is now."""

from collections.abc import Iterator

from chassis.refusal import Refusal
from oversight.copies import Chunk
from oversight.domain.differences import Difference, changed, diagnose
from oversight.domain.finding import Finding
from oversight.domain.refusals import LogsUnreachable
from oversight.ports import Services

KEPT = 2000
"""Differences that are kept for the diagnosis; the first are enough."""


class LiveCheck:
    """Compares one log's own entries with the copy, chunk by chunk."""

    def __init__(self, log: str, services: Services) -> None:
        self._log = log
        self._services = services
        self._differences: list[Difference] = []
        self._shared = 0
        self._end: int | None = None

    def compare(self, chunk: Chunk) -> None:
        """The next entries of the copy. Raises `LogsUnreachable`."""
        position, end = chunk[0][0], chunk[-1][0] + 1
        theirs: dict[int, str] = {}
        while position < end and self._end is None:
            try:
                found = self._services.entries(self._log, position, end)
            except Refusal as error:
                raise LogsUnreachable(logs=self._log) from error
            theirs.update(enumerate(found, position))
            position += len(found)
            if not found:
                self._end = position
        for position, was in chunk:
            now = theirs.get(position)
            if now is not None and now != was and len(self._differences) < KEPT:
                self._differences.append(Difference(position, was, now))
        self._shared = end

    def findings(self, changed_in_copy: set[int]) -> Iterator[Finding]:
        """What became of the log; where the copy itself was changed, what became of the copy."""
        ours = [d for d in self._differences if d.position in changed_in_copy]
        for difference in ours:
            original = Difference(difference.position, difference.now, difference.was)
            finding = changed(self._log, original, where="copy")
            if finding.rule == "boundary-moved":
                yield finding
        theirs = [d for d in self._differences if d.position not in changed_in_copy]
        now = self._shared if self._end is None else self._end
        yield from diagnose(self._log, theirs, self._shared, now)
