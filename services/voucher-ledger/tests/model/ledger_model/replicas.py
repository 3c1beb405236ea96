"""Replicas of the ledger that crash: before a command is written, or after, before it is answered.

Whoever asked gets no answer then and asks again under the same id, another replica perhaps. What a
replica remembers (shares of allotments, runs) goes with it when it is started anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chassis import context
from chassis.commands import Command, Outcome
from chassis.domain import new_id
from chassis.refusal import CommandIdReused, Refusal
from voucher_ledger.testing import World


class Crash(StrEnum):
    """When a replica dies in a command."""

    NEVER = "never"
    BEFORE = "before it is written"
    AFTER = "after it was written"


class Died(BaseException):
    """The replica is gone, or the connection to it; not even a handler of errors hears of it."""


@dataclass(frozen=True)
class Fate:
    """Where a command goes, whether that replica dies, and whether it comes back without memory."""

    replica: int
    crash: Crash
    forgets: bool
    repeated: bool
    """Asked once more when it was answered, as by somebody whom the answer did not reach."""


@dataclass(frozen=True)
class Answered:
    """A command that has its outcome for ever."""

    command: Command
    actor: str
    subject: str | None
    role: str | None
    outcome: Outcome


class Replicas:
    """Two replicas of the ledger on one database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.worlds = [World(url), World(url)]
        self.answered: list[Answered] = []

    @property
    def world(self) -> World:
        """One of them, for what is not a command."""
        return self.worlds[0]

    def close(self) -> None:
        """End both."""
        for world in self.worlds:
            world.ledger.close()

    def run(
        self,
        fate: Fate,
        name: str,
        actor: str,
        subject: str | None,
        role: str | None,
        /,
        **values: Any,
    ) -> Outcome:
        """Carry out a command, whatever happens on the way; its outcome."""
        command = Command(name, new_id(), values, values, refusal_is_event=True)

        def ask(world: World) -> Outcome:
            return self.ask(world, command, actor, subject, role)

        outcome = self.whatever_happens(fate, ask)
        if "passing" not in outcome:
            self.answered.append(Answered(command, actor, subject, role, outcome))
            if fate.repeated:
                self.again(self.worlds[1 - fate.replica], self.answered[-1])
        return outcome

    def again(self, world: World, answered: "Answered") -> None:
        """An answered command once more: the same answer."""
        asked = answered.command, answered.actor, answered.subject, answered.role
        assert self.ask(world, *asked) == answered.outcome, answered

    def changed(self, world: World, answered: "Answered") -> None:
        """The id of an answered command with other input: refused."""
        values = answered.command.values
        plain = [name for name in sorted(values) if isinstance(values[name], str | int)]
        if not plain or plain == ["proof"]:  # the id of a call-back follows from it
            return
        name = plain[0]
        value = values[name]
        other = new_id() if isinstance(value, str) else value + 1
        asked = answered.command, answered.actor, answered.subject, answered.role
        changes: dict[str, Any] = {name: other}
        outcome = self.ask(world, *asked, **changes)
        assert outcome == {"passing": CommandIdReused.code}, (answered, outcome)

    def ask(
        self,
        world: World,
        command: Command,
        actor: str,
        subject: str | None,
        role: str | None,
        **changed: Any,
    ) -> Outcome:
        """Ask one replica; a refusal that is not kept comes as `{"passing": code}`."""
        values = {**command.values, **changed}
        asked = Command(command.name, command.id, values, values, refusal_is_event=True)
        use_case: Callable[..., Any] = getattr(world.ledger, command.name)
        with context.bound(context.Context(actor=actor, subject=subject, role=role)):
            try:
                return world.commands.execute(asked, lambda: use_case(**values))
            except Refusal as refusal:
                return {"passing": refusal.code}

    def whatever_happens(self, fate: Fate, ask: Callable[[World], Outcome]) -> Outcome:
        """What a replica answers; when it dies, the other one is asked."""
        world = self.worlds[fate.replica]
        if fate.crash is Crash.NEVER:
            return ask(world)
        with suppress(Died), _dying(world, written=fate.crash is Crash.AFTER):
            return ask(world)  # it wrote nothing, so it did not die
        if fate.forgets:
            world.ledger.close()
            self.worlds[fate.replica] = World(self._url, world.heard)
        return ask(self.worlds[1 - fate.replica])


@contextmanager
def _dying(world: World, *, written: bool) -> Iterator[None]:
    recorder = world.ledger.recorder
    insert = recorder.insert_events

    def dying(*args: Any, **more: Any) -> Any:
        if written:
            insert(*args, **more)
        raise Died

    recorder.insert_events = dying  # type: ignore[method-assign]
    try:
        yield
    finally:
        recorder.insert_events = insert  # type: ignore[method-assign]
