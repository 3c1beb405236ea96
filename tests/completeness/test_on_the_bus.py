"""Messages dropped, doubled, reordered, altered, entries passed over: all of it is found."""

import pytest

from tests.tamper.attacker import Attacker
from tests.tamper.check import check
from tests.tamper.classes import bus
from tests.tamper.corpus import CORPUS, Variant
from tests.tamper.worldbook import Scene

VARIANTS = CORPUS.kinds()[bus.KIND]


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_it_is_found_and_told_apart(scene: Scene, variant: Variant) -> None:
    attacker = Attacker(scene, variant.id)
    variant.tamper(attacker)
    found = check(scene.platform)
    assert set(variant.expects) <= found.codes, [str(each) for each in found.found]
    assert (found.verdict == "broken") is False, [str(each) for each in found.found]
