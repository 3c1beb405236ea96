"""One example of the stateful test: replicas on a database, the reference beside them."""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from chassis import clock
from chassis.commands import Outcome
from chassis.domain import new_id
from chassis.testing import sequencer
from ledger_model.auditing import Audited
from ledger_model.budgets import DONE, FUND, Year
from ledger_model.purchasing import Purchasing
from ledger_model.reference import Reference
from ledger_model.replicas import Crash, Fate, Replicas
from ledger_model.stopping import Stopping
from voucher_ledger.domain.budget import budget_id
from voucher_ledger.testing import World
from voucher_ledger.totals import LedgerTotals

NOON: Final = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
STAFF: Final = ("staff-a", "staff-b", "staff-c", "staff-d")
LEGAL, TAX, IP = "enterprise.legal", "enterprise.tax", "enterprise.ip"

FATES = st.builds(
    Fate,
    st.integers(0, 1),
    st.sampled_from([*[Crash.NEVER] * 5, Crash.BEFORE, Crash.AFTER]),
    st.booleans(),
    st.sampled_from([False] * 5 + [True]),
)
SMALL = st.integers(0, 9)
MOSTLY = st.sampled_from([True, True, True, False])
SELDOM = st.sampled_from([True, False, False])

SEEN: Counter[str] = Counter()
"""How often each command ended in which way: what the examples have reached."""


@dataclass(frozen=True)
class Step:
    """Something that somebody does: a method of the machine, and what it is given."""

    name: str
    given: dict[str, Any]

    def on(self, machine: Any) -> None:
        """Do it, if it makes sense now."""
        method = getattr(machine, self.name)
        if method.when(machine):
            method(**self.given)


def action(
    weight: int, when: Callable[[Any], object] = lambda _: True, **given: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Any]:
    """Make a method a step, as likely as its weight says.

    Not a `rule` each: Hypothesis leaves most rules out of an example, and then nothing gets far.
    """

    def decorate(method: Callable[..., None]) -> Any:
        method.weight, method.when, method.given = weight, when, given  # type: ignore[attr-defined]
        return method

    return decorate


def steps_of(machine: type) -> st.SearchStrategy[Step]:
    """The steps of a machine."""
    found: list[st.SearchStrategy[Step]] = []
    for name in sorted(dir(machine)):
        method = getattr(machine, name)
        if hasattr(method, "weight"):
            given = st.fixed_dictionaries(method.given)
            found += [st.builds(Step, st.just(name), given)] * method.weight
    return st.one_of(found)


class Setting(RuleBasedStateMachine):
    """What the rules of every subject stand on."""

    make: "ClassVar[staticmethod[[], str]]"
    """The URL of a fresh ledger's database; whoever runs the machine sets it."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._ids = random.Random(0)
        patch = self._stack.enter_context(pytest.MonkeyPatch.context())
        for module in ("chassis.domain.uuid4", "eventsourcing.domain.uuid4"):
            patch.setattr(module, lambda: uuid.UUID(int=self._ids.getrandbits(128), version=4))
        self.move = self._stack.enter_context(clock.fixed(NOON))
        self.replicas = Replicas(self.make())
        self._stack.callback(self.replicas.close)
        self.reference = Reference()
        self.purchasing = Purchasing(self.reference)
        self.redeeming = Stopping(self.reference, self.purchasing)
        self.judge = Audited(self.reference.offers)
        self.orders: list[tuple[str, str]] = []
        self.runs: dict[str, str] = {}
        self.restart_sequencer()
        self.read_the_date()

    def teardown(self) -> None:
        """End the example."""
        self._stack.close()

    def agree(
        self,
        said: str,
        fate: Fate,
        name: str,
        actor: str = STAFF[0],
        subject: str | None = None,
        role: str | None = None,
        /,
        **values: Any,
    ) -> Outcome:
        """A command ends as the reference said; its outcome."""
        outcome = self.replicas.run(fate, name, actor, subject, role, **values)
        assert _code(outcome) == said, (name, values, outcome)
        SEEN[f"{name}: {said}"] += 1
        return outcome

    def tick(self, fate: Fate, action: Callable[[World], object]) -> None:
        """The service ticks, at a replica that may die in it."""

        def ticking(world: World) -> Outcome:
            action(world)
            return {}

        self.replicas.whatever_happens(fate, ticking)

    def seal(self) -> None:
        """Give every event its position, seal it, and judge it."""
        while self.sequencer.step():
            pass
        for entry in self.replicas.world.ledger.log_reader.entries(self.judge.read):
            self.judge.add(entry)

    def restart_sequencer(self) -> None:
        """The log keeper is replaced by one that remembers nothing."""
        database = self.replicas.world.ledger.database
        self.sequencer = sequencer(database, "voucher-ledger", LedgerTotals)

    def cosign(self) -> None:
        """The supervisor has witnessed everything so far."""
        self.seal()
        size, note = self.judge.read, f"cosigned {self.judge.read}"
        said = {"watched": "voucher-ledger", "size": size, "note": note}
        self.replicas.world.hear("oversight.WitnessCosigned", new_id(), **said)
        self.judge.notes[size] = note
        self.redeeming.cosign()

    def read_the_date(self) -> None:
        """The reference learns the legal date."""
        self.reference.today = self.purchasing.today = clock.legal_date().isoformat()

    def hear_all(self) -> None:
        """Everything so far is sealed, and all that was heard of matching's log is applied."""
        self.seal()
        self.replicas.world.catch_up()


def pick(things: Any, n: int) -> Any:
    """One of some things."""
    found = list(things)
    return found[n % len(found)]


def the_budget(of: Year, fund: str = FUND) -> str:
    """The id of a budget."""
    return budget_id(fund, of[1], of[0])


def _code(outcome: Outcome) -> str:
    if "passing" in outcome:
        return str(outcome["passing"])
    return str(outcome["error"]["code"]) if "error" in outcome else DONE
