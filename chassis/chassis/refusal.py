"""Refusals: named errors with one stable code, data, and a message in Chinese and English."""

from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of refusal it is; the gateway turns it into an HTTP status."""

    INVALID = "invalid"
    MALFORMED = "malformed"
    """It cannot even be read: an address that nothing could ever have."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    """Too often; `seconds` in the data says how long to wait."""


_PASSING = frozenset({Kind.UNAVAILABLE, Kind.THROTTLED, Kind.UNAUTHENTICATED})


class Refusal(Exception):
    """A command or query that is refused for a named reason.

    A subclass gives `code` (stable, `service.reason`), `zh` and `en` (formats over the data).
    The data is plain JSON without personal data: it is kept in the log and shown to the caller.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind] = Kind.CONFLICT
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(f"{self.code} {data}")

    @property
    def final(self) -> bool:
        """Whether it is an outcome that a command keeps for ever.

        What was unavailable, or too often, can be there or granted the next time, so the same
        command id may be tried again.
        Who did not prove who they are has not got as far as a command: they neither burn its id nor
        learn its stored outcome.
        """
        return self.kind not in _PASSING

    def as_dict(self) -> dict[str, Any]:
        """`{code, kind, message: {zh, en}, data}`, as stored in outcomes and sent to callers."""
        return {
            "code": self.code,
            "kind": self.kind.value,
            "message": {"zh": self.zh.format(**self.data), "en": self.en.format(**self.data)},
            "data": self.data,
        }


class StoredRefusal(Refusal):
    """A refusal read back from a stored outcome or from another service's answer."""

    code = "stored"
    zh = en = ""

    def __init__(self, error: dict[str, Any]) -> None:
        self.error = error
        super().__init__(**error.get("data", {}))

    @property
    def final(self) -> bool:
        """As the refusal that it repeats."""
        return self.error.get("kind") not in _PASSING

    def as_dict(self) -> dict[str, Any]:
        """The error as it was first given."""
        return self.error


class InvalidInput(Refusal):
    """The input does not fit its schema; `fields` maps each field to its faults."""

    code = "input.invalid"
    kind = Kind.INVALID
    zh = "输入有误:{names}"
    en = "Invalid input: {names}"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields=fields, names=", ".join(sorted(map(str, fields))))


class CommandIdReused(Refusal):
    """The command id was used before with other input; `fields` names what differs."""

    code = "command.id-reused"
    zh = "该命令编号已用于不同的请求,不同之处:{names}"
    en = "This command id was used before with other input; it differs in: {names}"

    def __init__(self, fields: list[str]) -> None:
        super().__init__(fields=fields, names=", ".join(fields))


class RoleRequired(Refusal):
    """The actor does not hold a role that this action needs."""

    code = "role.required"
    kind = Kind.FORBIDDEN
    zh = "需要以下身份之一:{roles}"
    en = "One of these roles is required: {roles}"

    def __init__(self, roles: list[str]) -> None:
        super().__init__(roles=", ".join(roles))


class NoRehearsal(Refusal):
    """This command cannot be tried without being carried out."""

    code = "command.no-dry-run"
    zh = "该操作不支持试算"
    en = "This command cannot be dry-run"


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's to see."""

    code = "resource.not-found"
    kind = Kind.NOT_FOUND
    zh = "未找到:{what} {id}"
    en = "Not found: {what} {id}"


class Contention(Refusal):
    """Others kept changing the same thing; nothing was written; try again with a new command id."""

    code = "command.contention"
    kind = Kind.UNAVAILABLE
    zh = "当前操作繁忙,请稍后重试"
    en = "Others are changing the same record; please try again"


class ServiceUnavailable(Refusal):
    """A service did not answer before its deadline, or its database or bus is away."""

    code = "service.unavailable"
    kind = Kind.UNAVAILABLE
    zh = "服务暂不可用:{service}"
    en = "Service unavailable: {service}"
