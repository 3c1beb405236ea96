"""Decoding nearly every entry at once: parsed, checked against envelope and schema, in C (msgspec).

An entry is `sound` when it is canonical JSON in the place that it claims, its envelope is complete
and its data fits the schema of its type. What is not found sound here is not found wrong either: it
is read the slow way (`domain.event.read`) and the rules name what is wrong with it. So every type
made here from a marshmallow schema must accept nothing that the schema refuses; where that cannot
be said of a field, its type is not decoded here at all.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from operator import itemgetter
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from chassis.contract import EventSchema
from oversight.domain.event import MOST, Event, days_of_hour
from oversight.shapes import UUID, Check, NoShape, shape_of

_MINUTE = r":[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
"""An instant from its minutes on; `days_of_hour` says whether there is such an hour."""


_Log = Literal["catalog", "identity", "matching", "oversight", "voucher-ledger"]
_Seen = dict[_Log, Annotated[int, Meta(ge=0, le=MOST)]]
"""What can have been seen; other names, in whichever letters, are looked at closely."""


class SoundEvent(Event, Struct, dict=True, forbid_unknown_fields=True):
    """An event in its envelope, as `Event` but decoded; its fields in canonical order."""

    sound: ClassVar[bool] = True
    """Nobody gets one that was not found to be."""

    actor: Annotated[str, Meta(min_length=1)]
    authority: str | None
    causation: str | None
    command: str | None
    correlation: str | None
    data: msgspec.Raw  # type: ignore[assignment]  # until it is decoded by its type
    legal_basis: list[str]
    recorded_at: Annotated[str, Meta(min_length=27, max_length=27)]
    role: str | None
    rule_version: str
    schema_version: Annotated[int, Meta(ge=1, le=MOST)]
    relied_on: _Seen = msgspec.field(name="seen")  # type: ignore[assignment]  # of names known here
    stream: Annotated[str, Meta(min_length=36, max_length=36)]
    type: str
    version: Annotated[int, Meta(ge=1, le=MOST)]

    @property
    def envelope(self) -> dict[str, Any]:
        """All of the event as the log has it."""
        names = (*self.__struct_fields__,)
        return {_ENCODED.get(name, name): getattr(self, name) for name in names}


_ENCODED = {"relied_on": "seen"}


class _Entry(Struct, forbid_unknown_fields=True):
    event: SoundEvent
    log: str
    position: int


class _Kind(NamedTuple):
    """An event type: its log and schema version, and how its data is decoded and checked."""

    log: str
    version: int
    decode: Callable[[msgspec.Raw], dict[str, Any]]
    check: Check | None
    fixed: Callable[[dict[str, Any]], Any]
    many: bool
    match: Callable[[str], Any]
    ids: tuple[str, ...]
    """Fields with ids."""

    @classmethod
    def of(cls, schema: type[EventSchema]) -> "_Kind":
        """Raises `NoShape`."""
        shape = shape_of(schema())
        log, decode = schema.type.partition(".")[0], msgspec.json.Decoder(shape.type).decode
        others = [(name, pattern) for name, pattern in shape.fixed if pattern != UUID]
        names = [name for name, _ in others]
        match = re.compile(_MINUTE + "".join(pattern for _, pattern in others))
        get = itemgetter(*names) if names else _nothing
        ids = tuple(name for name, pattern in shape.fixed if pattern == UUID)
        many = len(names) > 1
        return cls(log, schema.version, decode, shape.check, get, many, match.fullmatch, ids)


def _nothing(_data: dict[str, Any]) -> str:
    return ""


class _Ids(dict[str, str]):
    """Every id that was met: the same text in memory, however often entries name it."""

    _is_id = staticmethod(re.compile(UUID).fullmatch)

    def __missing__(self, text: str) -> str:
        """Meet one for the first time. Raises `KeyError` for what is no id."""
        if self._is_id(text) is None:
            raise KeyError(text)
        self[text] = text
        return text


class Decoding:
    """Decodes the entries of every event type that has a schema."""

    def __init__(self, schemas: Mapping[str, type[EventSchema]]) -> None:
        self._entry = msgspec.json.Decoder(_Entry).decode
        self._encode_into = msgspec.json.Encoder(order="deterministic").encode_into
        self._written = bytearray()
        """The canonical JSON of the entry at hand: one buffer for all of them."""

        self._ids = _Ids()
        self._kinds: dict[str, _Kind] = {}
        for type_, schema in schemas.items():
            with suppress(NoShape):
                self._kinds[type_] = _Kind.of(schema)

    def sound(self, log: str, position: int, text: bytes) -> Event | None:
        """The event of an entry that is sound; None of one that has to be looked at closely."""
        try:
            entry = self._entry(text)
            event = entry.event
            owner, version, decode, check, fixed, many, match, ids = self._kinds[event.type]
            data: dict[str, Any] = decode(event.data)
        except (msgspec.MsgspecError, KeyError, RecursionError, UnicodeError):
            return None
        event.data = data  # type: ignore[assignment]  # decoded now
        at, found, written = event.recorded_at, fixed(data), self._written
        if (
            match(at[13:] + "".join(found) if many else at[13:] + found)
            and days_of_hour(at[:13])[0]
            and (check is None or check(data))
            and entry.position == position
            and entry.log == log == owner
            and event.schema_version == version
        ):
            self._encode_into(entry, written)
            if written != text:
                return None
            known = self._ids
            try:
                event.stream = known[event.stream]
                for name in ids:
                    data[name] = known[data[name]]
            except KeyError:
                return None
            event.log, event.position = log, position
            return event
        return None
