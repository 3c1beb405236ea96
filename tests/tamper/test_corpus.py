"""A seeded part of the corpus with every run of the tests; `make tamper` carries out the whole."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from tests.tamper.corpus import Variant
from tests.tamper.parts import FAST
from tests.tamper.running import attack, library, look_at, shapes, variants
from tests.tamper.shapes import YEAR, Shape
from tests.tamper.table import KINDS
from tests.tamper.worldbook import Worldbook
from wanchuang.servers import PrivatePostgres

pytestmark = [pytest.mark.article(8, 32), pytest.mark.timeout(300)]

SEED = 7
UNTOUCHED = 4


@pytest.fixture(scope="module")
def book() -> Iterator[Worldbook]:
    with (
        TemporaryDirectory(prefix="wc-") as folder,
        PrivatePostgres.start(Path(folder) / "pg", FAST) as server,
        library(server, SEED) as made,
    ):
        yield made


def one_of_each_class() -> list[Variant]:
    random, known = Random(SEED), variants()
    kinds = sorted({each.kind for each in known})
    return [random.choice([each for each in known if each.kind == kind]) for kind in kinds]


@pytest.mark.parametrize("variant", one_of_each_class(), ids=lambda each: each.id)
def test_a_tampered_history_gets_its_diagnosis(book: Worldbook, variant: Variant) -> None:
    result = attack(book, variant, YEAR, SEED)
    assert result.right, (result.verdict, result.told)


@pytest.mark.parametrize("shape", Random(SEED).sample(shapes(), UNTOUCHED), ids=lambda s: s.name)
def test_an_untouched_history_raises_no_alarm(book: Worldbook, shape: Shape) -> None:
    result = look_at(book, shape)
    assert result.right, (result.verdict, result.told)


def test_every_class_has_its_variants_and_there_are_histories_enough() -> None:
    known = variants()
    few = {kind for kind in KINDS if sum(each.kind == kind for each in known) < 5}
    assert few == set()
    assert len(shapes()) >= 20
