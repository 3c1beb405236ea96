"""Staff of the operator act under a tenure in force, and say how far it had been seen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chassis import clock, context, tenure
from chassis.application import Decision
from chassis.commands import Commands
from chassis.contract import Command, View
from chassis.database import Statement
from chassis.domain import new_id
from chassis.projection import Fact, Projector
from chassis.sealing.frontier import Frontier
from chassis.sequencer import Sequencer
from chassis.service import Service, handles
from chassis.subscription import tracking
from chassis.subscription.tracking import Tracked
from chassis.tests.conftest import Account, Bank

TENURE, NEXT = new_id(), new_id()
GRANTED: dict[str, Any] = {
    "number": 1,
    "operator": "安徽示例运营有限公司",
    "uscc": "91350100M000100Y43",
    "contract_number": "1",
    "document_sha256": "0" * 64,
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
}


class Mend(Command):
    """Something that the operator's staff do."""

    service = "bank"
    allowed = frozenset({"operator", "bureau"})
    refusal_is_event = True
    view = View


class Leave(Command):
    """Something that anybody does."""

    service = "bank"
    view = View


class BankService(Service):
    """Does both."""

    name = "bank"

    @handles(Mend)
    def mend(self) -> Decision:
        return Decision({}, [Account(owner="somebody")])

    @handles(Leave)
    def leave(self) -> Decision:
        return Decision({}, [Account(owner="somebody")])


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    with clock.fixed(datetime(2026, 11, 1, 4, tzinfo=UTC)):
        yield


@pytest.fixture
def learnt() -> Projector:
    projector = Projector()
    tenure.learn(projector)
    return projector


class Counter:
    """Where callers come to."""

    def __init__(self, bank: Bank, commands: Commands, learnt: Projector) -> None:
        self._bank = bank
        self._learnt = learnt
        self.service = object.__new__(BankService)
        self.service.runtime = SimpleNamespace(application=bank, commands=commands, key=None)

    def hear(self, name: str, stream: str = TENURE, **data: Any) -> None:
        """An event of identity's, applied."""
        fact = Fact(f"identity.OperatorTenure{name}", stream, 1, data, "")
        statements: list[Statement] = self._learnt.statements(fact)
        assert statements
        self._bank.database.execute(statements)

    def ask(self, method: str, role: str, authority: str | None) -> dict[str, Any]:
        who = context.Context("somebody", role=role, region="340000", authority=authority)
        self.service.circumstances = who  # type: ignore[misc]
        given = {"input": {}, "command_id": new_id()}
        outcome: dict[str, Any] = getattr(self.service, method)(given)
        return outcome


@pytest.fixture
def counter(bank: Bank, commands: Commands, learnt: Projector) -> Counter:
    return Counter(bank, commands, learnt)


@pytest.mark.article(7)
def test_without_a_tenure_in_force_nothing_is_done_as_the_operator(
    bank: Bank, counter: Counter, sequencer: Sequencer
) -> None:
    def code(authority: str | None) -> str:
        outcome = counter.ask("mend", tenure.OPERATOR, authority)
        return str(outcome.get("error", {}).get("code", ""))

    outside = "operator.outside-tenure"
    assert (code(None), code(TENURE)) == (outside, outside)
    counter.hear("Granted", **GRANTED)
    counter.hear("Granted", NEXT, **{**GRANTED, "number": 2, "valid_from": "2026-11-02"})
    counter.hear("Warned")
    assert (code(None), code(NEXT), code(TENURE)) == (outside, outside, "")
    counter.hear("Revoked")
    assert code(TENURE) == outside
    counter.hear("HandedOver", successor_id=NEXT)
    assert code(TENURE) == outside
    assert counter.ask("leave", tenure.OPERATOR, None) == {"result": {}}
    assert counter.ask("mend", "bureau", None) == {"result": {}}
    sequencer.step()
    types = [entry.type for entry in bank.log_reader.entries(0)]
    assert types.count("bank.CommandRefused") == 6
    rows = tenure.tenures(bank.database)
    assert [(row["number"], row["state"], row["warnings"]) for row in rows] == [
        (2, "granted", 0),
        (1, "handed-over", 1),
    ]
    assert rows[1]["successor_id"] == NEXT


@pytest.mark.article(7, 8)
def test_a_decision_says_how_far_its_tenure_had_been_seen(
    bank: Bank, counter: Counter, sequencer: Sequencer
) -> None:
    counter.hear("Granted", **GRANTED)
    frontier = Frontier().extend([b"0" * 32] * 42)
    advance = tracking.advance("identity", Tracked(Frontier()), Tracked(frontier, 41))
    bank.database.execute([advance])
    assert counter.ask("mend", tenure.OPERATOR, TENURE) == {"result": {}}
    sequencer.step()
    event = bank.log_reader.entries(0)[-1].event
    assert (event["authority"], event["seen"]) == (TENURE, {"identity": 41})
