"""`wanchuang-identity`, and the digest by which the supervisor compares keys with the log."""

from contextlib import closing
from hashlib import sha256
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner, Result

from chassis import cli as chassis_cli
from chassis.application import Decision
from chassis.domain import new_id
from chassis.privacy import PersonalDataKey
from chassis.settings import Settings
from identity.cli import main
from schemas.identity.personal_data import SubjectKeysDigest
from services.identity.tests.conftest import KEY, Desk
from services.identity.tests.test_vault import OTHER, destruction, keep


def run(settings: Settings, *arguments: str, **environ: str) -> Result:
    given = {"IDENTITY_DATABASE_URL": settings.database_url, "PERSONAL_DATA_KEY": KEY, **environ}
    return CliRunner().invoke(main, list(arguments), env=given)


def behind_the_log(url: str, statement: str) -> None:
    """Change the table as somebody who may disable triggers can."""
    with closing(psycopg2.connect(url)) as connection, connection:
        connection.cursor().execute(
            f"ALTER TABLE subject_keys DISABLE TRIGGER ALL; {statement};"
            "ALTER TABLE subject_keys ENABLE TRIGGER ALL"
        )


def digest(*subjects: str) -> str:
    return sha256("".join(f"{subject}\n" for subject in sorted(subjects)).encode()).hexdigest()


def test_a_rotation_as_the_manual_tells_it(desk: Desk, settings: Settings) -> None:
    for _ in range(3):
        keep(desk, new_id())
    assert run(settings, "check").exit_code == 0
    done = run(settings, "rewrap", PERSONAL_DATA_KEY=f"{OTHER} {KEY}")
    assert (done.exit_code, done.output.startswith("3 ")) == (0, True), done.output
    assert run(settings, "rewrap", PERSONAL_DATA_KEY=OTHER).output.startswith("0 ")
    assert run(settings, "check", PERSONAL_DATA_KEY=OTHER).exit_code == 0
    left = run(settings, "check")
    assert left.exit_code == 1
    assert left.output.count("no known master key opens it") == 3
    stuck = run(settings, "rewrap")
    assert stuck.exit_code == 1
    assert "run check" in stuck.output
    for text in (done.output, left.output, stuck.output):
        assert OTHER not in text
        assert KEY not in text


def test_the_key_may_come_from_a_file(desk: Desk, settings: Settings, tmp_path: Any) -> None:
    keep(desk, new_id())
    file = tmp_path / "key"
    file.write_text(f"{OTHER}\n{KEY}\n")
    given = {"PERSONAL_DATA_KEY": "", "PERSONAL_DATA_KEY_FILE": str(file)}
    assert run(settings, "rewrap", **given).output.startswith("1 ")
    both = run(settings, "check", PERSONAL_DATA_KEY_FILE=str(file))
    assert both.exit_code == 1
    assert "not both" in both.output
    away = run(settings, "check", PERSONAL_DATA_KEY="", PERSONAL_DATA_KEY_FILE="/nowhere")
    assert "FileNotFoundError" in away.output
    assert "must be one of" in run(settings, "check", PERSONAL_DATA_CIPHER="rot13").output


def test_disagreements_are_named(desk: Desk, settings: Settings) -> None:
    kept, missing, left = new_id(), new_id(), new_id()
    for subject in (kept, missing, left):
        keep(desk, subject)
    app = desk.app
    row = app.database.row("SELECT * FROM subject_keys WHERE subject_id = %s", (left,))
    assert row is not None
    app.write(destruction(app, left))
    behind_the_log(app.database.url, f"DELETE FROM subject_keys WHERE subject_id = '{missing}'")
    values = f"'{left}', '{row['stream']}', '{row['wrapped']}', '{row['master']}'"
    behind_the_log(app.database.url, f"INSERT INTO subject_keys VALUES ({values})")
    unknown = f"'x', gen_random_uuid(), '{row['wrapped']}', '{row['master']}'"
    behind_the_log(app.database.url, f"INSERT INTO subject_keys VALUES ({unknown})")
    found = run(settings, "check")
    assert found.exit_code == 1
    lines = dict(line.split("  ", 1) for line in found.output.splitlines()[:-1])
    assert lines.keys() == {missing, left, "x"}
    assert "no event destroyed it" in lines[missing]
    assert "still there" in lines[left]
    assert "no known master key" in lines["x"]
    assert "no event made" in found.output


@pytest.mark.article(8)
def test_the_digest_says_which_keys_there_were_at_a_position(desk: Desk) -> None:
    supervisor = desk.as_staff("supervisor")

    def stated(position: int | None = None) -> tuple[int, int, str]:
        found = supervisor.result(SubjectKeysDigest, position=position)
        return found["position"], found["keys"], found["digest"]

    assert stated() == (0, 0, digest())
    one, two, three = sorted(new_id() for _ in range(3))
    for subject in (one, two):
        keep(desk, subject)
    assert stated() == (0, 0, digest()), "nothing has its place in the log yet"
    desk.log()
    assert stated() == (2, 2, digest(one, two))
    app = desk.app
    app.write(destruction(app, one))
    keep(desk, three)
    assert stated() == (2, 2, digest(one, two))
    desk.log()
    assert stated() == (4, 2, digest(two, three))
    assert [stated(position) for position in range(5)] == [
        (0, 0, digest()),
        (1, 1, stated(1)[2]),
        (2, 2, digest(one, two)),
        (3, 1, digest(two)),
        (4, 2, digest(two, three)),
    ]
    behind_the_log(app.database.url, f"DELETE FROM subject_keys WHERE subject_id = '{two}'")
    assert stated() == (4, 1, digest(three)), "and says what is there, not what should be"
    assert desk.as_staff("operator").code(SubjectKeysDigest) == "role.required"


def test_a_key_made_and_destroyed_later_was_not_there_before(desk: Desk) -> None:
    one, app = new_id(), desk.app
    desk.account()
    desk.log()
    keep(desk, one)
    app.write(destruction(app, one))
    desk.log()
    supervisor = desk.as_staff("supervisor")
    found = [supervisor.result(SubjectKeysDigest, position=n)["keys"] for n in (1, 2, 3)]
    assert found == [0, 1, 0]


def test_the_keys_that_outlive_the_master_key_are_printed() -> None:
    key = PersonalDataKey.load(KEY)
    printed = CliRunner().invoke(
        chassis_cli.main, ["personal-keys"], env={"PERSONAL_DATA_KEY": KEY}
    )
    lines = dict(line.split("=") for line in printed.output.splitlines())
    again = PersonalDataKey.load(
        OTHER, lines["PERSONAL_DATA_LOOKUP_KEY"], lines["PERSONAL_DATA_TRANSIT_KEY"]
    )
    assert (again.lookup, again.command_digests, again.sealing) == (
        key.lookup,
        key.command_digests,
        key.sealing,
    )
    assert again.accounts == key.accounts == bytes.fromhex(lines["PAYMENT_ACCOUNT_KEY"])
    without = CliRunner().invoke(chassis_cli.main, ["personal-keys"], env={"PERSONAL_DATA_KEY": ""})
    assert without.exit_code == 1


def test_a_written_decision_needs_its_key(desk: Desk) -> None:
    """`destruction` of the vault's tests is what the application does, and no other way exists."""
    subject = new_id()
    keep(desk, subject)
    with pytest.raises(Exception, match="does not follow the log"):
        desk.app.write(Decision({}, [], [desk.app.vault.destroy(subject)]))
