"""A ledger on a fresh database, at noon of 2 March 2026 in Shanghai."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chassis import clock
from chassis.testing import MakeMigrated
from voucher_ledger.testing import MIGRATIONS, World


@pytest.fixture
def world(make_migrated: MakeMigrated) -> Iterator[World]:
    database_url = make_migrated({"voucher_ledger": MIGRATIONS})
    with clock.fixed(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)):
        made = World(database_url)
        yield made
        made.ledger.close()
