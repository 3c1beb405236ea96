"""What ties the two parties of an order (关联交易, invariant 9), as the logs tell it."""

from collections.abc import Callable, Iterable
from typing import Final

from oversight.domain.traces import Trace

VERSION: Final = "tied-parties/3"
BEHIND: Final = ("representative", "shareholder")
"""Kinds of ties that name a subject, and nothing that it gave."""

CONTACT: Final = ("phone", "email", "address", "bank_account")
DEVICE: Final = "device"

BEFORE: Final = {
    "tied-parties/1": frozenset({"phone", "email"}),
    "tied-parties/2": frozenset({*CONTACT, *BEHIND}),
}
"""Versions that held before, and what a hit of theirs can name."""


def in_common(
    user: tuple[str, Iterable[Trace]],
    provider: tuple[str, Iterable[Trace]],
    shared: Callable[[str], bool],
) -> set[str]:
    """The kinds of what two parties have in common, each given with its traces.

    `shared` says of a device, by its digest, whether so many use it that it ties nobody.
    """
    ours, theirs = _of_party(*user), _of_party(*provider)
    found: set[str] = set()
    for what in ours.keys() & theirs.keys():
        kind, _, digest = what.partition(" ")
        if kind != DEVICE or not shared(digest):
            found |= ours[what] | theirs[what]
    return found


def _of_party(party: str, given: Iterable[Trace]) -> dict[str, set[str]]:
    """What a party has that another may have too: itself, those behind it, its contact data.

    With what each is to it; what a party is to itself has no name.
    """
    found: dict[str, set[str]] = {party: set()}
    for trace in given:
        kind, _, digest = trace.order_id.partition(" ")
        what = digest if kind in BEHIND else trace.order_id
        found.setdefault(what, set()).add(kind)
    return found
