"""Structured logs: JSON lines with the context of the command, and never personal data."""

import logging
import sys
from typing import TextIO

import structlog

from chassis import clock, context
from chassis.settings import Settings


def _time(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["time"] = clock.timestamp()
    return event


def configure(settings: Settings, stream: TextIO = sys.stderr) -> None:
    """Set up structlog for a process, and the few libraries that log by themselves."""
    level = getattr(logging, settings.log_level.upper(), logging.INFO)
    console = settings.log_format == "console"
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            context.add_to_log,
            structlog.processors.add_log_level,
            _time,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=stream, level=max(level, logging.WARNING), force=True)
    logging.getLogger("nameko").setLevel(logging.ERROR)  # it warns of every thread that it ends
