"""`wanchuang authorities`: serves the simulator until SIGTERM or Ctrl-C."""

import logging
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from authorities import net_id, payments, synthetic
from authorities.app import create_app


class _SilentHandler(WSGIRequestHandler):
    """Leaves the log to the application: Werkzeug's own lines show whole URLs."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 as in Werkzeug
        """Write nothing."""


@click.command("authorities")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / Address to bind.")
@click.option(
    "--port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="端口,0 表示任选空闲端口 / Port; 0 takes a free one.",
)
@click.option(
    "--seed",
    default=synthetic.SEED,
    show_default=True,
    help="虚构数据的种子 / Seed of the made-up data.",
)
@click.option(
    "--persons",
    default=synthetic.PERSONS,
    show_default=True,
    type=click.IntRange(0),
    help="人数 / Persons.",
)
@click.option(
    "--firms",
    default=synthetic.FIRMS,
    show_default=True,
    type=click.IntRange(0),
    help="企业数 / Firms.",
)
@click.option(
    "--net-id-key",
    envvar="NET_ID_SIGNING_KEY",
    default=net_id.DEMONSTRATION_KEY,
    metavar="HEX",
    help="网号、网证签名密钥 / Key that signs age attestations; the default is known to everybody.",
)
@click.option(
    "--payment-key",
    envvar="PAYMENT_SIGNING_KEY",
    default=payments.DEMONSTRATION_KEY,
    metavar="KEY",
    help="支付机构签名密钥(RSA PEM 或 Ed25519 十六进制) / Key that signs proofs of payment, "
    "RSA as PEM or Ed25519 as hex; the default is known to everybody.",
)
@click.option(
    "--account-key",
    envvar="PAYMENT_ACCOUNT_KEY",
    default="",
    metavar="HEX",
    help="账户摘要密钥 / Key of the digests of accounts (`personal-keys`); without it, no digest.",
)
@click.option(
    "--call-back",
    envvar="PAYMENT_CALL_BACK",
    default="",
    metavar="URL",
    help="支付回调地址 / Address that the payment institution calls back.",
)
@click.option(
    "--slow-seconds",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0),
    help="slow 模式的延迟(秒) / Delay of mode slow, in seconds.",
)
@click.option(
    "--port-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="就绪后把端口写入该文件,退出时删除 / File to hold the port while serving.",
)
def command(  # noqa: PLR0913 - its options
    *,
    host: str,
    port: int,
    seed: int,
    persons: int,
    firms: int,
    net_id_key: str,
    payment_key: str,
    account_key: str,
    call_back: str,
    slow_seconds: float,
    port_file: Path | None,
) -> None:
    """Simulate the registries that real-name verification asks, with made-up data only.

    The same seed gives the same people and organisations on every machine.

    登记机关模拟器(公安、市场监管、机构编制、网号网证),只含虚构数据;种子相同,数据相同。
    """
    try:
        issuer = net_id.NetId(net_id_key)
    except ValueError as error:
        raise click.BadParameter("--net-id-key must be 64 hex digits") from error
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    world = synthetic.population(seed, persons, firms)
    try:
        app = create_app(
            world,
            slow_seconds=slow_seconds,
            net_id=issuer,
            payment_key=payment_key,
            account_key=account_key,
            call_back=call_back,
        )
    except ValueError as error:
        raise click.BadParameter(
            "--payment-key must be RSA as PEM or 64 hex digits, --account-key 64 hex digits"
        ) from error
    server = make_server(host, port, app, threaded=True, request_handler=_SilentHandler)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    serving = threading.Thread(target=server.serve_forever, name="authorities", daemon=True)
    serving.start()
    click.echo(f"登记机关模拟器 Registries simulator: http://{host}:{server.port}")
    if port_file is not None:
        _write_whole(port_file, str(server.port))
    # In steps: under eventlet a signal is only seen between waits.
    while not stop.wait(0.2):
        if not serving.is_alive():
            raise click.ClickException("服务意外停止 / the server stopped unexpectedly")
    server.shutdown()
    serving.join(timeout=5)
    if port_file is not None:
        port_file.unlink(missing_ok=True)


def _write_whole(path: Path, text: str) -> None:
    """Write so that a reader sees the whole text or no file."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="ascii")
    draft.replace(path)


if __name__ == "__main__":
    command()
