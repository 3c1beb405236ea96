"""Who does what, on whose authority, because of what.

A context travels from HTTP through RPC headers into every event and log line. It is bound when a
worker starts; green threads do not inherit it, so whoever spawns one binds it again.
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import Any, NamedTuple

from structlog.typing import EventDict


class Context(NamedTuple):
    """The circumstances of a command, query or reaction. All values are plain text.

    `actor` is an account id (or `system:<service>`), `subject` the person or organisation the
    account acts for, `role` the role used, `region` the code that bounds a staff role (art. 9),
    `authority` the id of what that role stands on (the tenure under which the operator's staff act,
    art. 7), `command` the command id, `correlation` one id for everything that one request caused,
    `causation` the log entry or command that caused this.
    """

    actor: str = "system"
    subject: str | None = None
    role: str | None = None
    region: str | None = None
    authority: str | None = None
    command: str | None = None
    correlation: str | None = None
    causation: str | None = None
    legal_basis: tuple[str, ...] = ()

    def to_headers(self) -> dict[str, Any]:
        """Plain values for RPC headers; what is absent is left out."""
        return {key: value for key, value in self._asdict().items() if value}

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any]) -> "Context":
        """The context that `to_headers` wrote; unknown headers are ignored."""
        known = {key: headers[key] for key in cls._fields if key in headers}
        known["legal_basis"] = tuple(known.get("legal_basis") or ())
        return cls(**known)


_current: ContextVar[Context] = ContextVar("context", default=Context())  # noqa: B039


def current() -> Context:
    """The context of the running worker."""
    return _current.get()


class bound:  # noqa: N801 - used as a function is
    """Run under a context, with these changes, in the log lines too."""

    __slots__ = ("_context", "_token")
    _token: Token[Context]

    def __init__(self, context: Context, **changes: Any) -> None:
        self._context = context._replace(**changes) if changes else context

    def __enter__(self) -> Context:
        self._token = _current.set(self._context)
        return self._context

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def add_to_log(_: object, __: str, event: EventDict) -> EventDict:
    """A structlog processor: every line names who, in which role, by which command, why."""
    who = _current.get()
    for name in ("actor", "role", "command", "correlation"):
        if value := getattr(who, name):
            event.setdefault(name, value)
    return event
