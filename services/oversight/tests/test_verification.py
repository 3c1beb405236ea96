"""The whole check: a clean copy is clean, and each way of changing it has its own diagnosis."""

from collections.abc import Sequence
from typing import Any, Protocol

import pytest

from oversight.application import Oversight
from oversight.domain.audit import ORDER
from oversight.testing import KEYS, fill, signed
from oversight.verification import Report, Verification
from schemas.oversight import LOGS

LEDGER = "voucher-ledger"


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


class Live:
    """The audited services as they are."""

    def __init__(self, history: History) -> None:
        self.logs: dict[str, list[str]] = {log: history.texts(log) for log in LOGS}
        self.balances = history.audit().totals
        self.notes = {log: signed(log, texts) for log, texts in self.logs.items()}

    def size(self, log: str) -> int:
        return len(self.logs[log])

    def checkpoint(self, log: str) -> str | None:
        return self.notes.get(log)

    def entries(self, log: str, start: int, end: int) -> Sequence[str]:
        return self.logs[log][start:end]

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        return self.balances


class Case:
    """A supervisor's database, and the services beside it."""

    def __init__(self, app: Oversight, history: History) -> None:
        self.app = app
        self.live = Live(history)
        fill(app.database, self.live.logs)

    def sql(self, *statements: str) -> None:
        """What whoever holds the supervisor's database can do, with the guards taken off."""
        with self.app.database.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET session_replication_role = origin")

    def verify(self, live: bool = False, **options: Any) -> Report:
        services = self.live if live else None
        return Verification(
            self.app.database, options.pop("keys", KEYS), services=services, **options
        ).run()

    def found(self, live: bool = False, **options: Any) -> list[tuple[str, str, int | None]]:
        report = self.verify(live, **options)
        return [(f.rule, f.log, f.position) for f in report.findings]


@pytest.fixture
def case(app: Oversight, history: History) -> Case:
    return Case(app, history)


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("live", [False, True])
def test_a_clean_copy_is_clean_and_says_who_signed_it(case: Case, live: bool) -> None:
    told: list[tuple[str, int, int]] = []
    report = case.verify(live, progress=lambda *args: told.append(args))
    assert report.findings == []
    assert (report.verdict, report.found) == ("clean", 0)
    seal = report.seals[LEDGER]
    size = len(case.live.logs[LEDGER])
    assert (seal.entries, seal.size, seal.cosigned) == (size, size, size)
    assert seal.signed_by == KEYS.logs[LEDGER].label
    assert seal.cosigned_by == (KEYS.witnesses[0].label,)
    assert seal.checkpoints >= 3
    assert {log for log, _, _ in told} == set(ORDER)
    assert told[-2] == (LEDGER, size, size)
