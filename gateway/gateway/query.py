"""Query strings: text turned into what the contract's fields expect."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import fields

from gateway.refusals import QueryBroken

MAX_PARAMETERS = 64
_WHOLE = re.compile(r"-?[0-9]{1,18}\Z")

Converter = Callable[[str], Any]


def _whole(text: str) -> Any:
    return int(text) if _WHOLE.match(text) else text


def _boolean(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)


def converter_of(field: fields.Field[Any]) -> Converter:
    """What turns a parameter's text into the field's JSON type.

    Text that does not fit stays text, so that the schema says what is wrong with it.
    """
    if isinstance(field, fields.Integer):
        return _whole
    if isinstance(field, fields.Boolean):
        return _boolean
    return str


def parse_query(
    text: str, converters: Mapping[str, Converter]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The parameters of a query string, and what is wrong with them. Raises `QueryBroken`."""
    if not text:
        return {}, {}
    try:
        raw = text.encode("latin-1").decode("utf-8")  # WSGI gives the bytes as Latin-1
        pairs = parse_qsl(
            raw, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError as error:
        raise QueryBroken from error
    values: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for name, value in pairs:
        convert = converters.get(name)
        if convert is None:
            faults[name[:64]] = ["未知参数 / Unknown parameter."]
        elif name in values:
            faults[name] = ["参数重复 / Given twice."]
        else:
            values[name] = convert(value)
    return values, faults
