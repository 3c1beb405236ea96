"""The stored outcomes of commands against the log.

Each decision in the log has an outcome, and the refusals that have to be entries are entries.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from chassis.selfcheck.snapshot import Happened, Snapshot
from chassis.subscription.acknowledgement import ACKNOWLEDGED, RELEASED

_OF_THE_CHASSIS = (ACKNOWLEDGED, RELEASED)
"""Events that no command brings about."""

OUTCOME_MISSING = "outcome-missing"
"""An event's command has no outcome any more: sent again, it would take effect again."""

REFUSAL_UNRECORDED = "refusal-unrecorded"
"""A command was refused, and its refusal is not in the log."""

REFUSAL_DIFFERS = "refusal-differs"
"""What a refused command was answered is not what the log says, or the reverse."""


@dataclass(frozen=True)
class Recorded:
    """What is wrong with the outcome of a command. `stream` is that of the command's events."""

    what: str
    command: str
    name: str
    code: str = ""
    stream: str = ""


class Outcomes:
    """Takes note of every event, then compares."""

    def __init__(self, log: str, refusal_is_event: Callable[[str], bool]) -> None:
        self._refused_type = f"{log}.CommandRefused"
        self._refusal_is_event = refusal_is_event
        self._streams: dict[str, str] = {}
        self._refusals: dict[str, dict[str, Any]] = {}

    def saw(self, events: Iterable[Happened]) -> None:
        """Further events of the log."""
        for event in events:
            if event.command is None or event.fact.type.rpartition(".")[2] in _OF_THE_CHASSIS:
                continue
            self._streams.setdefault(event.command, event.fact.stream)
            if event.fact.type == self._refused_type:
                self._refusals[event.command] = event.fact.data

    def compare(self, snapshot: Snapshot) -> Iterator[Recorded]:
        """What is wrong with the stored outcomes."""
        unanswered = dict(self._streams)
        for command in snapshot.commands():
            unanswered.pop(command, None)
        for command, stream in unanswered.items():
            name = str(self._refusals.get(command, {}).get("command", ""))
            yield Recorded(OUTCOME_MISSING, command, name, stream=stream)
        told = dict(self._refusals)
        for command, name, error in snapshot.refused():
            entry = told.pop(command, None)
            yield from self._refusal(command, name, error, entry)
        for command, data in told.items():
            if command not in unanswered:  # answered with something else than a refusal
                code = str(data["code"])
                yield Recorded(REFUSAL_DIFFERS, command, str(data["command"]), code)

    def _refusal(
        self, command: str, name: str, error: dict[str, Any], entry: dict[str, Any] | None
    ) -> Iterator[Recorded]:
        code, stream = str(error.get("code")), self._streams.get(command, "")
        if entry is None:
            if stream:  # it took effect, and its outcome says that it was refused
                yield Recorded(REFUSAL_DIFFERS, command, name, code, stream)
            elif self._refusal_is_event(name):
                yield Recorded(REFUSAL_UNRECORDED, command, name, code)
            return
        said = (entry["command"], entry["code"], entry["grounds"])
        if said != (name, code, error.get("data")):
            yield Recorded(REFUSAL_DIFFERS, command, name, code, stream)
