"""`wanchuang-oversight replay`: the entries of a log, one JSON object a line."""

import sys
from collections.abc import Iterable
from uuid import UUID

import click
import pika

from chassis.database import Database
from chassis.log import Entry
from chassis.settings import Settings
from oversight import stream
from oversight.console.bounds import Bound, BoundType, within
from oversight.console.failing import Cannot, said_clearly
from oversight.copies import OWN, copies
from schemas.oversight import LOGS


@click.command()
@click.argument("log", type=click.Choice([*LOGS, OWN]))
@click.option(
    "--source",
    type=click.Choice(["mirror", "stream"]),
    default="mirror",
    show_default=True,
    help="读取自存副本或 RabbitMQ 流 / The supervisor's copy, or the RabbitMQ stream.",
)
@click.option("--from", "start", type=BoundType(), help="从此开始(含)/ From here on.")
@click.option("--until", type=BoundType(), help="到此为止(不含)/ Up to here, exclusive.")
@click.option(
    "--stream", "stream_id", metavar="ID", type=click.UUID, help="只看一个对象 / One thing only."
)
@click.option("--types", is_flag=True, help="只列位置、时间、类型 / Positions, times, types only.")
def replay(
    log: str,
    source: str,
    start: Bound | None,
    until: Bound | None,
    stream_id: UUID | None,
    types: bool,
) -> None:
    """逐条输出日志 · Print the entries of a log, one JSON object a line.

    A place is a position (0 is the first entry) or a time. A date such as 2026-03-01 or a month
    such as 2026-03 begins at midnight in Asia/Shanghai, a time without offset (2026-03-01T08:30) is
    of Asia/Shanghai too; with Z or an offset (2026-03-01T00:30:00Z) it is that instant. How many
    were read is said on standard error.

    \b
    wanchuang-oversight replay voucher-ledger --from 100 --until 200
    wanchuang-oversight replay matching --source stream --from 2026-03
    wanchuang-oversight replay voucher-ledger --stream 1f0c…  > voucher.jsonl

    Exit status: 0 read to the end, 1 --stream names nothing that was read, 2 the log cannot be
    read, has no such place, or its stream has a gap.
    """  # noqa: D301 - click reads the backspace as "keep these lines"
    if start is not None and until is not None and until.before(start):
        raise Cannot(
            "--until 早于 --from,其间没有条目 / --until lies before --from: nothing is between them"
        )
    read, shown = 0, 0
    with said_clearly():
        try:
            for entry in _entries(Settings.load("oversight"), log, source, start, until):
                read += 1
                if _wanted(entry, start, until, stream_id):
                    shown += 1
                    click.echo(_line(entry) if types else entry.text)
        except stream.Gap as error:
            raise Cannot(f"流中缺少条目 / entries are missing: {error}") from error
    click.echo(f"{log}: {read} 条已读 / read, {shown} 条输出 / shown", err=True)
    if stream_id is not None and not shown:
        line = f"所读条目中没有对象 {stream_id} / nothing that was read is about {stream_id}"
        click.echo(line, err=True)
        sys.exit(1)


def _entries(
    settings: Settings, log: str, source: str, start: Bound | None, until: Bound | None
) -> Iterable[Entry]:
    """Those between positions; times are looked for in all, since entries may cross in time."""
    if source == "stream":
        try:
            yield from stream.entries(settings.amqp_url, log)
        except (pika.exceptions.AMQPError, OSError) as error:
            raise Cannot(
                f"无法读取流(--source mirror 读自存副本)/ the stream cannot be read"
                f" (--source mirror reads the copy): {error!r}"
            ) from error
        return
    copy = copies(Database(settings.database_url, pool_size=1), (log,))[log]
    first = (start and start.position) or 0
    end = copy.extent().end
    within(log, start, end)
    if until is not None and until.position is not None:
        end = min(end, until.position)
    for chunk in copy.chunks(first, end):
        for _, text in chunk:
            yield Entry.parse(text.decode())


def _wanted(entry: Entry, start: Bound | None, until: Bound | None, stream_id: UUID | None) -> bool:
    place = entry.position, str(entry.event["recorded_at"])
    return (
        (start is None or start.excludes(*place))
        and (until is None or not until.excludes(*place))
        and (stream_id is None or entry.stream == str(stream_id))
    )


def _line(entry: Entry) -> str:
    return f"{entry.position:>9}  {entry.event['recorded_at']}  {entry.type}"
