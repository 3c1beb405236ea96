"""Commands: idempotent for ever, refusals included.

Every command has an id. Its outcome is stored with its events in one transaction, together with a
keyed digest of each input field. The same id with the same input gives the stored outcome; with
other input it is refused, naming the field that differs. The unique key of the id decides, not an
earlier look-up, so two that run at once cannot both take effect.
"""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from eventsourcing.persistence import StoredEvent

from chassis import clock, context
from chassis.application import Application, Decision
from chassis.canonical import canonical, compact
from chassis.database import Statement, only_reading
from chassis.eventstore.mapper import Grounds, event_body, grounds
from chassis.eventstore.recorder import Conflict
from chassis.gathering import gathered
from chassis.metrics import COMMANDS
from chassis.pool import Fixed
from chassis.refusal import CommandIdReused, Contention, Refusal

ATTEMPTS = 12
"""How often a decision is made anew because others changed the same stream meanwhile."""

LONGEST_INPUT = 25_000
"""Bytes of an input that a refusal's event keeps as it is: an event has its limit."""

log = structlog.get_logger()

_INSERT = Fixed("INSERT INTO commands (id, name, digests, outcome) VALUES (%s, %s, %s, %s)")
_SELECT = Fixed("SELECT name, digests, outcome FROM commands WHERE id = %s")
_SELECT_MANY = "SELECT id::text, name, digests, outcome FROM commands WHERE id = ANY(%s::uuid[])"

Outcome = dict[str, Any]
"""`{"result": {…}}` or `{"error": {code, kind, message, data}}`."""


@dataclass(frozen=True)
class Command:
    """A command as it is carried out.

    `values` is the input but for secrets; `shown` the part without personal data, which a refusal's
    event keeps when `refusal_is_event` (commands about money and admission). `look_first` asks for
    a stored outcome before deciding: for decisions that ask the outside world.
    """

    name: str
    id: str
    values: Mapping[str, Any]
    shown: Mapping[str, Any] | None = None
    refusal_is_event: bool = False
    look_first: bool = False


@dataclass(frozen=True)
class Rehearsal:
    """What a command would do: its result, the events it would append, the rules it applied."""

    result: dict[str, Any]
    events: list[dict[str, Any]]
    rule_version: str


Decide = Callable[[], Decision]


@dataclass(frozen=True, slots=True)
class _Decided:
    """A command of a batch: its outcome, the statement that keeps it, and what is written."""

    outcome: Outcome
    kept: Statement
    events: list[StoredEvent]
    beside: list[Statement]


class Commands:
    """Carries out the commands of one service."""

    def __init__(self, application: Application, digest_key: bytes = b"") -> None:
        self._app = application
        self._key = digest_key

    def execute(
        self,
        command: Command,
        decide: Callable[[], Decision],
        after: Sequence[Statement] = (),
    ) -> Outcome:
        """Decide, write, and return the outcome; a repeat returns the first outcome.

        `after` are statements of the same transaction (the tracked position of a reaction); they
        are run for a repeat too.
        Raises `CommandIdReused`, `Contention` and every refusal that is not `final`; other refusals
        are outcomes.
        """
        label = "fault"
        try:
            with context.bound(context.current(), command=command.id):
                outcome = self._execute(command, decide, after)
            label = outcome.get("error", {}).get("code", "done")
        except Refusal as refusal:
            label = refusal.code
            raise
        finally:
            COMMANDS.labels(self._app.log, command.name, label).inc()
            log.info("command", name=command.name, outcome=label)
        return outcome

    def execute_many(
        self,
        batch: Sequence[tuple[Command, Decide]],
        deciding: Callable[[Sequence[Command]], AbstractContextManager[Any]] = nullcontext,
    ) -> list[Outcome]:
        """Carry out commands about different things in one transaction (批量办理).

        Each is decided, remembered and repeated as by `execute`; `deciding` gets those that have no
        outcome yet, and is the context in which they are decided. Where others begin the same
        things meanwhile, each of them is carried out for itself. Raises every refusal that is not
        final, before anything is written.
        """
        ids = [command.id for command, _ in batch]
        rows = {row["id"]: row for row in self._app.database.rows(_SELECT_MANY, (ids,))}
        found = {
            command.id: self._kept_outcome(command, rows[command.id])
            for command, _ in batch
            if command.id in rows
        }
        fresh = [(command, decide) for command, decide in batch if command.id not in found]
        if fresh:
            found |= self._carried_out(fresh, deciding([command for command, _ in fresh]))
        log.info("commands", count=len(batch), fresh=len(fresh))
        return [found[id_] for id_ in ids]

    def _carried_out(
        self, fresh: Sequence[tuple[Command, Decide]], deciding: AbstractContextManager[Any]
    ) -> dict[str, Outcome]:
        outcomes: list[Statement] = []
        events: list[StoredEvent] = []
        beside: list[list[Statement]] = []
        found: dict[str, Outcome] = {}
        with deciding:
            for command, decide in fresh:
                with context.bound(context.current(), command=command.id):
                    decided = self._decided(command, decide)
                found[command.id] = decided.outcome
                outcomes.append(decided.kept)
                events += decided.events
                beside.append(decided.beside)
        try:
            self._app.recorder.insert_events(
                events, before=gathered([[each] for each in outcomes]), after=gathered(beside)
            )
        except Conflict:
            return {command.id: self.execute(command, decide) for command, decide in fresh}
        for command, _ in fresh:
            label = found[command.id].get("error", {}).get("code", "done")
            COMMANDS.labels(self._app.log, command.name, label).inc()
        return found

    def _decided(self, command: Command, decide: Decide) -> "_Decided":
        """What a command comes to and would write. Raises every refusal that is not final."""
        try:
            decision = decide()
        except Refusal as raised:
            decision = Decision({}, refusal=raised)
        refusal = decision.refusal
        if refusal is not None and not refusal.final:
            raise refusal
        if decision.locks:
            raise TypeError(f"{command.name} takes locks: it is not for a batch")
        events, beside = self._app.prepared(decision)
        outcome: Outcome = {"result": decision.result}
        if refusal is not None:
            outcome = {"error": refusal.as_dict()}
            if command.refusal_is_event:
                with grounds(Grounds(decision.rule_version, decision.seen)):
                    told = self._refusal_event(command, refusal)
                events.append(told)
                beside += self._app.projected([told])
        return _Decided(outcome, self._outcome(command, outcome), events, beside)

    def rehearse(self, command: Command, decide: Callable[[], Decision]) -> Rehearsal:
        """Decide, and give everything up again (试算): nothing is written, not even an outcome.

        `command` names what its events would carry; its id stays unused. Raises every refusal that
        deciding raises.
        """
        with context.bound(context.current(), command=command.id), only_reading():
            decision = decide()
            try:
                found = self._app.rehearsed(decision)
            finally:
                decision.give_up()
        if decision.refusal is not None:
            raise decision.refusal
        log.info("rehearsal", name=command.name)
        return Rehearsal(decision.result, found, decision.rule_version)

    def _execute(
        self, command: Command, decide: Callable[[], Decision], after: Sequence[Statement]
    ) -> Outcome:
        if command.look_first and (stored := self._stored(command)) is not None:
            return stored
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(command, decide, after)
            except Conflict as conflict:
                if conflict.constraint == "commands_id":
                    return self._repeat(command, after)
                if (refusal := self._app.refusals.get(conflict.constraint)) is not None:
                    return self._refuse(command, refusal(), after)
                if conflict.constraint != "events_stream_version":
                    raise
            time.sleep(random.random() * min(0.001 * 2**attempt, 0.1))  # noqa: S311
        raise Contention

    def _attempt(
        self, command: Command, decide: Callable[[], Decision], after: Sequence[Statement]
    ) -> Outcome:
        try:
            decision = decide()
        except Refusal as refusal:
            if not refusal.final:
                raise
            return self._refuse(command, refusal, after)
        if decision.refusal is not None:
            return self._remember(command, decision, decision.refusal, after)
        outcome: Outcome = {"result": decision.result}
        with decision.held:
            self._app.write(decision, before=[self._outcome(command, outcome)], after=after)
        return outcome

    def _remember(
        self,
        command: Command,
        decision: Decision,
        refusal: Refusal,
        after: Sequence[Statement],
    ) -> Outcome:
        """Refuse, and keep what the decision changed.

        Raises a refusal that is not `final`: what changed is kept, the command may be tried again.
        """
        if not refusal.final:
            with decision.held:
                self._app.write(decision)
            raise refusal
        outcome: Outcome = {"error": refusal.as_dict()}
        with grounds(Grounds(decision.rule_version, decision.seen)):
            events = [self._refusal_event(command, refusal)] if command.refusal_is_event else []
        before = [self._outcome(command, outcome)]
        with decision.held:
            self._app.write(decision, before=before, after=after, refused=events)
        return outcome

    def _refuse(self, command: Command, refusal: Refusal, after: Sequence[Statement]) -> Outcome:
        outcome: Outcome = {"error": refusal.as_dict()}
        events = [self._refusal_event(command, refusal)] if command.refusal_is_event else []
        try:
            self._app.recorder.insert_events(
                events,
                before=[self._outcome(command, outcome)],
                after=(*self._app.projected(events), *after),
            )
        except Conflict as conflict:
            if conflict.constraint != "commands_id":
                raise
            return self._repeat(command, after)
        return outcome

    def _repeat(self, command: Command, after: Sequence[Statement]) -> Outcome:
        """The first outcome; the statements of the repeat itself still have to be run."""
        stored = self._stored(command) or {}
        self._app.recorder.insert_events([], after=after)
        return stored

    def _refusal_event(self, command: Command, refusal: Refusal) -> StoredEvent:
        stream = uuid5(NAMESPACE_URL, f"wanchuang/refusal/{command.id}")
        type_ = f"{self._app.log}.CommandRefused"
        data = {
            "command": command.name,
            "code": refusal.code,
            "grounds": refusal.data,
            "inputs": {name: _kept(value) for name, value in (command.shown or {}).items()},
        }
        return StoredEvent(stream, 1, type_, event_body(type_, stream, 1, clock.now(), data))

    def _outcome(self, command: Command, outcome: Outcome) -> Statement:
        digests = compact(self._digests(command)).decode()
        return _INSERT, (command.id, command.name, digests, compact(outcome).decode())

    def _digests(self, command: Command) -> dict[str, str]:
        actor = context.current().actor
        fields = {**command.values, "command": command.name, "actor": actor}
        return {
            name: blake2b(compact(value), digest_size=12, key=self._key).hexdigest()
            for name, value in fields.items()
        }

    def _stored(self, command: Command) -> Outcome | None:
        row = self._app.database.row(_SELECT, (command.id,))
        return None if row is None else self._kept_outcome(command, row)

    def _kept_outcome(self, command: Command, row: Mapping[str, Any]) -> Outcome:
        """The outcome that a row keeps. Raises `CommandIdReused`."""
        before, given = json.loads(row["digests"]), self._digests(command)
        differing = [name for name in sorted(before | given) if before.get(name) != given.get(name)]
        if differing:
            raise CommandIdReused(differing)
        outcome: Outcome = json.loads(row["outcome"])
        return outcome


def _kept(value: Any) -> Any:
    """An input as a refusal's event keeps it: what is very long by its digest."""
    text = canonical(value)
    if len(text) <= LONGEST_INPUT:
        return value
    return {"sha256": sha256(text).hexdigest(), "bytes": len(text)}


def reaction(name: str, log_name: str, position: int, **values: Any) -> Command:
    """The command that an entry of another log causes; its id follows from the entry."""
    id_ = uuid5(NAMESPACE_URL, f"wanchuang/reaction/{name}/{log_name}/{position}")
    return Command(name, str(id_), values, values, refusal_is_event=True)
