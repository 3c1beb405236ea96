"""Request bodies: at most 1 MB, one JSON object that can be read in one way only."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final, NoReturn

import eventlet
from eventlet.wsgi import ChunkReadError

from chassis.bus.wire import CLOSE, HttpRefusal, RequestTimeout
from gateway.refusals import (
    BodyIncomplete,
    BodyTooLarge,
    BodyUnexpected,
    ContentTypeWrong,
    JsonBroken,
)

MAX_BODY: Final = 1_000_000
"""Bytes."""

MAX_DEPTH: Final = 16
BODY_SECONDS = 20.0
"""How long a body may take to arrive."""

_PIECE: Final = 1 << 16

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A string, also one that does not end (so that none is read twice), or a bracket."""

_TYPE = re.compile(r"application/json\s*(;\s*charset\s*=\s*\"?utf-?8\"?\s*)?;?\s*\Z", re.IGNORECASE)


def no_body(environ: Mapping[str, Any]) -> None:
    """Refuse a body where there is none to be. Raises `BodyUnexpected`."""
    if environ.get("CONTENT_LENGTH", "0").strip("0") or "HTTP_TRANSFER_ENCODING" in environ:
        raise BodyUnexpected


def read_object(environ: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object of a request; `{}` when it has no body. Raises an `HttpRefusal`."""
    raw = _read(environ)
    if not raw:
        return {}
    declared = environ.get("CONTENT_TYPE") or ""
    if not _TYPE.match(declared) or environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise ContentTypeWrong
    return parse_object(raw)


def _read(environ: Mapping[str, Any]) -> bytes:
    """The body's bytes, never holding more than `MAX_BODY` and a piece of them."""
    length = environ.get("CONTENT_LENGTH")
    if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    expected = None if length is None else int(length)
    if expected == 0:
        return b""
    if expected is not None and expected > MAX_BODY:
        _refuse(environ, BodyTooLarge(most=MAX_BODY))
    source = environ["wsgi.input"]
    try:
        with eventlet.Timeout(BODY_SECONDS):
            if expected is not None:
                raw: bytes = source.read(expected)
            else:
                raw = _read_chunks(environ, source)
    except eventlet.Timeout:
        _refuse(environ, RequestTimeout())
    except (ChunkReadError, OSError):
        _refuse(environ, BodyIncomplete())
    if expected is not None and len(raw) != expected:
        _refuse(environ, BodyIncomplete())
    return raw


def _read_chunks(environ: Mapping[str, Any], source: Any) -> bytes:
    pieces: list[bytes] = []
    total = 0
    while piece := source.read(_PIECE):
        pieces.append(piece)
        total += len(piece)
        if total > MAX_BODY:
            _refuse(environ, BodyTooLarge(most=MAX_BODY))
    return b"".join(pieces)


def _refuse(environ: Mapping[str, Any], refusal: HttpRefusal) -> NoReturn:
    """Refuse with the rest of the body unread: the connection cannot be used again."""
    if close := environ.get(CLOSE):
        close()
    raise refusal


def parse_object(raw: bytes) -> dict[str, Any]:
    """One JSON object (RFC 8259) in UTF-8. Raises `JsonBroken`.

    Refused besides broken JSON: a key given twice, NaN and the infinities (also as 1e999), nesting
    deeper than `MAX_DEPTH`, lone surrogates, numbers of thousands of digits.
    """
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise JsonBroken(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")
    try:
        found = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise JsonBroken("不是 UTF-8 编码", "not UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise JsonBroken(f"第 {error.lineno} 行第 {error.colno} 列", where) from error
    except RecursionError as error:
        raise JsonBroken(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise JsonBroken("数字过大", "a number is too large") from error
    if not isinstance(found, dict):
        raise JsonBroken("顶层应为对象", "the top level must be an object")
    if b"\\ud" in raw or b"\\uD" in raw:
        _refuse_lone_surrogates(found)
    return found


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for token in _TOKEN.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _refuse_lone_surrogates(found: dict[str, Any]) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise JsonBroken("含有不成对的代理字符", "a lone surrogate") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonBroken("字段重复", "a key is given twice")
    return found


def _constant(name: str) -> NoReturn:
    raise JsonBroken(f"不允许 {name}", f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise JsonBroken("数字过大", "a number is too large")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, strict=True
)
