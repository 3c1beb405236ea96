"""The event schemas of the platform, as the replay asks for them."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from oversight.decoding import Decoding
from schemas.registry import EVENTS


class EventSchemas:
    """Says of an event whether its type is known and what of its data does not fit."""

    def __init__(self) -> None:
        self._schemas: dict[str, Schema] = {type_: schema() for type_, schema in EVENTS.items()}

        self.sound = Decoding(EVENTS).sound

    def version(self, type_: str) -> int | None:
        """The schema version of an event type; None for an unknown type."""
        schema = EVENTS.get(type_)
        return None if schema is None else schema.version

    def faults(self, type_: str, data: Mapping[str, Any]) -> str | None:
        """What does not fit the schema of a known type; None when all does."""
        try:
            self._schemas[type_].load(data)
        except ValidationError as error:
            return json.dumps(error.messages, ensure_ascii=False, default=str)
        return None
