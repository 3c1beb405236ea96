"""`wanchuang run` and `wanchuang demo`: the embedded mode with the example job."""

import contextlib
import json
import signal
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import click
import eventlet
import eventlet.debug

from chassis import clock
from wanchuang.demo import authenticator, driver
from wanchuang.demo.client import Api, Unexpected
from wanchuang.demo.job import Job
from wanchuang.demo.plan import Size
from wanchuang.platform import Platform, configure_logs
from wanchuang.servers import ServerError
from wanchuang.simulator import Simulator
from wanchuang.supervisor import SUPERVISOR, console

_OPTIONS = (
    click.option(
        "--port",
        envvar="HTTP_PORT",
        default=8000,
        show_default=True,
        type=click.IntRange(0, 65535),
        help="网址端口,0 表示任选空闲端口 / Port of the site; 0 takes a free one.",
    ),
    click.option(
        "--data-dir",
        envvar="DATA_DIR",
        default="var/data",
        show_default=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="数据目录 / Folder of the data; a later start goes on from it.",
    ),
)


def _options(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command()
@_options
def run(port: int, data_dir: Path) -> None:
    """Start the whole platform in this process, run the example job, and serve until Ctrl-C.

    启动完整平台,运行示例业务,持续提供服务,按 Ctrl-C 结束。

    Started again on the same data folder, it goes on with the data it has.
    """
    with _running(port, data_dir) as platform:
        _print_addresses(platform)
        _job(platform)
        _print_addresses(platform)
        click.echo("按 Ctrl-C 结束 / press Ctrl-C to stop")
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                eventlet.sleep(3600)


@click.command()
@_options
def demo(port: int, data_dir: Path) -> None:
    """Run the example job and stop; exit status 0 only when the supervisor's verdict is clean.

    运行示例业务后结束;仅当监理结论为无异常时退出状态为 0。
    """
    with _running(port, data_dir) as platform:
        clean = _job(platform)
    sys.exit(0 if clean else 1)


@click.command()
@click.argument("login", metavar="LOGIN")
@_OPTIONS[1]
def code(login: str, data_dir: Path) -> None:
    """Show the authenticator's code of an example account, as its phone would (`wanchuang run`).

    显示示例工作人员帐号此刻的动态口令。
    """
    try:
        digits, seconds = _authenticator(data_dir).shown(login)
    except KeyError as error:
        raise click.ClickException(
            f"{login}:没有动态口令,请先运行 wanchuang run / has no authenticator here; "
            "start wanchuang run first"
        ) from error
    click.echo(f"{digits}  ({seconds} s)")


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@_OPTIONS[1]
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="COMMAND [ARGS]…")
def supervisor(data_dir: Path, arguments: tuple[str, ...]) -> None:
    r"""Run the supervisor's console on the copy of a platform that `wanchuang run` serves here.

    对正在运行的示例平台使用第三方监理的命令行;等同 wanchuang-oversight。

    \b
    wanchuang supervisor verify
    wanchuang supervisor as-of balances
    wanchuang supervisor replay --help
    """
    try:
        settings = json.loads((data_dir / SUPERVISOR).read_text())
    except FileNotFoundError as error:
        raise click.ClickException(
            f"{data_dir}:没有数据,请先运行 wanchuang run / nothing is there; start wanchuang run"
            " first, or say --data-dir"
        ) from error
    sys.exit(console(settings, *(arguments or ("--help",))))


def _authenticator(data_dir: Path) -> authenticator.Authenticator:
    return authenticator.Authenticator(data_dir / authenticator.FILE)


def _running(port: int, data_dir: Path) -> Platform:
    signal.signal(signal.SIGTERM, _interrupted)
    eventlet.debug.hub_exceptions(False)  # what a green thread raises is raised where it is awaited
    configure_logs(data_dir)
    return _Guarded(data_dir, port, lambda zh, en: click.echo(f"· {zh} / {en}"))


class _Guarded(Platform):
    """A platform whose failures to start are one clear line."""

    def __enter__(self) -> Platform:
        try:
            return super().__enter__()
        except ServerError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(
                f"无法启动:{error}(端口被占用时请换 PORT)/ cannot start: {error} "
                "(if the port is taken, choose another PORT)"
            ) from error

    def __exit__(self, *rest: object) -> None:
        click.echo("· 正在停止 / stopping")
        super().__exit__(*rest)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _job(platform: Platform) -> bool:
    """Run the example job, or go on with it; returns whether the verdict is clean.

    The verdict is the service's, which compares with the other services as they are, and then that
    of the supervisor's console, which has nothing but the supervisor's copy and the public keys.
    """
    state_file = platform.data_dir / "demo.json"
    state = json.loads(state_file.read_text()) if state_file.exists() else {}
    day = date.fromisoformat(state.setdefault("day", clock.legal_date().isoformat()))
    state_file.write_text(json.dumps(state))
    passwords = {
        "owner": platform.secrets["OWNER_PASSWORD"],
        "demo": platform.secrets["DEMO_PASSWORD"],
    }
    phone = _authenticator(platform.data_dir)
    api, simulator = Api(platform.url, "1"), Simulator(platform.authorities_url)
    job = Job(api, passwords, phone, day, Size(), _Progress().show, simulator)
    began = time.monotonic()
    try:
        if state.get("finished"):
            verdict = driver.verdict(job)
        else:
            verdict = driver.run(job)
            state.update(finished=True, counts=job.counts, refusals=job.refusals)
            state_file.write_text(json.dumps(state, indent=2, ensure_ascii=False))
        cosigned = driver.witnessed(job, verdict["logs"])
    except Unexpected as error:
        raise click.ClickException(f"示例业务中断 / the example job stopped: {error}") from error
    _print_summary(state, verdict, cosigned, time.monotonic() - began)
    click.echo("监理独立核验其副本 / the supervisor verifies its own copy")
    status = console(platform.supervisor, "verify")
    return bool(verdict["verdict"] == "clean") and status == 0


class _Progress:
    """One line a stage: rewritten on a terminal, written at its end elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._began = time.monotonic()

    def show(self, zh: str, en: str, done: int, count: int) -> None:
        """Show how far a stage is."""
        if done == 0:
            self._began = time.monotonic()
        spent = time.monotonic() - self._began
        line = f"  {zh} / {en}  {done}/{count}  {spent:.1f} s"
        if done == count:
            click.echo(("\r" if self._terminal else "") + line)
        elif self._terminal:
            click.echo("\r" + line, nl=False)


def _print_summary(
    state: dict[str, Any], verdict: dict[str, Any], cosigned: dict[str, int], spent: float
) -> None:
    click.echo("\n摘要 / summary")
    for name, count in state.get("counts", {}).items():
        click.echo(f"  {name:24} {count}")
    click.echo("依规拒绝 / refused for a reason")
    for code, count in sorted(state.get("refusals", {}).items()):
        click.echo(f"  {code:40} {count}")
    click.echo("各日志条目,副署至 / entries of each log, cosigned to")
    for name, size in sorted(verdict["logs"].items()):
        click.echo(f"  {name:24} {size:>8} {cosigned.get(name, '-'):>8}")
    for finding in verdict["findings"][:20]:
        click.echo(f"  ! {finding['rule']}: {finding['zh']} / {finding['en']}")
    clean = verdict["verdict"] == "clean"
    words = {
        "clean": "无异常,与各服务相符 / CLEAN: the services agree",
        "findings": "有监理发现 / FINDINGS",
        "broken": "历史与签名不符 / BROKEN",
    }[verdict["verdict"]]
    click.secho(f"监理结论 / the supervisor's verdict: {words}  ({spent:.0f} s)",
                fg="green" if clean else "red", bold=True)  # fmt: skip


def _print_addresses(platform: Platform) -> None:
    password = platform.secrets["DEMO_PASSWORD"]
    click.echo(f"""
网站 / site            {platform.url}/
接口文档 / API         {platform.url}/api/v1/docs
监理结论 / verdict     {platform.url}/api/v1/oversight/verdict
示例帐号 / accounts    person-000 firm-00 provider-00 reviewer payer supervisor operator
示例密码 / password    {password}
省厅帐号 / owner       owner  {platform.secrets["OWNER_PASSWORD"]}
动态口令 / codes       {sys.argv[0]} code owner --data-dir {platform.data_dir}
监理核验 / supervisor  {sys.argv[0]} supervisor --data-dir {platform.data_dir} verify
日志 / log file        {platform.data_dir / "platform.log"}
""")
    for login, uri in _authenticator(platform.data_dir).uris().items():
        click.echo(f"  {login:12} {uri}")
