"""Carrying out variants and looking at untouched histories: what was found, and was it right."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from tests.tamper import classes
from tests.tamper.attacker import Attacker
from tests.tamper.check import Checked, check
from tests.tamper.corpus import CORPUS, Variant
from tests.tamper.evidence import honest, lies
from tests.tamper.shapes import SHAPES, YEAR, YEAR_SM3, Shape
from tests.tamper.worldbook import Worldbook
from tests.tamper.worlds import Server, Worlds, registries

GROUNDS = (YEAR, YEAR_SM3)
"""The histories that are tampered with."""


@dataclass(frozen=True)
class Result:
    """What became of one variant, or of one untouched history (`kind` is empty then)."""

    kind: str
    id: str
    right: bool
    codes: list[str]
    verdict: str
    told: list[str] = field(default_factory=list)
    """What was found, or went wrong, in words."""


def variants() -> list[Variant]:
    """The whole corpus."""
    for module in iter_modules(classes.__path__):
        import_module(f"{classes.__name__}.{module.name}")
    return list(CORPUS)


@contextmanager
def library(server: Server, seed: int) -> Iterator[Worldbook]:
    """Histories on a server."""
    worlds = Worlds(server)
    with registries() as simulator:
        try:
            yield Worldbook(worlds, simulator, seed)
        finally:
            worlds.close()


def attack(book: Worldbook, variant: Variant, ground: Shape, seed: int) -> Result:
    """Tamper with a copy of a history, and let everybody look at it."""
    with book.scene(ground, seed) as scene:
        attacker = Attacker(scene, f"{seed}/{variant.id}")
        truth = honest(scene.platform)
        try:
            variant.tamper(attacker)
            attacker.cover_tracks()
            scene.platform.restart()
            checked = check(scene.platform, attacker.shown)
            believed = lies(scene.platform, truth)
        except Exception:  # noqa: BLE001 - whatever it is, the variant has failed and is shown
            told = traceback.format_exc(limit=-6).splitlines()
            return Result(variant.kind, variant.id, False, [], "failed", told)
    codes = sorted(checked.codes)
    told = [f"{each} {each.said}" for each in checked.found]
    told += [f"a valid bundle that lies: {each}" for each in believed]
    right = _is_right(variant, checked) and not believed
    return Result(variant.kind, variant.id, right, codes, checked.verdict, told)


def _is_right(variant: Variant, checked: Checked) -> bool:
    if variant.broken is not None and variant.broken != (checked.verdict == "broken"):
        return False
    return checked.codes.issuperset(variant.expects)


def look_at(book: Worldbook, shape: Shape) -> Result:
    """Look at an untouched history: nothing may be found."""
    try:
        with book.untouched(shape) as platform:
            checked = check(platform)
            believed = lies(platform, honest(platform))
    except Exception:  # noqa: BLE001 - as above
        told = traceback.format_exc(limit=-6).splitlines()
        return Result("", shape.name, False, [], "failed", told)
    told = [f"{each} {each.said}" for each in checked.found] + believed
    right = checked.clean and not believed
    return Result("", shape.name, right, sorted(checked.codes), checked.verdict, told)


def shapes() -> list[Shape]:
    """Every shape of untouched histories."""
    return list(SHAPES)
