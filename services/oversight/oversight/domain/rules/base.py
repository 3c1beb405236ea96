"""What a rule of the supervisor is."""

from typing import Any, ClassVar

from oversight.domain.event import Event
from oversight.domain.finding import Finding, printable
from oversight.domain.world import World

Breach = dict[str, Any] | None
"""What a rule found, for its sentence; None when it holds."""


class Rule:
    """A rule that every entry of its event types (`reads`) must keep.

    Its class name is its sentence; `id` is stable; `zh` and `en` are formats over the breach.
    """

    id: ClassVar[str]
    articles: ClassVar[tuple[int, ...]] = (8,)
    reads: ClassVar[tuple[str, ...]] = ()
    zh: ClassVar[str]
    en: ClassVar[str]
    forgery: ClassVar[bool] = False
    """True when a breach means that history is not what was signed."""

    def breach(self, event: Event, world: World) -> Breach:
        """What is wrong with an event, given everything before it; None when nothing is."""
        raise NotImplementedError

    @classmethod
    def finding(cls, log: str, position: int | None, breach: dict[str, Any]) -> Finding:
        """The finding that a breach makes."""
        data = {name: printable(value) for name, value in breach.items()}
        zh, en = cls.zh.format(**data), cls.en.format(**data)
        return Finding(cls.id, log, position, zh, en, cls.forgery)
