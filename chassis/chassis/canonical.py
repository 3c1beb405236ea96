"""Canonical JSON (RFC 8785) for what the log holds.

The log holds plain values only: null, booleans, text, integers within ±(2^53 - 1), lists, and
objects whose keys are ASCII. For these the C encoder of the standard library writes exactly the
bytes that RFC 8785 asks for (tested against the `rfc8785` package); everything else is refused,
never rounded.
"""

import json
from typing import Any

MAX_SAFE_INTEGER = 2**53 - 1

_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode


class NotPlain(TypeError):
    """A value that the log cannot hold: a float, a date, a huge integer, a non-ASCII key."""


def canonical(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a plain value. Raises `NotPlain`."""
    check_plain(value)
    return _encode(value).encode("utf-8")


def check_plain(value: Any) -> None:
    """Raise `NotPlain` unless the value can be written canonically."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if kind is int:
        if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            return
        raise NotPlain("an integer beyond 2^53 - 1")
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise NotPlain(f"an object key that is not ASCII text: {key!r}")
            check_plain(item)
        return
    if kind is list or kind is tuple:
        for item in value:
            check_plain(item)
        return
    raise NotPlain(f"a value of type {kind.__name__}")
