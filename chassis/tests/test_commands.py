"""Commands: idempotent for ever, refusals included."""

import json

import eventlet
import psycopg2
import pytest

from chassis import context
from chassis.commands import Commands
from chassis.domain import new_id
from chassis.refusal import CommandIdReused, ServiceUnavailable
from chassis.sequencer import Sequencer
from chassis.tests.conftest import Account, Bank, Overdrawn, command


def opened(bank: Bank, commands: Commands) -> str:
    outcome = commands.execute(command("open", owner="a"), lambda: bank.open("a"))
    return str(outcome["result"]["id"])


def test_a_repeated_command_returns_its_first_outcome(bank: Bank, commands: Commands) -> None:
    account = opened(bank, commands)
    once = command("pay_in", id=account, fen=5)
    first = commands.execute(once, lambda: bank.pay_in(account, 5))
    second = commands.execute(once, lambda: bank.pay_in(account, 5))
    assert first == second == {"result": {"fen": 5}}
    assert bank.load(Account, account).fen == 5


def test_the_same_id_with_other_input_is_refused_naming_the_field(
    bank: Bank, commands: Commands
) -> None:
    account, id_ = opened(bank, commands), new_id()
    commands.execute(
        command("pay_in", id_, account=account, fen=5), lambda: bank.pay_in(account, 5)
    )
    with pytest.raises(CommandIdReused) as refused:
        commands.execute(
            command("pay_in", id_, account=account, fen=6), lambda: bank.pay_in(account, 6)
        )
    assert refused.value.data["fields"] == ["fen"]
    assert bank.load(Account, account).fen == 5


def test_a_refusal_may_remember_what_led_to_it(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    account = opened(bank, commands)
    once = command("penalise", account=account)
    first = commands.execute(once, lambda: bank.penalise(account, Overdrawn(fen=1)))
    again = commands.execute(once, lambda: bank.penalise(account, Overdrawn(fen=1)))
    assert first == again
    assert first["error"]["code"] == "bank.overdrawn"
    assert bank.load(Account, account).fen == 1
    assert bank.database.row("SELECT fen FROM accounts") == {"fen": 1}
    sequencer.step()
    refused = bank.log_reader.entries(0)[-1].event
    assert refused["type"] == "bank.CommandRefused"
    assert refused["rule_version"] == "penalty/1"


def test_what_a_passing_refusal_changed_is_kept_and_its_command_may_be_tried_again(
    bank: Bank, commands: Commands
) -> None:
    account = opened(bank, commands)
    once = command("penalise", account=account)
    for _ in range(2):
        with pytest.raises(ServiceUnavailable):
            commands.execute(once, lambda: bank.penalise(account, ServiceUnavailable(service="x")))
    assert bank.load(Account, account).fen == 2
    done = commands.execute(once, lambda: bank.pay_in(account, 5))
    assert done == {"result": {"fen": 7}}


def test_another_actor_cannot_replay_a_command(bank: Bank, commands: Commands) -> None:
    account = opened(bank, commands)
    once = command("pay_in", account=account, fen=5)
    commands.execute(once, lambda: bank.pay_in(account, 5))
    with context.bound(context.Context(actor="mallory")), pytest.raises(CommandIdReused) as refused:
        commands.execute(once, lambda: bank.pay_in(account, 5))
    assert refused.value.data["fields"] == ["actor"]


def test_a_refusal_is_an_outcome_and_an_entry_and_stays(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    account = opened(bank, commands)
    once = command("pay_out", account=account, fen=7)
    refused = commands.execute(once, lambda: bank.pay_out(account, 7))
    assert refused["error"]["code"] == "bank.overdrawn"
    assert refused["error"]["message"]["en"] == "Not enough: 0 fen"
    commands.execute(command("pay_in", fen=9), lambda: bank.pay_in(account, 9))
    again = commands.execute(once, lambda: bank.pay_out(account, 7))
    assert again == refused, "a refused id stays burned, though the money is there now"
    sequencer.step()
    entry = bank.log_reader.entries(1)[0]
    assert entry.type == "bank.CommandRefused"
    assert entry.data == {
        "code": "bank.overdrawn",
        "command": "pay_out",
        "grounds": {"fen": 0},
        "inputs": {"account": account, "fen": 7},
    }


def test_two_hundred_concurrent_payments_never_overdraw(bank: Bank, commands: Commands) -> None:
    account = opened(bank, commands)
    commands.execute(command("pay_in", fen=50), lambda: bank.pay_in(account, 50))
    pool = eventlet.GreenPool(8)
    outcomes = list(
        pool.imap(
            lambda n: commands.execute(
                command("pay_out", fen=1, n=n), lambda: bank.pay_out(account, 1)
            ),
            range(80),
        )
    )
    assert sum("result" in outcome for outcome in outcomes) == 50
    assert sum("error" in outcome for outcome in outcomes) == 30
    assert bank.load(Account, account).fen == 0
    assert bank.database.row("SELECT fen FROM accounts") == {"fen": 0}


def test_events_are_plain_json_that_anyone_can_read(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    who = context.Context(actor="acc-1", role="user", correlation="c-1", legal_basis=("art. 17",))
    with context.bound(who):
        account = opened(bank, commands)
    sequencer.step()
    entry = json.loads(bank.log_reader.entries(0)[0].text)
    event = entry.pop("event")
    assert entry == {"log": "bank", "position": 0}
    assert event["type"] == "bank.AccountOpened"
    assert event["data"] == {"owner": "a"}
    assert (event["stream"], event["version"]) == (account, 1)
    assert (event["actor"], event["role"], event["correlation"]) == ("acc-1", "user", "c-1")
    assert event["legal_basis"] == ["art. 17"]


@pytest.mark.parametrize("table", ["events", "commands", "entries"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_log_cannot_be_changed(
    bank: Bank, commands: Commands, sequencer: Sequencer, table: str, change: str
) -> None:
    opened(bank, commands)
    sequencer.step()
    column = {"events": "body = ''", "commands": "outcome = ''", "entries": "position = 9"}[table]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), bank.database.cursor() as cursor:
        cursor.execute(change.format(table, column))
