"""Contracts: what may be asked of a service, said once.

A command or query is a marshmallow schema with the facts that everything else is made from: the
service's RPC method, the gateway's route, the OpenAPI document, the role guard, the article of the
Measures. Fields load to plain JSON values (ids, dates and amounts stay text and integers).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, ClassVar, Literal
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from chassis.canonical import canonical
from chassis.domain import stream_id
from chassis.messages import both, speak_both

speak_both()

MAX_FEN = 10**15
"""Ten trillion yuan: no amount in the platform is larger."""

DRY_RUN = "dry_run"
"""A command's payload that says this asks what it would do."""

ROWS = "rows"
"""The `place` of a list: every row of it lies in the caller's region."""

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates of the direction of writing (UAX #9)."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""Categories of signs that leave no mark; rare names use private and new signs, which do."""

_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")


class Id(fields.UUID):
    """An id: a UUID, loaded as lower-case text."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str | UUID):
            raise self.make_error("invalid_uuid")
        return str(super()._deserialize(value, *args, **kwargs))

    def _validated(self, value: Any) -> Any:
        try:
            return value if isinstance(value, UUID) else UUID(value)
        except (ValueError, AttributeError, TypeError) as error:
            raise self.make_error("invalid_uuid") from error


class Fen(fields.Integer):
    """An amount of money in integer fen (分), 1 to `MAX_FEN` unless said otherwise."""

    def __init__(self, *, least: int = 1, **kwargs: Any) -> None:
        super().__init__(
            strict=True,
            validate=validate.Range(
                least, MAX_FEN, error=both("金额应为 {min} 至 {max} 分", "{min} to {max} fen")
            ),
            **kwargs,
        )

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid")
        return super()._deserialize(value, *args, **kwargs)


class Whole(fields.Integer):
    """A whole number within bounds; text and fractions are refused."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid")
        return super()._deserialize(value, *args, **kwargs)


class Flag(fields.Boolean):
    """True or false; 1, "yes" and their like are refused."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if type(value) is not bool:
            raise self.make_error("invalid")
        return value


class BasisPoints(Whole):
    """A rate in basis points (万分之一): 0 to 10000."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, 10_000, **kwargs)


class LegalDate(fields.Field[str]):
    """A calendar date in Asia/Shanghai as `YYYY-MM-DD` text."""

    default_error_messages = {
        "invalid": both("日期格式应为 YYYY-MM-DD", "Not a date as YYYY-MM-DD.")
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
                raise self.make_error("invalid")
        except ValueError as error:
            raise self.make_error("invalid") from error
        return value


class Text(fields.String):
    """Text of a bounded length, NFC-normalised, trimmed, without control characters.

    Text of which nothing can be seen (zero-width signs alone) is as good as none, and signs that
    turn the direction of what follows (Trojan Source) are refused.
    """

    def __init__(self, most: int = 200, *, least: int = 1, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(least, most), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", str(super()._deserialize(value, *args, **kwargs)))
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
            raise ValidationError(both("含有控制字符", "Contains control characters."))
        if _TURNING.search(text):
            raise ValidationError(both("含有改变文字方向的字符", "Contains signs that turn text."))
        return text.strip() if any(map(is_seen, text)) else ""


def is_seen(sign: str) -> bool:
    """Whether a sign leaves a mark: no space, and nothing that only formats or controls."""
    return unicodedata.category(sign) not in _UNSEEN


class Choice(fields.String):
    """One of a closed list of values."""

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(choices), **kwargs)


class Digest(fields.String):
    """A SHA-256 digest as 64 lower-case hex digits."""

    def __init__(self, **kwargs: Any) -> None:
        told = both("应为 64 位小写十六进制(SHA-256)", "Not 64 lower-case hex digits (SHA-256).")
        super().__init__(validate=validate.Regexp(r"^[0-9a-f]{64}\Z", error=told), **kwargs)


class Simhash(fields.String):
    """A 64-bit SimHash of a text as 16 lower-case hex digits (`chassis.simhash`)."""

    def __init__(self, **kwargs: Any) -> None:
        told = both("应为 16 位小写十六进制(SimHash)", "Not 16 lower-case hex digits (SimHash).")
        super().__init__(validate=validate.Regexp(r"^[0-9a-f]{16}\Z", error=told), **kwargs)


class Region(fields.String):
    """A region code of Anhui: 34 and four digits."""

    def __init__(self, **kwargs: Any) -> None:
        told = both("应为安徽省区划代码:34 加四位数字", "Not a region of Anhui: 34, four digits.")
        super().__init__(validate=validate.Regexp(r"^34[0-9]{4}\Z", error=told), **kwargs)


class View(Schema):
    """A view: what a caller is shown."""


@dataclass(frozen=True)
class Raw:
    """An answer that is not JSON but bytes: the result's field that holds them, and how.

    `coding` is `text`, `base64`, or `gzip` (base64 of compressed bytes, which the gateway hands on
    compressed to who takes that). `cache` is the header `Cache-Control`.
    """

    media: str
    field: str
    coding: Literal["text", "base64", "gzip"]
    cache: str


class Contract(Schema):
    """What can be asked. Subclasses are `Command` or `Query`."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    service: ClassVar[str]
    addressee: ClassVar[str] = ""
    """The field that names the service that is asked, for what every service answers about itself;
    `service` is then the name under which documents list it. The field itself is not sent."""

    http: ClassVar[str] = ""
    """`VERB /path/<uuid:id>`: the gateway's route; empty when only services may ask."""

    allowed: ClassVar[frozenset[str]] = frozenset()
    """Roles that may ask; empty for anyone who is signed in, see `public`."""

    place: ClassVar[str] = ""
    """Where lies what is asked about (art. 9), for contracts that staff of a region may ask: the
    name of who finds that (`Application.places`), or `ROWS` where the answer has rows of the
    caller's region alone."""

    public: ClassVar[bool] = False
    """True when no account is needed (art. 4-5)."""

    view: ClassVar[type[Schema] | None] = None
    is_list: ClassVar[bool] = False
    """True when the answer is a list of views."""

    raw: ClassVar[Raw | None] = None
    """For an answer over HTTP that is not JSON; where the result's field is None, that is 404."""

    page: ClassVar[str] = ""
    """The gateway's template that shows a view to people, where `text/html` is asked for."""

    articles: ClassVar[tuple[int, ...]] = ()
    summary: ClassVar[tuple[str, str]] = ("", "")
    """What it does, in Chinese and English."""

    deadline: ClassVar[float] = 0.0
    """Seconds that an answer may take; 0 means the setting `RPC_TIMEOUT`."""

    token_scope: ClassVar[str] = ""
    """What a restricted token must be for; empty means `<service>.read` or `<service>.write`."""

    @classmethod
    def needed_scope(cls) -> str:
        """The scope that an API key (接口密钥) needs to ask this."""
        return cls.token_scope or f"{cls.service}.{'write' if issubclass(cls, Command) else 'read'}"

    @classmethod
    def method(cls) -> str:
        """The name of the RPC method: `GrantVouchers` is `grant_vouchers`."""
        return _CAMEL.sub("_", cls.__name__).lower()

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The input as plain values. Raises `marshmallow.ValidationError`."""
        loaded: dict[str, Any] = _instance(cls).load(payload)
        return loaded

    @classmethod
    def shown(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The input without its personal fields (`metadata={"personal": True}`)."""
        return _without(cls, "personal", values)

    @classmethod
    def comparable(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The input without its secrets (`metadata={"secret": True}`), of which no digest is kept.

        A command with a secret proves it anew each time, see `Refusal.final`.
        """
        return _without(cls, "secret", values)


class Command(Contract):
    """A command: it may change something, and its outcome is kept."""

    refusal_is_event: ClassVar[bool] = False
    """A refusal is an entry of the log too: commands about money and admission."""

    begins: ClassVar[bool] = False
    """Something new begins by it: refused to who is on the blacklist (黑名单, art. 28)."""

    authorised_as: ClassVar[str] = ""
    """What a 政务服务管理员 has to be authorised for, to do it (授权, art. 27)."""

    look_first: ClassVar[bool] = False
    """Look for a stored outcome before deciding: commands that ask the outside world."""

    dry_run: ClassVar[bool] = True
    """Whether it may be asked what it would do; False where having asked has to be on record."""

    @classmethod
    def rehearsable(cls) -> bool:
        """Whether it can be asked what it would do (试算) without doing it.

        Not when the outside world would be asked, which leaves traces there and none here; nor when
        a secret would be tried, which has to be counted; nor for a caller whom nobody knows.
        """
        declared = _instance(cls).fields.values()
        secret = any(field.metadata.get("secret") for field in declared)
        return cls.dry_run and not (cls.look_first or cls.public or secret)


class Callback(Command):
    """What a system outside says, under a signature of its own (回调); nobody is signed in.

    Its service carries it out itself, under an id that follows from the input: the same call-back
    again, from whomever, is the same command. A use case refuses what is not signed as
    `Kind.UNAUTHENTICATED`, so a forgery neither burns an id nor enters the log.
    """

    public = True

    @classmethod
    def derived_id(cls, values: Mapping[str, Any]) -> str:
        """The id of the command that this input is."""
        return stream_id("callback", cls.method(), sha256(canonical(dict(values))).hexdigest())


class Query(Contract):
    """A query: it changes nothing."""


_instances: dict[type[Contract], Contract] = {}


def _instance(cls: type[Contract]) -> Contract:
    found = _instances.get(cls)
    if found is None:
        found = _instances[cls] = cls()
    return found


def _without(cls: type[Contract], mark: str, values: Mapping[str, Any]) -> dict[str, Any]:
    declared = _instance(cls).fields
    return {name: value for name, value in values.items() if not declared[name].metadata.get(mark)}


class EventSchema(Schema):
    """What an event of one type says: the schema of its `data`.

    A subclass sets `type` (for ever), `version`, and an `example` that fits it.
    """

    class Meta:
        """Unknown fields are refused: an event says nothing that its schema does not name."""

        unknown = RAISE

    type: ClassVar[str]
    version: ClassVar[int] = 1
    example: ClassVar[dict[str, Any]]


Handler = Callable[..., Any]
