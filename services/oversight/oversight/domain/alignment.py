"""Two readings of a stretch of a log, laid side by side: what is gone, put in, or elsewhere."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_NAMES = ("command", "type", "stream", "recorded_at")


@dataclass(slots=True)
class Alignment:
    """Places (from 0) in the former reading that are gone, in the latter that were put in.

    `shifted` counts what stands at another place though it kept its order, `moved` what lost it.
    """

    gone: list[int] = field(default_factory=list)
    put: list[int] = field(default_factory=list)
    shifted: int = 0
    moved: int = 0


def align(was: Sequence[str], now: Sequence[str]) -> Alignment:
    """Lay two readings side by side; what only one has after the other's end is not counted.

    An entry is known again by its command, type, stream and time: neither by its place nor by its
    version, which close up when others are taken out.
    """
    before, after = [_identity(text) for text in was], [_identity(text) for text in now]
    left, right = Counter(before), Counter(after)
    found, waiting = Alignment(), Counter[str]()
    i = j = 0
    while i < len(before) and j < len(after):
        one, other = before[i], after[j]
        if waiting[other]:  # it was passed over earlier: it stands later now
            waiting[other] -= 1
            right[other] -= 1
            found.moved += 1
            j += 1
        elif one == other:
            left[one] -= 1
            right[other] -= 1
            found.shifted += i != j
            i, j = i + 1, j + 1
        elif not left[other]:
            right[other] -= 1
            found.put.append(j)
            j += 1
        else:
            left[one] -= 1
            if right[one]:
                waiting[one] += 1
            else:
                found.gone.append(i)
            i += 1
    found.moved += sum(min(waiting[each], 1) for each in after[j:])
    return found


def passed_on(was: Any, now: Any) -> bool:
    """Whether all that changed is text that left the edge of one field for the edge of another."""
    before, after = dict(_leaves(was)), dict(_leaves(now))
    if before.keys() != after.keys():
        return False
    lost, won = Counter[str](), Counter[str]()
    for path, text in before.items():
        other = after[path]
        if text == other:
            continue
        longer, shorter = (text, other) if len(text) > len(other) else (other, text)
        if longer.startswith(shorter):
            piece = longer[len(shorter) :]
        elif longer.endswith(shorter):
            piece = longer[: len(longer) - len(shorter)]
        else:
            return False
        (lost if longer is text else won)[piece] += 1
    return bool(lost) and lost == won


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}.{number}")
    else:
        yield path, "" if value is None else str(value)


def _identity(text: str) -> str:
    try:
        event = json.loads(text)["event"]
        return "/".join(str(event.get(name)) for name in _NAMES)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return text
