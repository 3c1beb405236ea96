"""What `register` imports: a file, the registries that know it, and staff who are signed in."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyotp

import identity
from authorities.synthetic import ORDINARY_FIRMS, SEED, Population, firms, persons
from chassis import clock, context
from chassis.commands import Command, Commands
from chassis.domain import new_id
from chassis.settings import Settings
from identity.application import Identity
from schemas import roles

MIGRATIONS = Path(identity.__file__).parent / "migrations"
KEY = "5a" * 32
PASSWORD = "correct horse 电池"
SPECIAL = 8
"""The first persons are too young or too old."""


def population(person_count: int, firm_count: int) -> Population:
    """Those that are imported, behind those who could not be."""
    people = persons(SEED, person_count + SPECIAL)
    return Population(tuple(people), tuple(firms(SEED, firm_count + ORDINARY_FIRMS)))


def write(path: Path, person_count: int, firm_count: int) -> int:
    """Write the file; returns its rows."""
    world = population(person_count, firm_count)
    rows = [("person", each.name, each.id_number, "") for each in world.persons[SPECIAL:]]
    rows += [
        ("firm", each.name, each.uscc, each.legal_representative)
        for each in world.firms[ORDINARY_FIRMS:]
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("kind", "name", "number", "legal_representative"))
        writer.writerows(rows)
    return len(rows)


@contextmanager
def authorities(person_count: int, firm_count: int) -> Iterator[str]:
    """The registries' simulator in a process of its own; gives its address."""
    console = str(Path(sys.executable).with_name("wanchuang"))
    counts = ("--persons", str(person_count + SPECIAL), "--firms", str(firm_count + ORDINARY_FIRMS))
    arguments = [console, "authorities", "--port", "0", *counts]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.terminate()


def environ(url: str, address: str) -> dict[str, str]:
    """The settings of the console, with the token of staff of 省人社厅."""
    given = {
        "IDENTITY_DATABASE_URL": url,
        "PERSONAL_DATA_KEY": KEY,
        "AUTHORITIES_URL": address,
    }
    return {**os.environ, **given, "WANCHUANG_TOKEN": _signed_in(given)}


def _signed_in(given: dict[str, str]) -> str:
    app = Identity(Settings.load("identity", given))
    commands = Commands(app, b"bench")
    with closing(app), context.bound(context.Context(actor="system:identity")):

        def does(name: str, **values: object) -> dict[str, str]:
            use_case = getattr(app, name)
            outcome = commands.execute(Command(name, new_id(), {}), lambda: use_case(**values))
            result: dict[str, str] = outcome["result"]
            return result

        staff = {"login": "bench", "password": PASSWORD, "role": roles.HRSS_PROVINCE}
        account = does("open_staff_account", **staff, region="340000")["account_id"]
        session = does("sign_in", login="bench", password=PASSWORD)
        token = app.tokens.issue(session["session_id"])
        with context.bound(context.Context(actor=account)):
            enrolment = does("enrol_second_factor", password=PASSWORD)
            secret = app.shown_enrolment(enrolment)["secret"]
            code = pyotp.TOTP(secret).at(clock.now())
            does("confirm_second_factor", token=token, code=code)
    return token
