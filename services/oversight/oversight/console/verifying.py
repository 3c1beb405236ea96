"""`wanchuang-oversight verify`: the whole check, with progress, a report, and an exit status."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from chassis import clock
from chassis.bus.asking import Asker
from chassis.database import Database
from chassis.sealing.checkpoint import Checkpoint
from chassis.sealing.note import Note
from chassis.settings import Settings
from oversight.audited import AuditedServices
from oversight.console.failing import Cannot, said_clearly
from oversight.console.printing import print_report
from oversight.domain.audit import ORDER
from oversight.domain.report import CLEAN, Report
from oversight.patience import PATIENCE_SECONDS
from oversight.ports import Services
from oversight.verification import Keys, Verification


@click.command()
@click.argument("logs", metavar="[LOG]…", nargs=-1, type=click.Choice(ORDER))
@click.option(
    "--live",
    is_flag=True,
    help="并与各服务现有日志和余额核对 / Compare with the services' logs and balances too.",
)
@click.option(
    "--checkpoint",
    "notes",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="核对他人收到的检查点 / Check a signed checkpoint that somebody was shown.",
)
@click.option(
    "--json",
    "output",
    metavar="FILE",
    type=click.File("w", encoding="utf-8"),
    help="另存报告,- 为标准输出 / Write the report as JSON, - for standard output.",
)
def verify(logs: tuple[str, ...], live: bool, notes: tuple[Path, ...], output: Any) -> None:
    """全面核验 · Verify the supervisor's copy of one or all logs.

    Every entry is read once. Checked are: the signatures of every stored checkpoint, the tree of
    the entries against each of them, the totals, the form of every entry, versions, all rules of
    the audit, and with --live what the services have and state now (AMQP_URL). The public keys
    come from LOG_KEYS and WITNESS_KEYS: take them from elsewhere than the platform. Progress is
    told on standard error.

    \b
    wanchuang-oversight verify
    wanchuang-oversight verify voucher-ledger --live --json report.json
    wanchuang-oversight verify catalog --checkpoint shown-to-a-reader.txt

    \b
    Exit status: 0 clean
                 1 findings, or a history that is not what was signed (BROKEN)
                 2 nothing could be checked (a database, key or service is missing)
    """  # noqa: D301 - click reads the backspace as "keep these lines"
    began = time.monotonic()
    with said_clearly():
        settings = Settings.load("oversight")
        keys = Keys.of(settings)
        if not keys.logs:
            raise Cannot(
                "未设置公钥 LOG_KEYS,无法核验 / LOG_KEYS is not set: nothing can be checked"
            )
        progress = Progress()
        with _services(settings, live) as services:
            database = Database(settings.database_url, pool_size=1)
            report = Verification(
                database,
                keys,
                logs=logs or ORDER,
                services=services,
                shown=_shown(notes),
                progress=progress.show,
                patience=PATIENCE_SECONDS,
            ).run()
    if output is not None:
        document = {**report.as_dict(), "at": clock.timestamp()}
        output.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if output is None or output.name != "<stdout>":
        print_report(report, time.monotonic() - began)
    sys.exit(exit_status(report))


def exit_status(report: Report) -> int:
    """0 when nothing was found, 1 otherwise."""
    return 0 if report.verdict == CLEAN else 1


@contextmanager
def _services(settings: Settings, live: bool) -> Iterator[Services | None]:
    if not live:
        yield None
        return
    with Asker(settings.amqp_url) as asker:
        yield AuditedServices(asker.result, settings.rpc_timeout)


def _shown(files: Sequence[Path]) -> dict[str, list[str]]:
    """Signed notes by the log that they claim to be of. Raises `Fault`s."""
    shown: dict[str, list[str]] = {}
    for file in files:
        note = file.read_bytes()
        origin = Checkpoint.parse(Note.parse(note).text).origin
        log = origin.rpartition("/")[2]
        if log not in ORDER:
            raise Cannot(f"{file}: 未知日志 / unknown log {origin!r}")
        shown.setdefault(log, []).append(note.decode())
    return shown


class Progress:
    """One line a log on standard error: rewritten on a terminal, written at its end elsewhere."""

    EVERY = 0.2
    """Seconds between two looks of the line."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._began = self._shown = 0.0

    def show(self, log: str, done: int, total: int) -> None:
        """Say how far a log is."""
        now = time.monotonic()
        if done == 0:
            self._began = now
        if done < total and (not self._terminal or now - self._shown < self.EVERY):
            return
        self._shown = now
        rate = done / max(now - self._began, 0.001)
        line = f"  {log:15} {done:>10,}/{total:<10,} 条 / entries"
        line += f"  {rate:>9,.0f}/s" if done else ""
        start = "\r" if self._terminal else ""
        click.echo(f"{start}{line:60}", err=True, nl=done >= total)
