"""`wanchuang-identity import FILE.csv`."""

import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO

import click
import structlog

from chassis.privacy import BadKey
from chassis.refusal import Refusal
from identity.importing import reading, working
from identity.importing.report import Report
from identity.importing.running import AHEAD, Interrupted, Run, Tally, Work

INTERRUPTED, REFUSED = 3, 1


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查不写入 · Check only: ask and write nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH",
              help="未导入行清单 · Where bad rows go (default: FILE.report.csv).")  # fmt: skip
@click.option("--token-file", type=click.File(), help="令牌文件 · File with the token.")
@click.option("--workers", type=click.IntRange(0, 64), default=None,
              help="并行进程数 · Processes (default: one a core; 0: in this one).")  # fmt: skip
@click.option("--batch", type=click.IntRange(1, 1000), default=200, show_default=True,
              help="每批行数 · Rows in one transaction.")  # fmt: skip
@click.option("--patience", type=click.FloatRange(0), default=600, show_default=True,
              help="登记机关不可用时等待秒数 · Seconds to wait for a registry.")  # fmt: skip
def import_(
    file: Path,
    dry_run: bool,
    report: Path | None,
    token_file: IO[str] | None,
    workers: int | None,
    batch: int,
    patience: float,
) -> None:
    """批量导入主体 · Import persons and firms from a CSV FILE, as verified users.

    \b
    主体类型,姓名或名称,证件号码,法定代表人
    个人,张三,34010119900101001X,
    企业,合肥示例科技有限公司,91340100MA00000000,李四

    Column names may be English (kind, name, number, legal_representative); the file UTF-8 or GBK,
    separated by commas, semicolons or tabs; digits full-width or not. Every row goes the way of
    a registration: the registries are asked, the rules of the Measures judge, personal fields
    are sealed under a key of the subject's own. Nobody acts for an imported subject until its
    holder opens an account and registers with the same name and number.

    \b
    1. Sign in (POST /sessions) as staff of the operator or of 省人社厅; put the token into
       WANCHUANG_TOKEN or a file (--token-file), or be asked for it.
    2. wanchuang-identity import --dry-run people.csv     what is wrong with numbers and columns
    3. wanchuang-identity import people.csv               progress; safe to stop and to kill
    4. people.csv.report.csv                              each row that was not imported, and why

    Interrupted, killed, or the registry was away: run the same command again. What is done is not
    done twice, and the report is whole again. Correct refused rows in a new file and import that.

    \b
    Exit status: 0 every row was imported, 1 some were not (see the report),
                 2 the file or a setting is not right, 3 ended early: run it again.
    """  # noqa: D301 - click reads the backspace as "keep these lines"
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    path = report or file.with_name(file.name + ".report.csv")
    try:
        source = reading.opened(file)
    except (Refusal, OSError) as error:
        raise click.UsageError(_said(error)) from error
    token = _token(token_file)
    count = (os.cpu_count() or 1) if workers is None else workers
    with ExitStack() as stack:
        try:
            carrier = working.carrier(token)  # what is wrong with the settings is told at once
            work: Work = working.in_worker if count else partial(working.attempt, carrier)
            executor = working.processes(count, token) if count else working.Inline()
            stack.enter_context(executor)
            found = stack.enter_context(Report(path))
        except (BadKey, ValueError, OSError) as error:
            raise click.UsageError(_said(error)) from error
        run = Run(
            source, found, executor, work, size=batch, ahead=AHEAD * max(count, 1),
            dry_run=dry_run, patience=patience, tell=Progress(source.lines - source.header),
        )  # fmt: skip
        try:
            tally = run.run()
        except (Interrupted, Refusal, OSError) as error:
            click.echo(f"\n{_said(error)}", err=True)
            click.echo("已导入的保留;请重新运行同一命令 · Run the same command again.", err=True)
            sys.exit(INTERRUPTED)
    _sum_up(tally, found, dry_run)
    sys.exit(REFUSED if tally.refused else 0)


class Progress:
    """How far it has come, on one line of the terminal; a line every few seconds elsewhere."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._live = sys.stderr.isatty()
        self._told = 0.0

    def __call__(self, tally: Tally) -> None:
        """Tell it, if it is time."""
        spent = tally.spent
        if spent - self._told < (0.2 if self._live else 5.0):
            return
        self._told = spent
        left = (self._rows - tally.rows) / tally.rate
        click.echo(
            f"{tally.rows:,} / {self._rows:,}  {tally.rate:,.0f}/s  "
            f"{tally.imported:,} 已导入 imported  {tally.refused:,} 未导入 refused  "
            f"{left:,.0f} s left",
            err=True,
            nl=not self._live,
        )
        if self._live:
            click.echo("\r", err=True, nl=False)


def _token(file: IO[str] | None) -> str:
    if file is not None:
        return file.read().strip()
    given = os.environ.get("WANCHUANG_TOKEN")
    return given or str(click.prompt("令牌 · Token", hide_input=True, err=True)).strip()


def _said(error: Exception) -> str:
    if isinstance(error, Interrupted):
        message = error.error["message"]
        return f"{error.error['code']}: {message['zh']} / {message['en']}"
    if isinstance(error, Refusal):
        message = error.as_dict()["message"]
        return f"{error.code}: {message['zh']} / {message['en']}"
    return str(error)


def _sum_up(tally: Tally, report: Report, dry_run: bool) -> None:
    done = "可导入 fit" if dry_run else "已导入 imported"
    click.echo(
        f"{tally.rows:,} 行 rows: {tally.imported:,} {done}, {tally.refused:,} 未导入 refused, "
        f"{tally.blank:,} 空行 blank; {tally.spent:.1f} s, {tally.rate:,.0f}/s"
    )
    click.echo(f"清单 report: {report.path}")
