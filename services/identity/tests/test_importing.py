"""Importing subjects: the registries, rules and sealing of a registration, once for each row."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from authorities import synthetic
from authorities.synthetic import Firm, Person, Population
from chassis.settings import Settings
from identity.application import Identity
from identity.application.importing import Collected
from identity.cli import main
from identity.domain.personal_data import personal_data_id
from schemas import roles
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterPerson
from schemas.identity.importing import ImportSubject
from schemas.identity.personal_data import GetPersonalData
from schemas.identity.providers import RegisterExpert
from schemas.identity.tenures import ListTenures, RevokeTenure
from services.identity.tests.conftest import KEY, SIGNED, Desk, Move, Simulator

HEAD = "主体类型,姓名或名称,证件号码,法定代表人"
EVENTS = [
    "SubjectKeyMade",
    "VerificationOpened",
    "VerificationAnswered",
    "PersonalDataRecorded",
    "SubjectVerified",
    "SubjectImported",
    "SubjectAdmittedAsUser",
]
UNKNOWN = "34010419900101123" + synthetic.id_check_character("34010419900101123")
FILE = {"source": "ab" * 32, "row": 2}


def of_person(person: Person) -> str:
    return f"个人,{person.name},{person.id_number},"


def of_firm(firm: Firm) -> str:
    return f"企业,{firm.name},{firm.uscc},{firm.legal_representative}"


def asked(person: Person) -> dict[str, Any]:
    return {"kind": "person", "name": person.name, "number": person.id_number, **FILE}


Import = Callable[..., Result]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The console sets up logs for its process, which is ours here."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def token(desk: Desk) -> str:
    desk.staff(roles.HRSS_PROVINCE, "importer")
    return desk.enrol("importer")[0]


@pytest.fixture
def environ(settings: Settings, simulator: Simulator, token: str) -> dict[str, str]:
    return {
        "IDENTITY_DATABASE_URL": settings.database_url,
        "PERSONAL_DATA_KEY": KEY,
        "AUTHORITIES_URL": simulator.url,
        "WANCHUANG_TOKEN": token,
    }


@pytest.fixture
def import_(environ: dict[str, str], tmp_path: Path) -> Import:
    def run(lines: Sequence[str], *arguments: str, name: str = "people.csv", **more: str) -> Result:
        path = tmp_path / name
        path.write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
        given = ["import", "--workers", "0", "--patience", "0", *arguments, str(path)]
        return CliRunner().invoke(main, given, env=environ | more)

    return run


def report(tmp_path: Path, name: str = "people.csv") -> list[list[str]]:
    with (tmp_path / f"{name}.report.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def since(desk: Desk, before: int) -> list[str]:
    return desk.types()[before:]


@pytest.mark.article(13, 25, 26, 36)
def test_a_person_is_imported_by_the_same_rules_sealed_and_acted_for_by_nobody(
    desk: Desk, person: Person
) -> None:
    staff = desk.staff(roles.OPERATOR)
    before, operator = len(desk.log()), desk.acting_as(roles.OPERATOR)
    view = operator.result(ImportSubject, staff, **asked(person))
    assert view["region"] == person.region[:4] + "00"
    entries = desk.log()[before:]
    assert sorted(entry.type.removeprefix("identity.") for entry in entries) == sorted(EVENTS)
    assert {entry.event["actor"] for entry in entries} == {staff}
    assert {entry.event["rule_version"] for entry in entries} == {"admission/2"}
    text = "".join(entry.text for entry in entries)
    assert person.name not in text
    assert person.id_number not in text
    kept = next(entry for entry in entries if entry.type.endswith("PersonalDataRecorded"))
    assert kept.stream == personal_data_id(view["subject_id"])
    assert kept.data["sealed"].keys() == {"name", "id_number"}
    assert desk.last("SubjectImported") == FILE


@pytest.mark.article(13, 26, 27)
def test_its_holder_claims_it_by_name_and_number_once(desk: Desk, person: Person) -> None:
    province, staff = desk.acting_as(roles.HRSS_PROVINCE), desk.staff(roles.HRSS_PROVINCE)
    view = province.result(ImportSubject, staff, **asked(person))
    holder, other = desk.account(), desk.account()
    given = {"name": person.name, "id_number": person.id_number}
    wrong = {**given, "name": "欧阳不是"}
    assert desk.code(RegisterPerson, other, **wrong) == "identity.name-mismatch"
    before = len(desk.log())
    found = desk.result(RegisterPerson, holder, **given)
    assert (found["subject_id"], found["roles"]) == (view["subject_id"], ["user"])
    assert since(desk, before) == ["VerificationAnswered", "SubjectClaimed", "AccountLinked"]
    assert desk.result(GetAccount, holder)["roles"] == ["user"]
    assert desk.code(RegisterPerson, other, **given) == "identity.already-registered"
    desk.who = desk.who._replace(subject=view["subject_id"], role=roles.USER)
    assert desk.result(GetPersonalData, holder)["data"]["name"] == person.name


@pytest.mark.article(21, 26)
def test_who_was_imported_as_a_user_may_come_as_a_provider(desk: Desk, person: Person) -> None:
    province, staff = desk.acting_as(roles.HRSS_PROVINCE), desk.staff(roles.HRSS_PROVINCE)
    view = province.result(ImportSubject, staff, **asked(person))
    offer = {"resources": "辅导十年", "categories": ["startup.training"], "commitments": SIGNED}
    papers = [{"kind": "certificate", "sha256": "a" * 64}]
    given = {"name": person.name, "id_number": person.id_number, "civil_servant": False}
    found = desk.result(RegisterExpert, desk.account(), **given, **offer, evidence=papers)
    assert (found["subject_id"], found["state"]) == (view["subject_id"], "in-review")
    assert desk.types().count("SubjectClaimed") == 1


@pytest.mark.article(25, 26)
def test_rows_are_refused_as_registrations_are(desk: Desk, world: Population) -> None:
    province, staff = desk.acting_as(roles.HRSS_PROVINCE), desk.staff(roles.HRSS_PROVINCE)
    state_owned, firm = world.firms[synthetic.STATE_OWNED[0]], world.firms[20]
    of_firm = {"kind": "firm", "name": firm.name, "number": firm.uscc, **FILE}
    owned = {"name": state_owned.name, "number": state_owned.uscc}
    cases = {
        "identity.age-out-of-range": asked(world.persons[synthetic.OVER_AGE[0]]),
        "identity.capacity-evidence-needed": asked(world.persons[synthetic.MINORS[0]]),
        "identity.id-number-invalid": {**asked(world.persons[9]), "number": "1"},
        "identity.not-found-in-registry": {**asked(world.persons[9]), "number": UNKNOWN},
        "identity.representative-needed": of_firm,
        "identity.state-owned": {**of_firm, **owned, "legal_representative":
                                 state_owned.legal_representative},
    }  # fmt: skip
    for code, given in cases.items():
        assert province.code(ImportSubject, staff, **given) == code
        refused = desk.log()[-1]
        assert (refused.type, refused.data["code"]) == ("identity.CommandRefused", code)
        assert refused.data["inputs"].keys() == {"kind", "source", "row"}


@pytest.mark.article(7)
def test_an_unavailable_registry_and_an_ended_tenure_import_nobody(
    desk: Desk, person: Person, simulator: Simulator
) -> None:
    staff, operator = desk.staff(roles.OPERATOR), desk.acting_as(roles.OPERATOR)
    simulator.set(public_security="down")
    before = len(desk.log())
    assert operator.code(ImportSubject, staff, **asked(person)) == "identity.registry-unavailable"
    assert since(desk, before) == []
    simulator.set(public_security="up")
    [tenure] = desk.rows(ListTenures)
    why = {"grounds": "evaluation", "reason": "考核不达标", "document_sha256": "2" * 64}
    desk.as_staff(roles.HRSS_PROVINCE).result(RevokeTenure, tenure_id=tenure["id"], **why)
    assert operator.code(ImportSubject, staff, **asked(person)) == "operator.outside-tenure"
    assert desk.code(ImportSubject, desk.account(), **asked(person)) == "role.required"


@pytest.mark.article(13, 25, 26, 32)
def test_a_file_is_imported_once_and_its_report_loses_no_row(
    desk: Desk, world: Population, import_: Import, tmp_path: Path
) -> None:
    people, firm = world.persons[8:14], world.firms[20]
    desk.result(RegisterPerson, desk.account(), name=people[5].name,
                id_number=people[5].id_number)  # fmt: skip
    wide = "".join(chr(ord(each) + 0xFEE0) for each in people[1].id_number)
    lines = [
        of_person(people[0]),  # 2
        f"个人,{people[1].name},{wide},",
        "",
        of_person(people[0]),  # 5: again
        f"个人,不是他,{people[2].id_number},",
        '个人,"没有结束,1,',
        of_firm(firm),  # 8
        of_person(people[5]),  # 9: registered before
        "个人,张三,1,",
        of_person(people[2]),  # 11: the right name of row 6
    ]
    tried = import_(lines, "--dry-run")
    assert tried.exit_code == 1, tried.output
    assert {row[0]: row[1] for row in report(tmp_path)} == {
        "5": "identity.already-registered",
        "7": "import.row-unreadable",
        "9": "identity.already-registered",
        "10": "identity.id-number-invalid",
        "11": "identity.already-registered",
    }
    before = len(desk.log())
    done = import_(lines)
    assert done.exit_code == 1, done.output
    assert "10 行 rows: 4 已导入 imported, 5 未导入 refused, 1 空行 blank" in done.output
    refused = {
        "5": ("identity.already-registered", "2"),
        "6": ("identity.name-mismatch", ""),
        "7": ("import.row-unreadable", ""),
        "9": ("identity.already-registered", ""),
        "10": ("identity.id-number-invalid", ""),
    }
    assert {row[0]: (row[1], row[5]) for row in report(tmp_path)} == refused
    entries = desk.log()
    types = [entry.type.removeprefix("identity.") for entry in entries[before:]]
    assert types.count("SubjectImported") == types.count("SubjectAdmittedAsUser") == 4
    assert types.count("CommandRefused") == 4
    repeated = import_(lines)
    assert (repeated.exit_code, len(desk.log())) == (1, len(entries))
    assert {row[0]: (row[1], row[5]) for row in report(tmp_path)} == refused
    told = done.output + (tmp_path / "people.csv.report.csv").read_text("utf-8")
    for person in people:
        assert person.name not in told
        assert person.id_number not in told + json.dumps([entry.data for entry in entries])


def test_a_conflict_with_others_is_decided_row_by_row(
    desk: Desk, world: Population, import_: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, looked_up_for = world.persons[8:11], Identity.looked_up_for
    given = {"name": people[1].name, "id_number": people[1].id_number}

    @contextmanager
    def and_then(app: Identity, rows: Sequence[Collected]) -> Iterator[None]:
        with looked_up_for(app, rows):
            desk.result(RegisterPerson, desk.account(), **given)
            yield

    monkeypatch.setattr(Identity, "looked_up_for", and_then)
    done = import_([of_person(each) for each in people])
    assert "2 已导入 imported, 1 未导入 refused" in done.output, done.output
    assert desk.types().count("SubjectVerified") == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"WANCHUANG_TOKEN": "nobody"}, "identity.not-signed-in"),
        ({"AUTHORITIES_URL": "http://127.0.0.1:9"}, "identity.registry-unavailable"),
        ({"IDENTITY_DATABASE_URL": "postgresql://127.0.0.1:9/x"}, "service.unavailable"),
    ],
)
def test_a_run_that_cannot_go_on_says_so_and_leaves_no_report(
    desk: Desk, person: Person, import_: Import, tmp_path: Path, change: dict[str, str], code: str
) -> None:
    before = len(desk.log())
    stopped = import_([of_person(person)], **change)
    assert stopped.exit_code == 3
    assert code in stopped.output
    assert "Run the same command again" in stopped.output
    assert len(desk.log()) == before
    assert not (tmp_path / "people.csv.report.csv").exists()


def test_who_takes_over_is_told_what_is_registered(
    desk: Desk, world: Population, import_: Import, tmp_path: Path
) -> None:
    lines = [of_person(each) for each in world.persons[8:10]]
    assert import_(lines[:1]).exit_code == import_(lines).exit_code - 1 == 0
    desk.staff(roles.HRSS_PROVINCE, "colleague")
    taken = import_(lines, WANCHUANG_TOKEN=desk.enrol("colleague")[0])
    assert taken.exit_code == 1
    assert [row[:2] for row in report(tmp_path)] == [
        ["2", "identity.already-registered"],
        ["3", "identity.already-registered"],
    ]
    assert desk.types().count("SubjectImported") == 2


def test_users_import_nobody(desk: Desk, person: Person, import_: Import) -> None:
    desk.account("somebody")
    stopped = import_([of_person(person)], WANCHUANG_TOKEN=desk.token("somebody"))
    assert (stopped.exit_code, "role.required" in stopped.output) == (3, True)


def test_help_teaches_and_wrong_files_are_told(import_: Import, tmp_path: Path) -> None:
    taught = CliRunner().invoke(main, ["import", "--help"])
    for word in (
        "主体类型,姓名或名称,证件号码,法定代表人",
        "--dry-run",
        "WANCHUANG_TOKEN",
        "Exit status",
    ):
        assert word in taught.output
    path = tmp_path / "wrong.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    wrong = CliRunner().invoke(main, ["import", str(path)])
    assert wrong.exit_code == 2
    assert "import.columns-unfit" in wrong.output


@pytest.mark.article(13, 32)
def test_an_import_that_is_killed_goes_on_without_doubling_or_losing(
    desk: Desk, world: Population, environ: dict[str, str], tmp_path: Path, at_noon: Move
) -> None:
    at_noon(datetime.now(UTC))  # other processes have the real clock
    desk.staff(roles.HRSS_PROVINCE, "later")
    environ["WANCHUANG_TOKEN"] = desk.enrol("later")[0]
    people = world.persons[8:60]
    path = tmp_path / "people.csv"
    path.write_text("\n".join([HEAD, *map(of_person, people)]), "utf-8")
    console = str(Path(sys.executable).with_name("wanchuang-identity"))
    command = [console, "import", "--workers", "2", "--batch", "1"]
    running = subprocess.Popen([*command, str(path)], env=os.environ | environ)
    while imported(desk) < 3 and running.poll() is None:
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.wait()
    between = imported(desk)
    assert between >= 3
    done = subprocess.run(
        [*command, str(path)], env=os.environ | environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "52 行 rows: 52 已导入 imported, 0 未导入 refused" in done.stdout
    types = desk.types()
    assert types.count("SubjectImported") == types.count("SubjectVerified") == 52
    assert report(tmp_path) == []


def imported(desk: Desk) -> int:
    row = desk.app.database.row(
        "SELECT count(*) AS n FROM events WHERE type = 'identity.SubjectImported'"
    )
    return int(row["n"]) if row else 0
