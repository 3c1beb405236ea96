"""Batches in processes of their own: one interpreter does not keep a database busy.

A worker that lost its parent (which was killed) finishes its batch and ends.
"""

import gc
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from chassis.commands import Commands
from chassis.privacy import PersonalDataKey
from chassis.refusal import Refusal, ServiceUnavailable
from chassis.settings import Settings
from identity.application import Identity
from identity.importing.carrying import Carrier, Done

Rows = Sequence[dict[str, Any]]
WATCH_SECONDS = 0.5

_carrier: Carrier | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A batch of which nothing was written, and why; `passing`: it may be tried again."""

    error: dict[str, Any]
    passing: bool


def carrier(token: str) -> Carrier:
    """Who carries out batches in this process, composed from the settings. Raises `BadKey`."""
    settings = Settings.load("identity")
    key = PersonalDataKey.of(settings)
    application = Identity(settings)
    return Carrier(application, Commands(application, key.command_digests), token)


def attempt(work: Carrier, rows: Rows, dry_run: bool) -> list[Done] | Stopped:
    """Carry out a batch, or say why nothing of it was."""
    try:
        return work.foresee(rows) if dry_run else work.carry_out(rows)
    except Refusal as refusal:
        return Stopped(refusal.as_dict(), refusal.kind == "unavailable")
    except (PersistenceError, SQLAlchemyError, psycopg2.Error):
        return Stopped(ServiceUnavailable(service="PostgreSQL").as_dict(), True)


class Inline(Executor):
    """Carries batches out at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result, at once."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def processes(count: int, token: str) -> ProcessPoolExecutor:
    """Workers; each signs nobody in, it uses the token."""
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_begin, initargs=(token, os.getpid())
    )


def in_worker(rows: Rows, dry_run: bool) -> list[Done] | Stopped:
    """`attempt`, with the carrier of the worker's process."""
    assert _carrier is not None
    return attempt(_carrier, rows, dry_run)


def _begin(token: str, parent: int) -> None:
    global _carrier  # noqa: PLW0603 - a worker has one
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    gc.set_threshold(100_000, 50, 50)  # a batch makes many objects, and few circles
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    _carrier = carrier(token)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)
