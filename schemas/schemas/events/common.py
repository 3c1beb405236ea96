"""What the events of several logs share."""

from typing import Any

from marshmallow import fields, validate

from chassis.contract import Choice, Digest, EventSchema, Text, Whole

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


class SubscriptionAcknowledged(EventSchema):
    """The first `size` entries of a followed log have been applied here; they have this root.

    It is the root that the log itself signs for that size. `parked` are positions that could not be
    applied and of which no acknowledgement spoke before (处理回执).
    """

    followed = Text(40, required=True)
    size = Whole(1, 2**53, required=True)
    root = Digest(required=True)
    parked = fields.List(Whole(0, 2**53), required=True)

    example = {"followed": "matching", "size": 42, "root": "0" * 64, "parked": [17]}


class SubscriptionReleased(EventSchema):
    """A parked entry took effect after all, or was let go by those who run the service; why."""

    followed = Text(40, required=True)
    position = Whole(0, 2**53, required=True)
    outcome = Choice("applied", "dismissed", required=True)
    reason = Text(200, required=True)

    example = {"followed": "matching", "position": 17, "outcome": "applied", "reason": "1.2"}


def following(log: str) -> tuple[type[EventSchema], type[EventSchema]]:
    """`SubscriptionAcknowledged` and `SubscriptionReleased` of one log."""
    acknowledged, released = (
        type(schema.__name__, (schema,), {"type": f"{log}.{schema.__name__}"})
        for schema in (SubscriptionAcknowledged, SubscriptionReleased)
    )
    return acknowledged, released
