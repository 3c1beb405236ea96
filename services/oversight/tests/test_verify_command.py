"""`verify` and `as-of` on the command line: what is printed, and the exit status."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner, Result

import oversight
from chassis.database import Database
from chassis.testing import MakeMigrated
from oversight.cli import main
from oversight.testing import KEYS, fill, signed

LEDGER = "voucher-ledger"


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


class Console:
    """The console of a supervisor whose copy holds the hand-made history."""

    def __init__(self, url: str, history: History) -> None:
        self.history = history
        self.environ = {
            "OVERSIGHT_DATABASE_URL": url,
            "LOG_KEYS": " ".join(map(str, KEYS.logs.values())),
            "WITNESS_KEYS": " ".join(map(str, KEYS.witnesses)),
            "PAYMENT_INSTITUTION_KEYS": " ".join(KEYS.institutions),
            "AMQP_URL": "amqp://guest:guest@127.0.0.1:1/",
        }
        self.database = Database(url, pool_size=1)
        fill(self.database, {log: history.texts(log) for log in history.logs})

    def run(self, *arguments: str, **environ: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**self.environ, **environ})

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def spoil(self, statement: str) -> None:
        with self.database.cursor() as cursor:
            cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
            cursor.execute(statement)


@pytest.fixture
def console(make_migrated: MakeMigrated, history: History) -> Console:
    folder = Path(oversight.__file__).parent / "migrations"
    return Console(make_migrated({"oversight": folder}), history)


@pytest.mark.article(8, 32)
def test_a_clean_copy_is_said_to_be_clean_with_who_signed_it(console: Console) -> None:
    done = console.run("verify")
    assert done.exit_code == 0, done.output
    assert "无异常 / CLEAN" in done.stdout
    assert KEYS.logs[LEDGER].label in done.stdout
    assert KEYS.witnesses[0].label in done.stdout
    size = len(console.history.logs[LEDGER])
    assert f"{size}/{size}" in done.stderr.replace(" ", ""), "progress"
    assert "paid=30,000" in done.stdout


@pytest.mark.article(8, 32)
def test_a_changed_copy_is_broken_and_the_report_says_where(
    console: Console, tmp_path: Path
) -> None:
    console.spoil(f"UPDATE mirror SET entry = '{{}}' WHERE log = '{LEDGER}' AND position = 3")
    file = tmp_path / "report.json"
    done = console.run("verify", LEDGER, "--json", str(file))
    assert done.exit_code == 1
    assert "BROKEN" in done.stdout
    assert f"copy-entry-changed  {LEDGER}/3" in done.stdout
    report = json.loads(file.read_text())
    assert (report["verdict"], list(report["seals"])) == ("broken", [LEDGER])
    assert report["findings"][0]["rule"] == "copy-entry-changed"
    assert console.run("verify", "catalog").exit_code == 0
    printed = console.run("verify", "catalog", "--json", "-")
    assert json.loads(printed.stdout)["verdict"] == "clean"


def test_a_checkpoint_that_somebody_was_shown_is_checked(console: Console, tmp_path: Path) -> None:
    texts = console.history.texts("catalog")
    note = tmp_path / "note.txt"
    note.write_text(signed("catalog", texts))
    assert console.run("verify", "catalog", "--checkpoint", str(note)).exit_code == 0
    note.write_text(signed("catalog", [text.replace("340100", "340200") for text in texts]))
    done = console.run("verify", "catalog", "--checkpoint", str(note))
    assert (done.exit_code, "two-histories" in done.stdout) == (1, True)
    note.write_bytes(b"\xff\x00 not a note")
    done = console.run("verify", "--checkpoint", str(note))
    assert (done.exit_code, "签名文书格式无效" in done.output) == (2, True)
    note.write_text(signed("catalog", texts).replace("wanchuang/catalog", "elsewhere/other"))
    assert console.run("verify", "--checkpoint", str(note)).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (["verify"], {"LOG_KEYS": ""}, "LOG_KEYS"),
        (["verify"], {"LOG_KEYS": "nonsense"}, "密钥文本无效"),
        (["verify"], {"OVERSIGHT_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "监理数据库"),
        (["verify", "--live"], {}, "rabbitmq"),
        (["verify", "nothing"], {}, "nothing"),
        (["as-of", "balances"], {"OVERSIGHT_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "数据库"),
        (["as-of", "balances", "--at", "yesterday"], {}, "2026-03-01T08:30"),
        (["as-of", "voucher", "not-an-id"], {}, "not-an-id"),
        (["replay", "catalog", "--from", "2026-13"], {}, "Asia/Shanghai"),
    ],
)
def test_what_cannot_be_checked_is_a_clear_line_and_status_2(
    console: Console, arguments: list[str], environ: dict[str, str], said: str
) -> None:
    done = console.run(*arguments, **environ)
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert "Traceback" not in done.output
    assert isinstance(done.exception, SystemExit)


@pytest.mark.article(6, 17)
def test_balances_are_rebuilt_as_of_a_position_or_a_date(console: Console) -> None:
    whole = console.json("as-of", "balances", "--json")
    assert whole["balances"] == console.history.audit().totals
    position = console.history.place(f"{LEDGER}.BudgetShareDrawn")[1]
    before = console.json("as-of", "balances", "--at", str(position - 1), "--json")
    after = console.json("as-of", "balances", "--at", str(position), "--json")
    assert before["position"] == position - 1
    assert "issued" not in before["balances"][1]["balances"]
    assert after["balances"][1]["balances"]["issued"] == 200_000
    day = console.json("as-of", "balances", "--at", "2026-05-01", "--json")
    assert day["balances"] == whole["balances"], "04:00 UTC is that day in Shanghai"
    assert console.json("as-of", "balances", "--at", "2026-04-30", "--json")["balances"] == []
    printed = console.run("as-of", "balances")
    assert "合计 / sum 0" in printed.stdout


@pytest.mark.article(17, 32)
def test_a_voucher_is_rebuilt_with_its_history(console: Console, ident: Callable[..., str]) -> None:
    id_ = ident("voucher")
    position = console.history.place(f"{LEDGER}.VoucherReserved")[1]
    found = console.json("as-of", "voucher", id_, "--at", str(position), "--json")
    assert (found["state"], found["available_fen"]) == ("claimed", 170_000)
    assert found["reserved_fen"] == {ident("order"): 30_000}
    assert [line["type"].partition(".")[2] for line in found["history"]] == [
        "VoucherGranted", "VoucherClaimed", "VoucherReserved",
    ]  # fmt: skip
    assert console.run("as-of", "voucher", id_, "--at", "2026-04-30").exit_code == 1
    assert console.run("as-of", "voucher", ident("nothing")).exit_code == 1
    printed = console.run("as-of", "voucher", id_.upper())
    assert "VoucherReleased v6" in printed.stdout


def test_a_standing_and_a_listing_are_rebuilt(console: Console, ident: Callable[..., str]) -> None:
    found = console.json("as-of", "standing", ident("user"), "--json")
    assert (found["verified"], found["user_since_position"]) == (True, 3)
    first = console.json("as-of", "standing", ident("user"), "--at", "2", "--json")
    assert (first["verified"], first["user_since_position"]) == (True, None)
    listing = console.json("as-of", "listing", ident("listing"), "--json")
    assert (listing["price_fen"], listing["valid_until"]) == (100_000, "2026-12-31")
    before = console.json("as-of", "listing", ident("listing"), "--at", "0", "--json")
    assert before["valid_until"] == ""


def test_an_entry_that_cannot_be_understood_is_passed_over_and_said(
    console: Console, ident: Callable[..., str]
) -> None:
    console.spoil("UPDATE mirror SET entry = '[' WHERE log = 'catalog' AND position = 1")
    done = console.run("as-of", "listing", ident("listing"))
    assert done.exit_code == 0
    assert "run verify" in done.stderr


@pytest.mark.parametrize("command", [[], ["verify"], ["as-of"], ["as-of", "voucher"], ["replay"]])
def test_help_teaches_in_both_languages(command: list[str]) -> None:
    done = CliRunner().invoke(main, [*command, "--help"])
    assert done.exit_code == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in done.output)
    assert "Usage" in done.output
