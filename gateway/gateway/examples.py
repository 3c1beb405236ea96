"""Examples of input, made from the fields themselves, so that they always fit.

A field whose pattern nothing here fits says its own: `metadata={"example": …}`.
"""

from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.contract import Contract

ID = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d10"
_CANDIDATES: tuple[Any, ...] = (
    True,
    "anhui.user",
    "CYQ-HF",
    "340100",
    "2026-12-31",
    ID,
    "ab" * 32,
    "ab" * 8,
    300_000,
    3_000,
    2026,
    100,
    1,
    "示例文字 example",
    "12345678",
    {},
    False,
)
"""Tried in this order: the first that the field takes is its example."""

_TEXT_FIRST = ("示例文字 example", "anhui.user")
_PASSWORD = "a passphrase of your own"  # noqa: S105 - shown, not used


def example_of(field: fields.Field[Any]) -> Any:
    """A value that the field takes. Raises `TypeError` when it has to name one itself."""
    if "example" in field.metadata:
        return field.metadata["example"]
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            return next(iter(validator.choices))
    if isinstance(field, fields.List):
        return [example_of(field.inner)]
    if isinstance(field, fields.UUID):
        return ID
    if field.metadata.get("format") == "password":
        return _PASSWORD
    plain = isinstance(field, fields.String) and not any(
        isinstance(validator, validate.Regexp) for validator in field.validators
    )
    for candidate in (*_TEXT_FIRST, *_CANDIDATES) if plain else _CANDIDATES:
        try:
            field.deserialize(candidate)
        except ValidationError:
            continue
        return candidate
    raise TypeError(f"{type(field).__name__} {field.name!r} needs metadata={{'example': …}}")


def example_input(contract: type[Contract], names: set[str] | None = None) -> dict[str, Any]:
    """An input of a contract; `names` picks fields, by default every one that is required."""
    declared: dict[str, fields.Field[Any]] = contract().fields
    return {
        name: example_of(field)
        for name, field in declared.items()
        if (field.required if names is None else name in names)
    }
