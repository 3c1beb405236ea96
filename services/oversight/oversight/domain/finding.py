"""A finding (监理发现): a rule that was broken, where, and how."""

from dataclasses import asdict, dataclass
from typing import Any

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: its stable id, the entry, and the sentence in Chinese and English.

    `position` is None when it is about a log or the books as a whole. `forgery`: history is not
    what was signed, so the whole log cannot be believed.
    """

    rule: str
    log: str
    position: int | None
    zh: str
    en: str
    forgery: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As the event and the view carry it."""
        found = asdict(self)
        del found["forgery"]
        return found


def printable(value: Any) -> str:
    """A value from a log as text that can always be stored and shown: bounded, no surrogates."""
    text = str(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
