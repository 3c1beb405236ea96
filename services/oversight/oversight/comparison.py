"""The supervisor's copy of a log against the log as it is now."""

import re
from collections.abc import Iterator

from chassis.refusal import Refusal
from oversight.copies import Chunk
from oversight.domain.differences import (
    FARTHEST,
    LISTED,
    Difference,
    Ends,
    changed,
    diagnose,
    missing,
)
from oversight.domain.finding import Finding
from oversight.domain.refusals import LogsUnreachable
from oversight.domain.rules.seals import FieldsKeepTheirBounds
from oversight.ports import Services

KEPT = 2000
"""Differences that are kept for the diagnosis; the first are enough."""


_POSITION = re.compile(r',"position":(\d{1,18})}$', re.ASCII)


class LiveCheck:
    """Compares one log's own entries with the copy, chunk by chunk."""

    def __init__(self, log: str, services: Services) -> None:
        self._log = log
        self._services = services
        self._differences: list[Difference] = []
        self._end = 0
        self._live_end: int | None = None
        self._gone: list[str] = []
        self._holes: list[tuple[int, str]] = []

    def compare(self, chunk: Chunk) -> None:
        """The next entries of the copy. Raises `LogsUnreachable`."""
        self._end = chunk[-1][0] + 1
        theirs = self._read(chunk[0][0], self._end)
        for position, text in chunk:
            now, was = theirs.get(position), text.decode(errors="replace")
            if now is None and self._live_end is None:
                self._holes.append((position, was))
            elif now is None:
                self._gone += [was] if len(self._gone) < FARTHEST else []
            elif now != was and len(self._differences) < KEPT:
                self._differences.append(Difference(position, was, now))

    def findings(self, changed_in_copy: set[int]) -> Iterator[Finding]:
        """What became of the log; where the copy itself was changed, what became of the copy."""
        theirs: list[Difference] = []
        for difference in self._differences:
            if difference.position not in changed_in_copy:
                theirs.append(difference)
                continue
            original = Difference(difference.position, difference.now, difference.was)
            finding = changed(self._log, original, where="copy")
            if finding.rule == FieldsKeepTheirBounds.id:
                yield finding
        grown = self._read(self._end, self._end + FARTHEST) if theirs else {}
        now = self._end + len(grown) if self._live_end is None else self._live_end
        ends = Ends(self._end, now, self._gone, list(grown.values()))
        yield from diagnose(self._log, theirs, ends)
        for position, was in self._holes[:LISTED]:
            yield missing(self._log, position, was)

    def _read(self, position: int, end: int) -> dict[int, str]:
        found: dict[int, str] = {}
        while position < end and self._live_end is None:
            try:
                texts = self._services.entries(self._log, position, end)
            except Refusal as error:
                raise LogsUnreachable(logs=self._log) from error
            for text in texts:
                position = max(position, _place(text))  # it may have left some out
                found[position] = text
                position += 1
            if not texts and end <= self._end:
                self._live_end = position
            elif not texts:
                break
        return found


def _place(text: str) -> int:
    """The position that an entry says it has; -1 when it says none."""
    found = _POSITION.search(text)
    return int(found[1]) if found else -1
