"""`redeem`: from HTTP to a committed event, against a bare Nameko echo with one committed insert.

Ours goes through everything: the gateway's checks and authentication, RPC, the ledger's rules, two
events with outcome and read model, and the log keeper at work beside it. Both on one RabbitMQ and
one PostgreSQL, each service in its own process, 16 clients on kept connections.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import urllib3

from bench.harness import ROOT, Benchmark, Measure, child_figure
from chassis import clock, context
from chassis.application import Decision
from chassis.domain import new_id
from voucher_ledger.domain.voucher import Offer, Order, Voucher
from voucher_ledger.testing import World
from wanchuang.demo.client import API, Api
from wanchuang.demo.plan import Plan, Size, digest
from wanchuang.processes import Processes
from wanchuang.servers import PrivatePostgres, PrivateRabbit
from wanchuang.servers.process import free_port, stop_process, wait_until

CLIENTS, SECONDS, ROUNDS = 16, 4.0, 3
ORDERS_A_ROUND = 6000
CHUNK = 250
CATEGORY, PRICE = "enterprise.legal", 1000


def _accepted_orders(url: str, provider: str, count: int, day: date) -> list[str]:
    """Write vouchers with one accepted order each, as events of the ledger."""
    world = World(url)
    first, last = f"{day.year}-01-01", f"{day.year}-12-31"
    offer = Offer(
        provider, CATEGORY, PRICE, first, last, 10_000, PRICE, "lawful-firm", may_charge=True
    )
    terms = {"face_fen": PRICE, "rate_bp": 10_000, "item_cap_fen": PRICE, "categories": [CATEGORY]}
    dates = {"year": day.year, "use_by": last, "redeem_by": f"{day.year + 1}-12-31"}
    with context.bound(context.Context(actor="bench", role="hrss-province")):
        made = world.stock(count, fund=f"B{new_id()[:8].upper()}", **terms, **dates)
    orders = []
    for start in range(0, count, CHUNK):
        vouchers = [world.ledger.load(Voucher, id_) for _, id_ in made[start : start + CHUNK]]
        for voucher in vouchers:
            order = Order(new_id(), voucher.holder, PRICE)
            voucher.reserve(order, provider, voucher.terms(order, offer, None))
            voucher.redeem(order.id)
            given = {"evidence_sha256": digest("evidence", order.id)}
            world.hear("matching.OrderDelivered", order.id, **given)
            world.accept(order.id, 1, 0)
            orders.append(order.id)
        world.ledger.write(Decision({}, vouchers))
    world.ledger.close()
    return orders


def _request(platform: Processes, token: str, order: str, number: int) -> dict[str, Any]:
    return {
        "url": f"{platform.url}{API}/redemptions",
        "headers": {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        "body": {
            "order_id": order,
            "invoice_number": f"{number:012d}",
            "contract_sha256": digest("contract", order),
            "evidence_sha256": digest("evidence", order),
            "payment_proof_sha256": digest("payment", order),
        },
    }


def _provider(platform: Processes) -> tuple[str, str]:
    """A provider's token and subject, through the API."""
    api = Api(platform.url, "bench")
    applicant = Plan(Size(1, 1, 1, 1, 1)).providers[0]
    account = {"login": "bench-provider", "password": "bench: a passphrase of its own"}
    api.do("account", "/accounts", account)
    token = api.do("session", "/sessions", account)["token"]
    subject = api.do("register", applicant.path, applicant.body, token)["subject_id"]
    return str(token), str(subject)


def _load(path: Path) -> float:
    return child_figure(["-m", "bench.sides.load", str(path), str(CLIENTS), str(SECONDS)])


@contextmanager
def _ours(folder: Path, postgres: PrivatePostgres, amqp_url: str) -> Iterator[Measure]:
    urls: dict[str, str] = {}

    def make_database(name: str) -> str:
        urls[name] = postgres.create_database(f"ours_{name.replace('-', '_')}")
        return urls[name]

    with Processes(folder, amqp_url, make_database, ("identity", "voucher-ledger")) as platform:
        token, subject = _provider(platform)
        number = iter(range(1, 10**9))

        def measure() -> float:
            day = clock.legal_date()
            orders = _accepted_orders(urls["voucher-ledger"], subject, ORDERS_A_ROUND, day)
            path = folder / "requests.jsonl"
            requests = (_request(platform, token, order, next(number)) for order in orders)
            path.write_text("\n".join(map(json.dumps, requests)))
            return _load(path)

        yield measure


@contextmanager
def _peer(folder: Path, postgres: PrivatePostgres, amqp_url: str) -> Iterator[Measure]:
    url, port = postgres.create_database("bare"), free_port()
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE echo (id bigserial PRIMARY KEY, body text)")
    with ExitStack() as stack:
        for role in ("rpc", "http"):
            command = [sys.executable, "-W", "ignore", "-m", "bench.sides.bare_nameko", role]
            process = subprocess.Popen([*command, amqp_url, url, str(port)], cwd=ROOT)
            stack.callback(stop_process, process, signal.SIGTERM, 5.0)
        body = {"order_id": new_id(), "contract_sha256": "0" * 64, "evidence_sha256": "0" * 64}
        request: dict[str, Any] = {
            "url": f"http://127.0.0.1:{port}/echo",
            "headers": {},
            "body": body,
        }
        path = folder / "echo.jsonl"
        path.write_text(json.dumps({**request, "body": body, "repeat": True}))
        wait_until(lambda: _answers(request["url"]), 30.0, 0.2)
        yield lambda: _load(path)


def _answers(url: Any) -> bool:
    try:
        return urllib3.request("POST", url, json={}, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


@contextmanager
def _setup() -> Iterator[tuple[Measure, Measure]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wc-")))
        postgres = stack.enter_context(PrivatePostgres.start(folder / "pg"))
        rabbit = stack.enter_context(PrivateRabbit.start(folder / "mq", timeout=120))
        ours = stack.enter_context(_ours(folder, postgres, rabbit.create_vhost("ours")))
        peer = stack.enter_context(_peer(folder, postgres, rabbit.create_vhost("bare")))
        yield ours, peer


BENCHMARK = Benchmark(
    name="redeem",
    unit="requests/s",
    peer_name="bare Nameko 2.14.1: HTTP → RPC → one committed insert",
    higher_is_better=True,
    target=0.5,
    setup=_setup,
    rounds=ROUNDS,
)
