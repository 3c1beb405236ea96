"""The corpus: every variant of every class of tampering, with the diagnosis that it must get."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.tamper.attacker import Attacker

Tamper = Callable[[Attacker], Any]


@dataclass(frozen=True)
class Variant:
    """One way of tampering. It is caught when every code of `expects` is among the findings.

    `broken`: the verdict has to be that history is not what was signed, or, when False, must not
    be that: nobody is accused of forging a log who did not. None leaves it open.
    """

    kind: str
    tamper: Tamper
    expects: tuple[str, ...]
    broken: bool | None

    @property
    def id(self) -> str:
        """Its sentence, as it is called on the command line."""
        return self.tamper.__name__


class Corpus:
    """The variants, as modules register them."""

    def __init__(self) -> None:
        self._variants: list[Variant] = []

    def variant(
        self, kind: str, *expects: str, broken: bool | None = None
    ) -> Callable[[Tamper], Tamper]:
        """Register a way of tampering of a class, with its expected diagnosis."""

        def register(tamper: Tamper) -> Tamper:
            self._variants.append(Variant(kind, tamper, expects, broken))
            return tamper

        return register

    def __iter__(self) -> Iterator[Variant]:
        return iter(self._variants)

    def kinds(self) -> dict[str, list[Variant]]:
        """The variants by class."""
        found: dict[str, list[Variant]] = {}
        for variant in self._variants:
            found.setdefault(variant.kind, []).append(variant)
        return found


CORPUS = Corpus()
variant = CORPUS.variant
