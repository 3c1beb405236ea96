"""Dry runs: what a command would do, decided with everything that counts, and nothing written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from chassis.application import Decision
from chassis.commands import Commands
from chassis.database import WroteInRehearsal, only_reading
from chassis.domain import new_id
from chassis.tests.conftest import Account, Bank, Overdrawn, command

TABLES = ("events", "commands", "accounts")


def written(bank: Bank) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    return {name: bank.database.rows(f"SELECT t::text FROM {name} t ORDER BY 1") for name in TABLES}


def test_a_rehearsal_says_what_would_happen_and_writes_nothing(
    bank: Bank, commands: Commands
) -> None:
    made = commands.execute(command("open", owner="a"), lambda: bank.open("a"))
    account, before = str(made["result"]["id"]), written(bank)
    tried = command("pay_in", account=account, fen=5)
    for shows, data in ((False, {}), (True, {"fen": 5})):
        bank.shows_events = shows  # type: ignore[misc]
        found = commands.rehearse(tried, lambda: bank.pay_in(account, 5))
        assert found.result == {"fen": 5}
        event = {"type": "bank.AccountPaid", "stream": account, "data": data, "count": 1}
        assert found.events == [event]
    assert written(bank) == before
    other = replace(tried, values={"account": account, "fen": 6})
    done = commands.execute(other, lambda: bank.pay_in(account, 6))
    assert done == {"result": {"fen": 6}}, "the id of what was only tried is not used"


def test_a_refusal_is_told_and_not_kept(bank: Bank, commands: Commands) -> None:
    made = commands.execute(command("open", owner="a"), lambda: bank.open("a"))
    account, before = str(made["result"]["id"]), written(bank)
    with pytest.raises(Overdrawn):
        commands.rehearse(command("pay_out", id=account), lambda: bank.pay_out(account, 7))
    assert written(bank) == before


def test_what_the_decision_holds_is_given_up(bank: Bank, commands: Commands) -> None:
    ends: list[str] = []

    @contextmanager
    def held() -> Iterator[None]:
        try:
            yield
        except BaseException:
            ends.append("given up")
            raise
        ends.append("written")

    commands.rehearse(command("x"), lambda: Decision({}, held=held()))
    broken = Decision({}, [Account("a")], bulks=[None], held=held())  # type: ignore[list-item]
    with pytest.raises(AttributeError):
        commands.rehearse(command("x"), lambda: broken)
    assert ends == ["given up", "given up"]


def test_a_use_case_that_writes_by_itself_is_caught(bank: Bank, commands: Commands) -> None:
    def by_statement() -> Decision:
        bank.database.execute([("INSERT INTO accounts VALUES ('x', 1)", ())])
        return Decision({})

    def by_decision() -> Decision:
        bank.write(bank.open("a"))
        return Decision({})

    before = written(bank)
    for wrong in (by_statement, by_decision):
        with pytest.raises(WroteInRehearsal):
            commands.rehearse(command("x"), wrong)
    assert written(bank) == before
    with only_reading():
        assert bank.database.reachable()
    commands.execute(command("open", new_id()), lambda: bank.open("b"))
