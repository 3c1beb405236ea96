"""How far each log is read by a verification, so that no cause is missing for an effect.

What the ledger has done was caused by orders, which were caused by listings and admissions. So the
services are asked how long their logs are in the order of effects before causes, and each log has
all that the earlier asked ones rely on. A copy alone cannot be asked so: its logs are followed
independently. There, the last entries that rely on others which were not followed yet are left to a
later verification; `judged` says how far the rules are asked.
"""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any, NamedTuple

from chassis.refusal import Refusal
from oversight.copies import OWN, Copy
from oversight.domain.audit import ORDER
from oversight.domain.refusals import LogsUnreachable
from oversight.ports import Rest, Services

WAIT_SECONDS = 30.0
"""How long a verification waits for the copies to have what the logs have."""

POLL_SECONDS = 0.05
WINDOW = 1000
"""How many of the last entries are looked at for causes that were not followed yet, at first."""


class Horizon(NamedTuple):
    """How far logs are read and judged; what each log shows as its newest checkpoint."""

    ends: dict[str, int]
    judged: dict[str, int]
    notes: dict[str, list[str]]


def offline(copies: Mapping[str, Copy]) -> Horizon:
    """As far as the copies go."""
    ends = {log: copies[log].extent().end for log in ORDER}
    judged: dict[str, int] = {}
    for log in ORDER:
        judged[log] = _judged(copies[log], ends[log], judged)
    return Horizon(ends, judged, {})


def online(copies: Mapping[str, Copy], services: Services, rest: Rest) -> Horizon:
    """As far as the logs go now, once the copies have it too. Raises `LogsUnreachable`.

    A log that is shorter than its copy is read to the copy's end.
    """
    ends: dict[str, int] = {}
    notes: dict[str, list[str]] = {}
    for log in reversed(ORDER):
        followed = copies[log].extent().followed
        if log == OWN:
            ends[log] = followed
            continue
        try:
            note = services.checkpoint(log)
            ends[log] = max(followed, services.size(log))
        except Refusal as error:
            raise LogsUnreachable(logs=log) from error
        notes[log] = [] if note is None else [note]
    _await(copies, ends, rest)
    return Horizon(ends, dict(ends), notes)


def _await(copies: Mapping[str, Copy], ends: Mapping[str, int], rest: Rest) -> None:
    for turn in count():
        have = {log: copies[log].extent().followed for log in ends}
        missing = {log: have[log] for log in reversed(ORDER) if have[log] < ends[log]}
        if not missing:
            return
        if turn * POLL_SECONDS >= WAIT_SECONDS:
            told = (f"{log} {size}/{ends[log]}" for log, size in missing.items())
            raise LogsUnreachable(logs=", ".join(told))
        rest(POLL_SECONDS)


def _judged(copy: Copy, end: int, causes: Mapping[str, int]) -> int:
    """The position of the first of the last entries that relies on what is not there yet."""
    window = WINDOW
    while True:
        start = max(end - window, 0)
        first = next((n for n in _unready(copy, start, end, causes)), end)
        if first > start + window // 2 or start == 0:
            return first
        window *= 2


def _unready(copy: Copy, start: int, end: int, causes: Mapping[str, int]) -> Any:
    for chunk in copy.chunks(start, end):
        for position, text in chunk:
            if any(at >= causes.get(log, at + 1) for log, at in _relied_on(text)):
                yield position


def _relied_on(text: bytes) -> list[tuple[str, int]]:
    """The positions of other logs that an entry says that it relied on or was caused by."""
    try:
        event = json.loads(text)["event"]
        found = list(event["seen"].items())
        cause, _, position = str(event["causation"]).rpartition("/")
        found += [(cause, int(position))] if position.isdecimal() else []
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return []
    return [(log, at) for log, at in found if type(at) is int]
