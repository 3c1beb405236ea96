"""Whatever is done to the supervisor's copy: a verdict, never a crash, never "clean"."""

import random
from typing import Any, Protocol

import pytest

from oversight.application import Oversight
from oversight.testing import KEYS, fill
from oversight.verification import Verification
from schemas.oversight import LOGS

TABLES = ("mirror", "cosigned", "witness_tiles", "forks")


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


def row(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


ODD_BYTES = ("", "[", "{}", "[" * 20_000, '{"event":{"data":{}}}', "\\ud800", "null", "1e999")


def mutations(seed: int, sizes: dict[str, int]) -> str:
    """One thing that whoever holds the supervisor's database could do, at random."""
    chance = random.Random(seed)
    log = chance.choice([log for log, size in sizes.items() if size])
    at, odd = chance.randrange(sizes[log]), row(chance.choice(ODD_BYTES))
    cut = chance.randrange(1, 60)
    there = f"WHERE log = '{log}' AND position = {at}"
    turned = f"set_byte(hashes, {cut % 32}, get_byte(hashes, {cut % 32}) # 1)"
    return chance.choice([
        f"UPDATE mirror SET entry = {odd} {there}",
        f"UPDATE mirror SET entry = left(entry, -{cut}) {there}",
        f"UPDATE mirror SET entry = overlay(entry placing 'X' from {cut}) {there}",
        f"DELETE FROM mirror {there}",
        f"UPDATE cosigned SET note = {odd} WHERE log = '{log}'",
        f"UPDATE cosigned SET note = left(note, -{cut}) WHERE log = '{log}'",
        f"UPDATE cosigned SET size = size + 1000000 WHERE log = '{log}'",
        f"UPDATE witness_tiles SET hashes = substr(hashes, 1, {cut}) WHERE log = '{log}'",
        f"UPDATE witness_tiles SET hashes = hashes || '\\x00' WHERE log = '{log}'",
        f"UPDATE witness_tiles SET hashes = {turned} WHERE log = '{log}'",
        f"INSERT INTO forks VALUES ('{log}', {at + 1}, {odd}, '', 'root', '')",
        f"UPDATE tracking SET position = {sizes[log] + cut} WHERE log = '{log}'",
        f"DELETE FROM cosigned WHERE log = '{log}'",
    ])  # fmt: skip


@pytest.mark.article(8, 32)
@pytest.mark.parametrize("seed", range(24))
def test_whatever_is_done_to_the_copy_is_a_verdict_never_a_crash_never_clean(
    app: Oversight, history: History, seed: int
) -> None:
    logs = {log: history.texts(log) for log in LOGS}
    fill(app.database, logs)
    with app.database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(mutations(seed, {log: len(texts) for log, texts in logs.items()}))
    report = Verification(app.database, KEYS).run()
    assert report.verdict != "clean"
    assert all(finding.zh and finding.en for finding in report.findings)
