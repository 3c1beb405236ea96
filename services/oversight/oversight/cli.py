"""`wanchuang-oversight`: the supervisor's own console."""

import sys
from collections.abc import Callable, Iterable

import click
import pika

from chassis.database import Database
from chassis.log import Entry
from chassis.settings import Settings
from oversight import queries, stream
from schemas.oversight import LOGS

Wanted = Callable[[Entry], bool]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """第三方监理的命令行 · The supervisor's console.

    \b
    Settings come from the environment:
      OVERSIGHT_DATABASE_URL   the supervisor's database (the mirror)
      AMQP_URL                 RabbitMQ (the audit streams)
    """  # noqa: D301 - click reads the backspace as "keep these lines"


@main.command()
@click.argument("log", type=click.Choice(LOGS))
@click.option(
    "--source",
    type=click.Choice(["mirror", "stream"]),
    default="mirror",
    show_default=True,
    help="读取自存副本或 RabbitMQ 流 / The supervisor's copy, or the RabbitMQ stream.",
)
@click.option("--from", "start", metavar="POSITION|TIME", help="从此开始(含)/ From here on.")
@click.option("--until", metavar="POSITION|TIME", help="到此为止(不含)/ Up to here, exclusive.")
@click.option(
    "--stream", "stream_id", metavar="ID", help="只看一个对象 / One thing's history only."
)
@click.option("--types", is_flag=True, help="只列位置、时间、类型 / Positions, times, types only.")
def replay(
    log: str, source: str, start: str | None, until: str | None, stream_id: str | None, types: bool
) -> None:
    """逐条输出日志 · Print the entries of a log, one JSON object a line.

    POSITION is a number (0 is the first entry), TIME an RFC 3339 time in UTC such as
    2026-03-01T00:00:00Z or a beginning of it such as 2026-03. How many were read is said on
    standard error.

    \b
    wanchuang-oversight replay voucher-ledger --from 100 --until 200
    wanchuang-oversight replay matching --source stream --from 2026-03
    wanchuang-oversight replay voucher-ledger --stream 1f0c…  > voucher.jsonl
    """  # noqa: D301
    settings = Settings.load("oversight")
    wanted = _wanted(start, until, stream_id)
    read, shown = 0, 0
    try:
        for entry in _entries(settings, log, source):
            read += 1
            if wanted(entry):
                shown += 1
                click.echo(_line(entry) if types else entry.text)
    except stream.Gap as error:
        raise click.ClickException(f"流中缺少条目 / entries are missing: {error}") from error
    except (pika.exceptions.AMQPError, OSError) as error:
        raise click.ClickException(f"无法读取流 / the stream cannot be read: {error!r}") from error
    click.echo(f"{log}: {read} 条已读 / read, {shown} 条输出 / shown", err=True)
    sys.exit(0)


def _entries(settings: Settings, log: str, source: str) -> Iterable[Entry]:
    if source == "stream":
        return stream.entries(settings.amqp_url, log)
    database = Database(settings.database_url, pool_size=1)
    size = queries.mirrored(database).get(log, 0)
    return (Entry.parse(text) for _, text in queries.texts(database, log, size))


def _wanted(start: str | None, until: str | None, stream_id: str | None) -> Wanted:
    def wanted(entry: Entry) -> bool:
        return (
            (start is None or not _before(entry, start))
            and (until is None or _before(entry, until))
            and (stream_id is None or entry.stream == stream_id.lower())
        )

    return wanted


def _before(entry: Entry, bound: str) -> bool:
    """Whether an entry lies before a position or a time."""
    if bound.isdigit():
        return entry.position < int(bound)
    return str(entry.event["recorded_at"]) < bound


def _line(entry: Entry) -> str:
    return f"{entry.position:>9}  {entry.event['recorded_at']}  {entry.type}"
