"""How `eventsourcing` finds this persistence module: `PERSISTENCE_MODULE=chassis.eventstore`."""

from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment

from chassis.database import Database
from chassis.eventstore.mapper import EventMapper
from chassis.eventstore.recorder import LogRecorder


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Builds recorders on one database, given as `env["DATABASE"]` or by `DATABASE_URL`."""

    database: Database

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.database = Database(env["DATABASE_URL"], int(env.get("DB_POOL_SIZE", "16") or 16))

    def mapper(  # type: ignore[override]
        self, transcoder: Transcoder | None = None, **_: Any
    ) -> Mapper[Any]:
        """The mapper that writes canonical JSON; compressors and ciphers have no place in a log."""
        return EventMapper(transcoder=transcoder)  # type: ignore[arg-type]

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The recorder of events; snapshots are not kept."""
        return self.application_recorder()

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder of events, with notifications in sealed order."""
        return LogRecorder(self.database)

    def tracking_recorder(self, *_: Any, **__: Any) -> TrackingRecorder:
        """Not offered: tracking is written by `chassis.subscription` with the events."""
        raise TypeError("tracking is written by chassis.subscription")

    def process_recorder(self) -> ProcessRecorder:
        """Not offered: see `tracking_recorder`."""
        raise TypeError("tracking is written by chassis.subscription")

    def close(self) -> None:
        """Close the pool."""
        self.database.close()
