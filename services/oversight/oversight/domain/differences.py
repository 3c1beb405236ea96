"""How one reading of a log differs from another, and what that is called (差异诊断). Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oversight.domain.alignment import Alignment, align, passed_on
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Rule
from oversight.domain.rules.seals import (
    FieldsKeepTheirBounds,
    NoRefusalIsSuppressed,
    TheLogHasNotShrunk,
    TheLogIsNotSpliced,
    TheLogKeepsItsEntries,
    TheTailIsNotRegrown,
)

LISTED = 10
"""Changed entries that are named one by one at the most."""

FARTHEST = 64
"""How many entries beyond the end of the shorter reading are looked at."""

_REFUSED = ".CommandRefused"


@dataclass(frozen=True, slots=True)
class Difference:
    """A position at which two readings differ: the text that was, and the text that is."""

    position: int
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Ends:
    """Where two readings of a log end: how many entries each has, and what only one of them has.

    `was_more` are the first entries that only the former has, `now_more` those of the latter.
    """

    before: int
    now: int
    was_more: Sequence[str] = ()
    now_more: Sequence[str] = ()


def diagnose(log: str, differences: Sequence[Difference], ends: Ends) -> Iterator[Finding]:
    """What became of a log.

    `differences` are in ascending order and all there are up to the shorter end, or the first of
    them; entries that were added at the end are none.
    """
    before, now = ends.before, ends.now
    if differences:
        was = [*(d.was for d in differences), *ends.was_more]
        found = align(was, [*(d.now for d in differences), *ends.now_more])
        if found.shifted or found.moved:
            yield from _spliced(log, differences, ends, found)
            if now < before and before - now > len(found.gone) - len(found.put):
                yield from _shrunk(log, Ends(before, now))
            return
        if _is_regrown(differences, min(before, now)):
            yield from _suppressed(log, differences)
            yield _finding(TheTailIsNotRegrown, log, differences[0].position)
            if now < before:
                yield from _shrunk(log, ends)
            return
    for difference in differences[:LISTED]:
        yield changed(log, difference, differences)
    if now < before:
        yield from _shrunk(log, ends)


def changed(
    log: str, difference: Difference, others: Sequence[Difference] = (), where: str = "log"
) -> Finding:
    """What was done to one entry: text moved over a field's bound, a refusal taken away, an edit.

    `where` says whose reading was changed: that of the log, or the supervisor's copy.
    """
    position = difference.position
    was, now = _parsed(difference.was), _parsed(difference.now)
    names = ", ".join(sorted(_paths(was, now))) or "bytes"
    pair = [d for d in others if abs(d.position - position) <= 1] or [difference]
    both = [_parsed(d.was) for d in pair], [_parsed(d.now) for d in pair]
    if _moved(was, now) or _moved(*both) or passed_on(was, now) or passed_on(*both):
        return _finding(FieldsKeepTheirBounds, log, position, what=names, where=where)
    if where == "log" and _type(was).endswith(_REFUSED) and not _type(now).endswith(_REFUSED):
        return _finding(NoRefusalIsSuppressed, log, position, what=_code(was))
    return _finding(TheLogKeepsItsEntries, log, position, what=names)


def missing(log: str, position: int, was: str) -> Finding:
    """An entry is not in its place, and what comes after it is."""
    entry = _parsed(was)
    if _type(entry).endswith(_REFUSED):
        return _finding(NoRefusalIsSuppressed, log, position, what=_code(entry))
    return _finding(TheLogIsNotSpliced, log, position, shift=0, what=_type(entry))


def _spliced(
    log: str, differences: Sequence[Difference], ends: Ends, found: Alignment
) -> Iterator[Finding]:
    first = differences[0].position
    was = [*(d.was for d in differences), *ends.was_more]
    now = [*(d.now for d in differences), *ends.now_more]
    gone = {place: _parsed(was[place]) for place in found.gone}
    refused = {place: each for place, each in gone.items() if _type(each).endswith(_REFUSED)}
    for place, entry in list(refused.items())[:LISTED]:
        yield _finding(NoRefusalIsSuppressed, log, first + place, what=_code(entry))
    others = [entry for place, entry in gone.items() if place not in refused]
    put = [_parsed(now[place]) for place in found.put]
    if others or put or found.moved or not refused:
        shift = len(found.gone) - len(found.put)
        what = ", ".join(map(_type, [*others, *put][:LISTED])) or "-"
        yield _finding(TheLogIsNotSpliced, log, first, shift=shift, what=what)


def _suppressed(log: str, differences: Sequence[Difference]) -> Iterator[Finding]:
    """The refusals that a replaced tail does not hold any more."""
    kept = {_event(difference.now) for difference in differences}
    for difference in differences:
        entry = _parsed(difference.was)
        if _type(entry).endswith(_REFUSED) and _event(difference.was) not in kept:
            yield _finding(NoRefusalIsSuppressed, log, difference.position, what=_code(entry))


def _is_regrown(differences: Sequence[Difference], end: int) -> bool:
    """Whether all from a place on are other events: to the end, or to what came later in both."""
    first, last = differences[0].position, differences[-1].position
    if last - first != len(differences) - 1:
        return False
    if last == end - 1:
        return not _same_event(differences[0])
    return len(differences) > 1 and not any(map(_same_event, differences))


def _event(text: str) -> str:
    """An entry without its place."""
    return text.rpartition(',"log":')[0]


def _same_event(difference: Difference) -> bool:
    """Whether it still claims to be the same event of the same thing."""
    was, now = _parsed(difference.was), _parsed(difference.now)
    names = ("stream", "version", "command")
    one, other = (entry.get("event") for entry in (was, now))
    if not isinstance(one, dict) or not isinstance(other, dict):
        return True
    alike = [name for name in names if one.get(name) == other.get(name)]
    return len(alike) >= 2


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _type(entry: dict[str, Any]) -> str:
    event = entry.get("event")
    return str(event.get("type")) if isinstance(event, dict) else "-"


def _code(entry: dict[str, Any]) -> str:
    data = entry["event"].get("data")
    return str(data.get("code")) if isinstance(data, dict) else "-"


def _paths(was: Any, now: Any, path: str = "") -> Iterator[str]:
    """The names of what differs, as `event.data.fen`."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in was.keys() | now.keys():
            yield from _paths(was.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif was != now:
        yield path


def _moved(was: Any, now: Any) -> bool:
    """Whether the same text is only cut elsewhere into fields."""
    one, other = list(_scalars(was)), list(_scalars(now))
    return one != other and "".join(one) == "".join(other)


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name in sorted(value):
            yield from _scalars(value[name])
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif value is not None:
        yield str(value)


def _shrunk(log: str, ends: Ends) -> Iterator[Finding]:
    """The tail is gone, and the refusals that were in it."""
    for place, text in enumerate(ends.was_more, ends.now):
        entry = _parsed(text)
        if _type(entry).endswith(_REFUSED):
            yield _finding(NoRefusalIsSuppressed, log, place, what=_code(entry))
    yield TheLogHasNotShrunk.finding(log, ends.now, {"before": ends.before, "now": ends.now})


def _finding(rule: type[Rule], log: str, at: int, /, **breach: object) -> Finding:
    return rule.finding(log, at, {"position": at, **breach})
