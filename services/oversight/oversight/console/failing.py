"""What keeps a command from saying anything: one clear line, and exit status 2."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import pika
import psycopg2
from sqlalchemy.exc import SQLAlchemyError

from chassis.refusal import Refusal
from chassis.sealing.faults import Fault

CANNOT = 2
"""Exit status: nothing could be checked."""


class Cannot(click.ClickException):
    """Nothing can be said, and why."""

    exit_code = CANNOT


@contextmanager
def said_clearly() -> Iterator[None]:
    """Whatever is away or set wrongly becomes one line in both languages."""
    try:
        yield
    except Refusal as error:
        told = error.as_dict()["message"]
        raise Cannot(f"{told['zh']} / {told['en']}") from error
    except Fault as fault:
        told = fault.as_dict()["message"]
        raise Cannot(f"{told['zh']} / {told['en']}") from fault
    except (psycopg2.Error, SQLAlchemyError) as error:
        line = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise Cannot(f"无法读取监理数据库 / the supervisor's database: {line}") from error
    except BrokenPipeError:  # whoever reads what is printed has read enough: click ends quietly
        raise
    except (pika.exceptions.AMQPError, OSError) as error:
        raise Cannot(f"无法读取流 / the stream cannot be read: {error!r}") from error
    except ValueError as error:
        raise Cannot(f"设置有误 / a setting is wrong: {error}") from error
