"""A case of the verifier's test vectors, and the keys that they are verified with."""

import json
from typing import Any, NamedTuple

from verifier.vectors.history import IDENTITY, LEDGER, SECOND, SUPERVISOR, Bundle

LOG = f"--key={LEDGER.verifier}"
IDENTITY_LOG = f"--key={IDENTITY.verifier}"
WITNESS = f"--key={SUPERVISOR.verifier}"
SECOND_WITNESS = f"--key={SECOND.verifier}"
TRUSTED = (LOG, WITNESS)


class Case(NamedTuple):
    """A vector: the text of its file, the arguments, the exit status and the faults' codes."""

    text: str
    arguments: tuple[str, ...]
    status: int
    codes: tuple[str, ...] = ()


def written(bundle: Any) -> str:
    """The text of a bundle's file."""
    return json.dumps(bundle, ensure_ascii=False, indent=1) + "\n"


def good(bundle: Bundle, *arguments: str) -> Case:
    """A case that is valid."""
    return Case(written(bundle), arguments or TRUSTED, 0)


def bad(bundle: Bundle, *codes: str, arguments: tuple[str, ...] = TRUSTED) -> Case:
    """A case that is invalid."""
    return Case(written(bundle), arguments, 1, codes)


def unusable(bundle: Any, code: str = "corrupt") -> Case:
    """A case that cannot be judged."""
    text = bundle if isinstance(bundle, str) else written(bundle)
    return Case(text, TRUSTED, 2, (code,))
