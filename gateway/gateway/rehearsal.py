"""Dry runs (试算): what a command would do, decided with everything that counts and not done."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields

from gateway.refusals import DryRunInvalid

HEADER: Final = "Dry-Run"

PARAMETER: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": (
        "`true`:只试算,不生效、不留痕,返回将得到的结果与将写入的记录。/ `true`: only try it. "
        "Nothing takes effect or is kept; the answer is what the result and the entries would be."
    ),
    "schema": {"type": "string", "enum": ["true", "false"]},
}


class EventView(Schema):
    """An entry that would be written; `data` is empty where it is not the caller's to see."""

    type = fields.String(required=True)
    stream = fields.String(required=True)
    data = fields.Dict(required=True)
    count = fields.Integer(required=True)


class RehearsalView(Schema):
    """What a command would do (试算结果); nothing of it was done."""

    dry_run = fields.Boolean(required=True, metadata={"enum": [True]})
    result = fields.Dict(required=True)
    events = fields.List(fields.Nested(EventView), required=True)
    rule_version = fields.String(required=True)


def asked(environ: Mapping[str, Any]) -> bool:
    """Whether a request is to be tried only. Raises `DryRunInvalid`."""
    given = environ.get("HTTP_DRY_RUN", "false")
    if given not in ("true", "false"):
        raise DryRunInvalid
    return bool(given == "true")


def shown(tried: Mapping[str, Any], view: Schema | None) -> dict[str, Any]:
    """A rehearsal as `RehearsalView` shows it, its result as the command's own view."""
    result = tried["result"] if view is None else view.dump(tried["result"])
    return {"dry_run": True, **tried, "result": result}
