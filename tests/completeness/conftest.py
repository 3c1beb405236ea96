"""A story of five services that follow each other; every test goes on with a copy of it."""

from collections.abc import Iterator

import pytest

from tests.tamper.chapters import funding, opening, trade
from tests.tamper.economy import Economy
from tests.tamper.history import Story
from tests.tamper.shapes import Shape
from tests.tamper.worldbook import Scene, Worldbook
from tests.tamper.worlds import Server, Worlds, registries


def _busy(story: Story) -> Economy:
    economy = opening(story, users=3, providers=2)
    funding(economy)
    trade(economy, 4)
    story.platform.witness()
    return economy


BUSY = Shape("busy", _busy)


@pytest.fixture(scope="session")
def worldbook(postgres_server: Server) -> Iterator[Worldbook]:
    worlds = Worlds(postgres_server)
    with registries() as simulator:
        yield Worldbook(worlds, simulator)
    worlds.close()


@pytest.fixture
def scene(worldbook: Worldbook) -> Iterator[Scene]:
    with worldbook.scene(BUSY, 1) as scene:
        yield scene
