"""The process that keeps one log: it sequences and publishes while it holds the log's lock.

Any number may be started for a log; one is active and the others stand by.
"""

import threading
import time
from collections.abc import Callable

import psycopg2
import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.database import Database
from chassis.grants import may_change_the_log
from chassis.metrics import SEALED
from chassis.publication import Publication, Publisher
from chassis.seal import NoTotals, Sealer, Totals, hash_of, signing_key
from chassis.sealing.faults import Fault
from chassis.sequencer import BrokenStream, Lease, Sequencer, leadership
from chassis.settings import Settings

log = structlog.get_logger()

POLL_SECONDS = 0.25
"""How long an append can stay unsequenced when its notification was lost."""

CHECK_SECONDS = 0.5
STOP_SECONDS = 5.0
DATABASE_AWAY: tuple[type[Exception], ...] = (psycopg2.Error, SQLAlchemyError)


class LogKeeper:
    """Sequences and publishes the log of one service."""

    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        bus_errors: tuple[type[Exception], ...],
        totals: Callable[[], Totals] = NoTotals,
    ) -> None:
        self._settings = settings
        self._key = signing_key(settings)
        self._totals = totals
        self._publisher = publisher
        self._away = bus_errors + DATABASE_AWAY
        self._stopping = threading.Event()
        self._sequenced = threading.Event()
        self.active = False
        self.broken = False

    def run(self) -> None:
        """Stand by, then keep the log, until `stop`."""
        while not self._stopping.is_set():
            try:
                self._stand_by()
            except DATABASE_AWAY as error:
                log.warning("database away", log=self._settings.service, error=str(error))
                self._stopping.wait(1.0)
            finally:
                self.active = False

    def stop(self) -> None:
        """Stop after the step at hand."""
        self._stopping.set()
        self._sequenced.set()

    def ready(self) -> dict[str, bool]:
        """A standby is ready too; a log that was found broken is not."""
        return {"log": not self.broken}

    def _stand_by(self) -> None:
        url, name = self._settings.database_url, self._settings.service
        with leadership(url, name, self._stopping) as lease:
            if lease is None:
                return
            self.active = True
            log.info("keeping", log=name)
            database = Database(url, pool_size=1)
            if may_change_the_log(database):
                log.warning("this login could change the log: give it less", log=name)
            done = threading.Event()
            publishing = threading.Thread(target=self._publish, args=(database, done), daemon=True)
            publishing.start()
            try:
                self._sequence(database, lease)
            finally:
                done.set()
                self._sequenced.set()
                publishing.join(STOP_SECONDS)
                database.close()

    def _sequence(self, database: Database, lease: Lease) -> None:
        name = self._settings.service
        sealer = Sealer(database, self._key, hash_of(self._settings), self._totals)
        sequencer = Sequencer(database, name, sealer)
        checked = time.monotonic()
        while not self._stopping.is_set():
            try:
                count = sequencer.step()
            except (BrokenStream, Fault) as error:
                self.broken = True
                log.critical(
                    "the log cannot be sealed", log=self._settings.service, error=str(error)
                )
                self._stopping.wait()
                return
            if count:
                SEALED.labels(self._settings.service).inc(count)
                self._sequenced.set()
                self._stopping.wait(sequencer.pause)
            else:
                lease.wait(POLL_SECONDS)
            if time.monotonic() - checked > CHECK_SECONDS:
                if not lease.held():
                    return
                checked = time.monotonic()

    def _publish(self, database: Database, done: threading.Event) -> None:
        publication = Publication(database, self._settings.service, self._publisher)
        while not done.is_set():
            try:
                self._sequenced.clear()
                if not publication.step():
                    self._sequenced.wait(1.0)
            except self._away as error:
                log.warning("publishing interrupted", log=self._settings.service, error=str(error))
                self._publisher.close()
                publication = Publication(database, self._settings.service, self._publisher)
                done.wait(1.0)
        self._publisher.close()
