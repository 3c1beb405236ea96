"""Worlds that were told, and copies of them to tamper with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from chassis import clock
from tests.tamper.economy import Economy
from tests.tamper.history import Story
from tests.tamper.platform import Platform
from tests.tamper.shapes import Shape
from tests.tamper.worlds import POPULATION, Worlds


@dataclass
class Told:
    """A history that was told: its databases, its people, and when it ended."""

    shape: Shape
    names: dict[str, str]
    story: Story
    economy: Economy | None
    ended: datetime


@dataclass
class Scene:
    """A copy of a history that somebody may do anything with."""

    platform: Platform
    story: Story
    economy: Economy


class Worldbook:
    """Tells histories once and copies them."""

    def __init__(self, worlds: Worlds, simulator: str, seed: int = 2018) -> None:
        self._worlds = worlds
        self._simulator = simulator
        self._seed = seed
        self._told: dict[str, Told] = {}

    def told(self, shape: Shape) -> Told:
        """A history of a shape, told at the first time."""
        if shape.name not in self._told:
            self._told[shape.name] = self._tell(shape)
        return self._told[shape.name]

    @contextmanager
    def untouched(self, shape: Shape) -> Iterator[Platform]:
        """A history as it was left, at the time when it ended."""
        told = self.told(shape)
        platform = self._open(told, told.names)
        try:
            with clock.fixed(told.ended):
                yield platform
        finally:
            platform.close()

    @contextmanager
    def scene(self, shape: Shape, seed: int) -> Iterator[Scene]:
        """A copy of a history with its people, at the time when it ended; dropped afterwards."""
        told = self.told(shape)
        names = self._worlds.copy(told.names)
        platform = self._open(told, names)
        try:
            with clock.fixed(told.ended) as move:
                story = Story(platform, POPULATION, seed, move)
                story.staff.update(told.story.staff)
                story.users += told.story.users
                story.providers += told.story.providers
                story.resume(told.story)
                economy = Economy(story)
                if told.economy is not None:
                    economy.resume(told.economy)
                yield Scene(platform, story, economy)
        finally:
            platform.close()
            self._worlds.drop(names)

    def _open(self, told: Told, names: dict[str, str]) -> Platform:
        urls = self._worlds.urls(names)
        return Platform(urls, self._simulator, told.shape.log_hash, owner=told.shape.owner)

    def _tell(self, shape: Shape) -> Told:
        names = self._worlds.empty()
        with clock.fixed(shape.begins) as move:
            platform = Platform(
                self._worlds.urls(names), self._simulator, shape.log_hash, owner=shape.owner
            )
            seed = Random(f"{self._seed}/{shape.name}").randrange(2**32)
            story = Story(platform, POPULATION, seed, move)
            economy = shape.tell(story)
            ended = clock.now()
        platform.close()
        return Told(shape, names, story, economy, ended)
