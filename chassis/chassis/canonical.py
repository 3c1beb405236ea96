"""Canonical JSON (RFC 8785) for what the log holds.

The log holds plain values only: null, booleans, text, integers within ±(2^53 - 1), lists, and
objects whose keys are ASCII. For these msgspec writes exactly the bytes that RFC 8785 asks for
(tested against the `rfc8785` package); everything else is refused, never rounded.
"""

from typing import Any, Final

from msgspec.json import Encoder

MAX_SAFE_INTEGER = 2**53 - 1

_PLAIN = frozenset({str, bool, type(None)})
"""What any value of is plain."""


class NotPlain(TypeError):
    """A value that the log cannot hold: a float, a date, a huge integer, a non-ASCII key."""


compact: Final = Encoder(order="deterministic").encode
"""The same JSON for what the log does not hold (digests, outcomes): nothing is checked."""


def canonical(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a plain value. Raises `NotPlain`."""
    check_plain(value)
    return compact(value)


def check_plain(value: Any) -> None:
    """Raise `NotPlain` unless the value can be written canonically."""
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is int:
        if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            return
        raise NotPlain("an integer beyond 2^53 - 1")
    if kind is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                raise NotPlain(f"an object key that is not ASCII text: {key!r}")
        value = value.values()
    elif kind is not list and kind is not tuple:
        raise NotPlain(f"a value of type {kind.__name__}")
    for item in value:
        if type(item) not in _PLAIN:
            check_plain(item)
