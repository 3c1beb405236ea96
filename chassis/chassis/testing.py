"""What the tests and benchmarks of several distributions share."""

from collections.abc import Callable

from chassis.database import Database
from chassis.seal import NoTotals, Sealer, Totals, signing_key
from chassis.sequencer import Sequencer
from chassis.settings import Settings

LOG_SIGNING_KEY = "5e" * 32
"""A signing key that everybody knows."""


def sequencer(database: Database, log: str, totals: Callable[[], Totals] = NoTotals) -> Sequencer:
    """A sequencer that seals with the key that everybody knows."""
    settings = Settings(service=log, log_signing_key=LOG_SIGNING_KEY)
    sealer = Sealer(database, signing_key(settings), totals=totals)
    return Sequencer(database, log, sealer)
