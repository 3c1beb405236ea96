"""A log as files: all of it, as signed, and nothing that was touched passes for it."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from chassis import testing
from chassis.commands import Commands
from chassis.export import MANIFEST, ExportUnfit, check, write_log, write_manifest
from chassis.seal import signing_key
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.tests.conftest import Bank, command

KEY = signing_key(Settings(service="bank", log_signing_key=testing.LOG_SIGNING_KEY)).verifier
KEYS = {"bank": KEY}


@pytest.fixture
def exported(bank: Bank, commands: Commands, sequencer: Sequencer, tmp_path: Path) -> Path:
    for n in range(1100):  # more than one read
        commands.execute(command("open", owner=str(n)), lambda n=n: bank.open(str(n)))  # type: ignore[misc]
        if n == 1090:
            sequencer.step()
    sequencer.step()
    folder = tmp_path / "export"
    folder.mkdir()
    line = write_log(bank.database, "bank", KEY, folder)
    assert line["size"] == 1100
    digest = write_manifest(folder, [line])
    assert digest == sha256((folder / MANIFEST).read_bytes()).hexdigest()
    return folder


@pytest.mark.article(7, 32)
def test_an_export_holds_the_whole_log_as_it_was_signed(bank: Bank, exported: Path) -> None:
    _, logs = check(exported, KEYS)
    assert [(each["log"], each["size"]) for each in logs] == [("bank", 1100)]
    lines = (exported / "bank.jsonl").read_text("utf-8").splitlines()
    assert lines[0] == bank.log_reader.entries(0, 1)[0].text
    assert json.loads(lines[-1])["position"] == 1099


@pytest.mark.article(7, 8)
def test_an_export_that_was_touched_is_refused(exported: Path) -> None:
    entries, manifest = exported / "bank.jsonl", exported / MANIFEST
    whole, said = entries.read_bytes(), manifest.read_text("utf-8")
    lines = whole.splitlines(keepends=True)
    for spoiled in (
        b"".join(lines[:-1]),
        b"".join([*lines[:5], lines[6], lines[5], *lines[7:]]),
        whole.replace(b'"owner":"7"', b'"owner":"8"', 1),
        whole + b"\n",
    ):
        entries.write_bytes(spoiled)
        with pytest.raises(ExportUnfit, match="not those that were signed"):
            check(exported, KEYS)
    entries.write_bytes(whole)
    manifest.write_text(said.replace("1100", "1099"), "utf-8")
    with pytest.raises(ExportUnfit, match="the manifest says something else"):
        check(exported, KEYS)
    manifest.write_text(said, "utf-8")
    other = signing_key(Settings(service="bank", log_signing_key="ab" * 32)).verifier
    with pytest.raises(ExportUnfit):
        check(exported, {"bank": other})
    with pytest.raises(ExportUnfit, match="not in the export"):
        check(exported, {**KEYS, "other": KEY})


def test_a_log_of_which_nothing_is_sealed_is_not_exported(bank: Bank, tmp_path: Path) -> None:
    with pytest.raises(ExportUnfit, match="nothing is sealed"):
        write_log(bank.database, "bank", KEY, tmp_path)
