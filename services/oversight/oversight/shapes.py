"""What msgspec decodes an event's data as: made from the marshmallow schema of its type.

A shape accepts nothing that its schema refuses; where that cannot be said, there is none.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, NotRequired, TypedDict

from marshmallow import Schema, fields, validate
from msgspec import Meta

from chassis.contract import (
    BasisPoints,
    Digest,
    Fen,
    Flag,
    Id,
    LegalDate,
    Region,
    Text,
    Whole,
    is_seen,
)
from oversight.domain.event import MOST, is_plain

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UNTIDY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SEEN = re.compile(r"[!-~\u4e00-\u9fff]")

Check = Callable[[Any], bool]
"""What a decoder cannot check by itself."""


class NoShape(Exception):
    """A schema with a field of which no shape can be made."""


class Shape(NamedTuple):
    """How data is decoded, and what is left to be checked of it.

    `fixed` are fields whose text has one length, which the decoder checks, and a pattern, which it
    does not: all those of an entry are matched at once, which costs a third.
    """

    type: Any
    check: Check | None = None
    fixed: tuple[tuple[str, str], ...] = ()


def shape_of(schema: Schema, *, inner: bool = False) -> Shape:
    """The shape of a schema's data. Raises `NoShape`.

    An `inner` one, of data within data, checks fixed fields by itself.
    """
    if schema.unknown != "raise" or any(getattr(type(schema), "_hooks", {}).values()):
        raise NoShape(type(schema).__name__)
    shape: dict[str, Any] = {}
    checks: list[tuple[str, Check]] = []
    fixed: list[tuple[str, str]] = []
    for name, field in schema.fields.items():
        if field.data_key not in (None, name) or not name.isascii():
            raise NoShape(name)
        if type(field) in _FIXED and field.required and not field.allow_none and not inner:
            pattern, length = _FIXED[type(field)]
            shape[name] = Annotated[str, Meta(min_length=length, max_length=length)]
            fixed.append((name, pattern))
            continue
        found, check = _field(field)
        shape[name] = found if field.required else NotRequired[found]
        if check is not None:
            checks.append((name, check if field.required else _or_none(check)))
    made: Any = TypedDict(type(schema).__name__, shape)  # type: ignore[misc]  # made here
    return Shape(made, _all_of(tuple(checks)) if checks else None, tuple(fixed))


def _all_of(checks: tuple[tuple[str, Check], ...]) -> Check:
    if len(checks) == 1:
        ((only, holds),) = checks
        return lambda data: holds(data.get(only))

    def check(data: dict[str, Any]) -> bool:
        for name, holds in checks:  # noqa: SIM110 - half as slow as all() of a generator
            if not holds(data.get(name)):
                return False
        return True

    return check


def _field(field: fields.Field[Any]) -> tuple[Any, Check | None]:
    shape, check = _base(field)
    if not field.allow_none:
        return shape, check
    return shape | None, None if check is None else _or_none(check)


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _base(field: fields.Field[Any]) -> tuple[Any, Check | None]:
    kind, meta = type(field), _meta(field)
    if kind in _INTEGERS:
        least, most = max(meta.get("ge", -MOST), -MOST), min(meta.get("le", MOST), MOST)
        return Annotated[int, Meta(ge=least, le=most)], None
    if kind in _PLAIN and not meta:
        return _PLAIN[kind]
    if kind is Text or (isinstance(field, fields.String) and _untouched(field, fields.String)):
        return _annotated(str, meta), is_tidy if kind is Text else None
    if isinstance(field, fields.List) and _untouched(field, fields.List):
        inner, check = _field(field.inner)
        many = list[inner]  # type: ignore[valid-type]  # made here, not read by mypy
        return _annotated(many, meta), _each(check)
    if isinstance(field, fields.Nested) and not field.many and not meta:
        nested = shape_of(field.schema, inner=True)
        return nested.type, nested.check
    if kind is fields.Dict and not meta:
        return _dict(field)
    raise NoShape(kind.__name__)


def _each(check: Check | None) -> Check | None:
    return None if check is None else lambda values: all(map(check, values))


def _dict(field: Any) -> tuple[Any, Check | None]:
    keys, values = field.key_field, field.value_field
    if keys is not None and (type(keys) is not fields.String or keys.validators):
        raise NoShape("keys")
    if values is None:
        return dict[str, Any], is_plain
    inner, check = _field(values)

    def fits(value: dict[str, Any]) -> bool:
        return all(map(str.isascii, value)) and (check is None or all(map(check, value.values())))

    return dict[str, inner], fits  # type: ignore[valid-type]  # made here, not read by mypy


def _annotated(shape: Any, meta: dict[str, Any]) -> Any:
    return Annotated[shape, Meta(**meta)] if meta else shape


def _untouched(field: fields.Field[Any], base: type[fields.Field[Any]]) -> bool:
    return all(
        getattr(type(field), name) is getattr(base, name)
        for name in ("deserialize", "_deserialize", "_validate")
    )


def _meta(field: fields.Field[Any]) -> dict[str, Any]:
    """A field's validators as msgspec's constraints."""
    meta: dict[str, Any] = {}
    for validator in field.validators:
        found = _constraint(validator)
        if meta.keys() & found.keys():
            raise NoShape("two validators of one kind")
        meta |= found
    return meta


def _constraint(validator: Any) -> dict[str, Any]:
    kind = type(validator)
    found: dict[str, Any] = {}
    if kind is validate.Range and validator.min_inclusive and validator.max_inclusive:
        found = {"ge": validator.min, "le": validator.max}
    elif kind is validate.Length and validator.equal is None:
        found = {"min_length": validator.min, "max_length": validator.max}
    elif kind is validate.Regexp and not validator.regex.flags & ~re.UNICODE:
        pattern = validator.regex.pattern
        found = {"pattern": pattern if pattern.startswith("^") else f"^(?:{pattern})"}
    elif kind is validate.OneOf and all(isinstance(choice, str) for choice in validator.choices):
        choices = "|".join(map(re.escape, validator.choices))
        found = {"pattern": rf"^(?:{choices})\Z"}
    else:
        raise NoShape(kind.__name__)
    return {name: value for name, value in found.items() if value is not None}


def is_tidy(value: str) -> bool:
    """Text that `Text` accepts: nothing that controls or turns it, normal, something to be seen."""
    if value.isascii() and value.isprintable():
        return not value.isspace()
    if _UNTIDY.search(value) or not unicodedata.is_normalized("NFC", value):
        return False
    return _SEEN.search(value) is not None or any(map(is_seen, value))


@lru_cache(maxsize=4096)
def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_PLAIN: dict[type, tuple[Any, Check | None]] = {
    Id: (Annotated[str, Meta(pattern=rf"^{UUID}\Z")], None),
    Flag: (bool, None),
    LegalDate: (str, _is_date),
}
"""Fields without validators of their own."""

_FIXED = {Id: (UUID, 36), Digest: ("[0-9a-f]{64}", 64), Region: ("34[0-9]{4}", 6)}
"""Fields whose text has one length: pattern and length (a test holds them to their schemas)."""

_INTEGERS = (fields.Integer, Fen, Whole, BasisPoints)
