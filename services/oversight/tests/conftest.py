"""The supervisor on a fresh database, and a history to plant irregularities in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import oversight
from chassis.settings import Settings
from chassis.testing import MakeMigrated
from oversight.application import Oversight
from oversight.testing import KEYS
from oversight.testing.watched import Watched
from services.oversight.tests.history import History, ident
from services.oversight.tests.history_of_money import clean

MIGRATIONS = Path(oversight.__file__).parent / "migrations"


@pytest.fixture(name="ident")
def _ident() -> Callable[[str], str]:
    return ident


@pytest.fixture
def history() -> History:
    return clean()


@pytest.fixture
def app(make_migrated: MakeMigrated) -> Iterator[Oversight]:
    database_url = make_migrated({"oversight": MIGRATIONS})
    keys = {
        "LOG_KEYS": " ".join(map(str, KEYS.logs.values())),
        "WITNESS_KEYS": " ".join(map(str, KEYS.witnesses)),
        "PAYMENT_INSTITUTION_KEYS": " ".join(KEYS.institutions),
    }
    app = Oversight(Settings.load("oversight", {"DATABASE_URL": database_url, **keys}))
    yield app
    app.close()


@pytest.fixture
def world(make_migrated: MakeMigrated) -> Iterator[Watched]:
    made = Watched(make_migrated({"oversight": MIGRATIONS}))
    yield made
    made.app.close()
