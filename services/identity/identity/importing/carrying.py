"""Carries rows out, a batch in one transaction, by somebody who is signed in.

A row's command id follows from the file, the row and who imports it, so a run that was cut off
(`kill -9`) is repeated as it is: what was done is answered from the stored outcomes, the rest is
done. Who takes over from somebody else is told of those rows that they are registered.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from chassis.application import Decision
from chassis.commands import Command, Commands, Outcome
from chassis.context import Context, bound
from chassis.guarding import guard, guarded
from identity.application import Identity
from identity.application.importing import Collected
from identity.domain.account import Account
from schemas.identity.importing import ImportSubject

LEGAL_BASIS = tuple(f"art. {number}" for number in ImportSubject.articles)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a row: its outcome, and a digest by which rows of one number are known."""

    outcome: Outcome
    subject: str


def command_id(source: str, row: int, actor: str) -> str:
    """The id of the command with which somebody imports a row of a file."""
    return str(uuid5(NAMESPACE_URL, f"wanchuang/import/{source}/{row}/{actor}"))


class Carrier:
    """Imports batches of rows for whoever a token stands for."""

    def __init__(self, application: Identity, commands: Commands, token: str) -> None:
        self._app = application
        self._commands = commands
        self._token = token
        self._correlation = str(uuid4())

    def who(self) -> Context:
        """Who acts, asked anew each time. Raises `NotSignedIn`, `RoleRequired`."""
        found = self._app.who_is(self._token)
        roles = sorted(set(found["roles"]) & ImportSubject.allowed)
        role = roles[0] if roles else None
        scopes = found["scopes"]
        if scopes is not None and ImportSubject.needed_scope() not in scopes:
            role = None
        who = Context(
            actor=found["account_id"],
            role=role,
            region=found["region"],
            authority=(found.get("authorities") or {}).get(role),
            correlation=self._correlation,
            legal_basis=LEGAL_BASIS,
        )
        guard(ImportSubject, who)
        return who

    def carry_out(self, rows: Sequence[Values]) -> list[Done]:
        """Import rows in one transaction.

        Raises every refusal that is not a row's: `NotSignedIn`, `RoleRequired`, `OutsideTenure`,
        `AccountFrozen`, `RegistryUnavailable`; nothing of these rows was written then.
        """
        who = self.who()
        collected = [self._app.collected(**values) for values in rows]
        with bound(who), guarded(self._app, ImportSubject, who):
            account = self._app.acting()
            by_id: dict[str, Collected] = {}
            batch: list[tuple[Command, Callable[[], Decision]]] = []
            for values, row in zip(rows, collected, strict=True):
                command = _command(values, who.actor)
                by_id[command.id] = row
                batch.append((command, partial(self._decided, row, account)))

            def deciding(fresh: Sequence[Command]) -> AbstractContextManager[None]:
                asked = [by_id[command.id] for command in fresh]
                self._app.ask_about(asked)
                return self._app.looked_up_for(asked)

            outcomes = self._commands.execute_many(batch, deciding)
        return [Done(outcome, row.key) for outcome, row in zip(outcomes, collected, strict=True)]

    def foresee(self, rows: Sequence[Values]) -> list[Done]:
        """What refuses rows without asking a registry; nothing is written. Raises as above."""
        who = self.who()
        with bound(who), guarded(self._app, ImportSubject, who):
            collected = [self._app.collected(**values) for values in rows]
            refusals = self._app.foreseen(collected)
        return [
            Done({"error": refusal.as_dict()} if refusal else {"result": {}}, row.key)
            for refusal, row in zip(refusals, collected, strict=True)
        ]

    def _decided(self, row: Collected, account: Account) -> Decision:
        if row.answer is None and row.candidate is not None:
            self._app.ask_about([row])
        return self._app.imported(row, account)


def _command(values: Values, actor: str) -> Command:
    return Command(
        ImportSubject.method(),
        command_id(values["source"], values["row"], actor),
        ImportSubject.comparable(values),
        ImportSubject.shown(values),
        ImportSubject.refusal_is_event,
        ImportSubject.look_first,
    )


def refusal_of(done: Done) -> dict[str, Any] | None:
    """The error of a row that was not imported."""
    error: dict[str, Any] | None = done.outcome.get("error")
    return error
