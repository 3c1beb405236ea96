"""Private servers: PostgreSQL and RabbitMQ started for one process, in a folder of their own.

Nothing here uses a fixed port or touches a server that it did not start. The embedded mode runs
on :class:`PrivatePostgres`; tests and benchmarks use both.
"""

from .postgres import PrivatePostgres
from .process import FolderInUse, ServerError, ServerMissing, ServerNotStarted, ServerRefused
from .rabbitmq import PrivateRabbit

__all__ = [
    "FolderInUse",
    "PrivatePostgres",
    "PrivateRabbit",
    "ServerError",
    "ServerMissing",
    "ServerNotStarted",
    "ServerRefused",
]
