"""What the tests and benchmarks of several distributions share."""

from collections.abc import Callable, Mapping
from pathlib import Path

from chassis.database import Database
from chassis.seal import NoTotals, Sealer, Totals, signing_key
from chassis.sequencer import Sequencer
from chassis.settings import Settings

MakeMigrated = Callable[[Mapping[str, Path]], str]
"""Makes a database and runs migrations on it; returns its URL (fixture `make_migrated`)."""

LOG_SIGNING_KEY = "5e" * 32
"""A signing key that everybody knows."""


def sequencer(database: Database, log: str, totals: Callable[[], Totals] = NoTotals) -> Sequencer:
    """A sequencer that seals with the key that everybody knows."""
    settings = Settings(service=log, log_signing_key=LOG_SIGNING_KEY)
    sealer = Sealer(database, signing_key(settings), totals=totals)
    return Sequencer(database, log, sealer)
