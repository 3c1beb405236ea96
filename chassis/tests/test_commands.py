"""Commands: idempotent for ever, refusals included."""

import json

import eventlet
import psycopg2
import pytest

from chassis import context
from chassis.application import Decision
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


def test_many_commands_in_one_transaction_come_out_as_one_by_one(
    bank: Bank, commands: Commands, sequencer: Sequencer
) -> None:
    rich, poor = opened(bank, commands), opened(bank, commands)
    commands.execute(command("pay_in", fen=9), lambda: bank.pay_in(rich, 9))
    batch = [
        (command("open", owner="b"), lambda: bank.open("b")),
        (command("pay_out", account=rich, fen=7), lambda: bank.pay_out(rich, 7)),
        (command("pay_out", account=poor, fen=7), lambda: bank.pay_out(poor, 7)),
    ]
    before = bank.database.row("SELECT count(DISTINCT tx) AS n FROM events")
    done = commands.execute_many(batch)
    assert [sorted(each) for each in done] == [["result"], ["result"], ["error"]]
    assert commands.execute_many(batch) == done
    assert [commands.execute(*each) for each in batch] == done
    assert bank.load(Account, rich).fen == 2
    after = bank.database.row("SELECT count(DISTINCT tx) AS n FROM events")
    assert before is not None
    assert after == {"n": before["n"] + 1}
    sequencer.step()
    assert [entry.type for entry in bank.log_reader.entries(4)].count("bank.CommandRefused") == 1


def test_many_commands_of_which_others_were_faster_are_carried_out_one_by_one(
    bank: Bank, commands: Commands
) -> None:
    accounts = [opened(bank, commands) for _ in range(2)]
    meanwhile = iter([True])

    def pay_in(account: str) -> Decision:
        decision = bank.pay_in(account, 5)
        if next(meanwhile, False):
            commands.execute(command("pay_in", fen=1), lambda: bank.pay_in(account, 1))
        return decision

    batch = [(command("pay_in", account=each), lambda each=each: pay_in(each)) for each in accounts]
    assert commands.execute_many(batch) == [{"result": {"fen": 6}}, {"result": {"fen": 5}}]


def test_many_commands_of_which_one_cannot_be_done_now_write_nothing(
    bank: Bank, commands: Commands
) -> None:
    account = opened(bank, commands)
    batch = [
        (command("pay_in", account=account), lambda: bank.pay_in(account, 5)),
        (command("penalise"), lambda: bank.penalise(account, ServiceUnavailable(service="x"))),
    ]
    with pytest.raises(ServiceUnavailable):
        commands.execute_many(batch)
    assert bank.load(Account, account).fen == 0


def test_what_was_looked_up_is_not_looked_for_again(bank: Bank, commands: Commands) -> None:
    account, unknown = opened(bank, commands), new_id()
    with bank.looked_up([account, unknown]) as absent:
        assert absent == {unknown}
        assert bank.is_absent(unknown)
        assert bank.find(Account, unknown) is None
        assert bank.load(Account, account).fen == 0
    assert not bank.is_absent(unknown)
