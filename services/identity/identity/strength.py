"""How strong a password is (口令强度): whether breaches show it, and how soon it is guessed.

Without a network: zxcvbn brings the 30,000 passwords that leak most often, and knows their usual
disguises; a file in the form of the Pwned Passwords list (SHA-1 in upper-case hex, `:` and a count,
sorted; one line each) can be named beside it and is searched where it lies.
"""

from hashlib import sha1
from pathlib import Path
from typing import BinaryIO, Final

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from identity.domain.refusals.sign_in import PasswordWeak

LEAST_SCORE: Final = 3
"""zxcvbn's "safely unguessable": more than 10^8 guesses."""

LOOKED_AT: Final = 72
"""Characters that are judged: more make a password no weaker, and cost time."""

OURS: Final = ("wanchuang", "皖创云", "anhui", "安徽", "chuangye", "创业服务云平台")

_COMMON: Final = frozenset(FREQUENCY_LISTS["passwords"])
_LINE: Final = 512


class Strength:
    """Judges passwords. Raises `OSError` at once when the named file is not there."""

    def __init__(self, breached: str = "") -> None:
        self._breached = Path(breached) if breached else None
        if self._breached is not None:
            self._breached.open("rb").close()

    def require(self, password: str, *known: str) -> None:
        """Raise `PasswordWeak` for a password that is breached or can be guessed.

        `known` is what a guesser would try first: the login, the role.
        """
        if password.lower() in _COMMON or self._is_breached(password):
            raise PasswordWeak(
                reason="breached",
                reason_zh="该口令出现在已泄露口令名单中",
                reason_en="it is on a list of breached passwords",
            )
        found = zxcvbn(
            password[:LOOKED_AT], user_inputs=[*OURS, *filter(None, known)], max_length=LOOKED_AT
        )
        if found["score"] < LEAST_SCORE:
            raise PasswordWeak(
                reason="guessable",
                reason_zh="容易被猜出,请使用更长的、不常见的词句",
                reason_en="it is easily guessed; use a longer, less usual phrase",
            )

    def _is_breached(self, password: str) -> bool:
        if self._breached is None:
            return False
        wanted = sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False)
        return holds_line(self._breached, wanted.hexdigest().upper().encode())


def holds_line(path: Path, wanted: bytes) -> bool:
    """Whether a sorted file has a line that begins with these bytes, by binary search."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            line = _line_from(file, middle)
            if line and line[: len(wanted)] < wanted:
                low = middle + 1
            else:
                high = middle
        return _line_from(file, low).startswith(wanted)


def _line_from(file: BinaryIO, place: int) -> bytes:
    """The first line that begins at a place or after it; empty at the end."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline(_LINE)
    return file.readline(_LINE)
