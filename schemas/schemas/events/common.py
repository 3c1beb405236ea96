"""What the events of several logs share."""

from typing import Any

from marshmallow import fields, validate

from chassis.contract import EventSchema, Text

SOME_ID = "00000000-0000-4000-8000-000000000001"
"""The id in examples."""


SOME_SEALED = "sealed:2:aes-256-gcm:" + "A" * 40
"""A sealed value in examples; no key opens it."""


class Sealed(fields.String):
    """A personal field as an event holds it: ciphertext, readable with the subject's key alone."""

    def __init__(self, **kwargs: Any) -> None:
        form = r"^sealed:2:(aes-256-gcm|sm4-gcm):[A-Za-z0-9_-]{38,}\Z"
        super().__init__(validate=validate.Regexp(form), **kwargs)


class CommandRefused(EventSchema):
    """A command about money or admission was refused, for these grounds, on these inputs."""

    command = Text(80, required=True)
    code = Text(120, required=True)
    grounds = fields.Dict(keys=fields.String(), required=True)
    inputs = fields.Dict(keys=fields.String(), required=True)

    example = {
        "command": "open_batch",
        "code": "voucher-ledger.appropriation-exceeded",
        "grounds": {"asked_fen": 2, "left_fen": 1},
        "inputs": {"fund": "JYCY", "amount_fen": 2},
    }


def refused(log: str) -> type[EventSchema]:
    """The `CommandRefused` schema of one log."""
    return type("CommandRefused", (CommandRefused,), {"type": f"{log}.CommandRefused"})
