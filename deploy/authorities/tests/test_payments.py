"""The simulated payment institution: instructed, paid, and calling back until it is heard."""

import json
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask.testing import FlaskClient

from authorities.app import create_app
from authorities.payments import BadKey, Payments
from authorities.synthetic import population
from chassis.payment_keys import PaymentKey
from chassis.privacy import lookup_digest

PAYMENT, ORDER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ASKED = {"payment_id": PAYMENT, "order_id": ORDER, "fen": 7000}


class Platform(HTTPServer):
    """Takes call-backs, and answers what the test says, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int] = []
        self.heard: Queue[str] = Queue()
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        """Where it is called back."""
        return f"http://127.0.0.1:{self.server_port}/own-payments"


class _Handler(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()
        self.server.paths.append(self.path)
        self.server.heard.put(body["proof"])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 as in http.server
        """Write nothing."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(platform: Platform) -> FlaskClient:
    return create_app(population(1, 1), call_back=platform.url).test_client()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.article(19)
def test_who_pays_gets_one_signed_proof_however_often_it_is_sent(
    client: FlaskClient, platform: Platform
) -> None:
    for _ in range(2):
        assert client.post("/payments", json=ASKED).json == {
            "payment_id": PAYMENT,
            "fen": 7000,
            "state": "open",
        }
    platform.answers = [503, 401]
    for _ in range(2):
        paid = client.post("/payments/pay", json={"payment_id": PAYMENT})
        assert paid.json is not None
        assert paid.json["state"] == "paid"
    proofs = {platform.heard.get(timeout=20) for _ in range(3)}
    client.post("/payments", json=ASKED)
    proofs.add(platform.heard.get(timeout=20))
    (proof,) = proofs
    payload, _, signature = proof.partition(".")
    key = (client.get("/payments/key").json or {})["key"]
    assert PaymentKey.parse(key).holds(decoded(signature), payload.encode())
    said = json.loads(decoded(payload))
    assert said.keys() == {
        *ASKED, "format", "institution", "reference", "paid_at", "nonce",
    }  # fmt: skip
    assert {name: said[name] for name in ASKED} == ASKED


def test_a_simulator_signs_with_the_key_that_it_is_given() -> None:
    def unheard(_form: str, _proof: str) -> bool:
        return True

    signed = Payments("7a" * 32, unheard).sign({"fen": 1})
    key = PaymentKey.parse(Payments("7a" * 32, unheard).public_key)
    payload, _, signature = signed.partition(".")
    assert key.holds(decoded(signature), payload.encode())
    elliptic = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for wrong in ("7a", "x" * 64, elliptic.decode(), "-----BEGIN PRIVATE KEY-----"):
        with pytest.raises(BadKey):
            Payments(wrong, unheard)


@pytest.mark.parametrize(
    "change",
    [{"fen": 0}, {"fen": -1}, {"fen": 1.5}, {"fen": True}, {"fen": 10**16}, {"fen": "1"},
     {"payment_id": ""}, {"order_id": None}, {"more": "x"}],
)  # fmt: skip
def test_a_bad_instruction_is_refused(client: FlaskClient, change: dict[str, Any]) -> None:
    assert client.post("/payments", json={**ASKED, **change}).status_code == 400


def test_what_is_instructed_is_not_changed_and_what_is_not_cannot_be_paid(
    client: FlaskClient,
) -> None:
    assert client.post("/payments/pay", json={"payment_id": PAYMENT}).status_code == 400
    client.post("/payments", json=ASKED)
    assert client.post("/payments", json={**ASKED, "fen": 6999}).status_code == 400
    assert client.post("/payments", data="[]", content_type="application/json").status_code == 400


def test_another_address_can_be_called_back(client: FlaskClient, platform: Platform) -> None:
    other = create_app(population(1, 1)).test_client()
    other.post("/payments", json=ASKED)
    other.post("/payments/pay", json={"payment_id": PAYMENT})
    other.post("/control/payments", json={"call_back": platform.url})
    other.post("/payments", json=ASKED)
    assert platform.heard.get(timeout=20)


@pytest.mark.article(8, 17)
def test_what_goes_back_is_said_by_one_signed_notice(
    client: FlaskClient, platform: Platform
) -> None:
    back = {"payment_id": PAYMENT, "fen": 6999}
    assert client.post("/payments/refund", json=back).status_code == 400
    client.post("/payments", json=ASKED)
    assert client.post("/payments/refund", json=back).status_code == 400, "nothing was paid yet"
    client.post("/payments/pay", json={"payment_id": PAYMENT})
    proof = platform.heard.get(timeout=20)
    for bad in ({"fen": 7001}, {"fen": 0}, {"fen": True}, {"more": 1}):
        assert client.post("/payments/refund", json={**back, **bad}).status_code == 400
    for _ in range(2):
        assert (client.post("/payments/refund", json=back).json or {})["state"] == "refunded"
    notices = {platform.heard.get(timeout=20) for _ in range(2)}
    (notice,) = notices
    said, paid = (json.loads(decoded(text.partition(".")[0])) for text in (notice, proof))
    assert (said["format"], said["fen"]) == ("payment-refund/1", 6999)
    assert said["reference"] != paid["reference"]
    assert said.keys() ^ paid.keys() == {"refunded_at", "paid_at"}
    assert platform.paths == ["/own-payments", "/own-payment-refunds", "/own-payment-refunds"]


@pytest.mark.article(17, 19)
def test_the_digest_of_an_account_is_the_one_that_the_platform_makes(platform: Platform) -> None:
    known = create_app(population(1, 1), call_back=platform.url, account_key="ab" * 32)
    client = known.test_client()
    client.post("/payments", json=ASKED)
    for bad in ("", "1302 0101", "1302０", 13020101, None):
        asked = {"payment_id": PAYMENT, "account": bad}
        assert client.post("/payments/pay", json=asked).status_code == 400, bad
    account = "1302010109200012345"
    client.post("/payments/pay", json={"payment_id": PAYMENT, "account": account})
    said = json.loads(decoded(platform.heard.get(timeout=20).partition(".")[0]))
    assert said["format"] == "payment-proof/2"
    assert said["payer_account"] == lookup_digest(bytes.fromhex("ab" * 32), "bank_account", account)
    assert account not in json.dumps(said)


def test_without_a_key_for_accounts_none_is_told(client: FlaskClient, platform: Platform) -> None:
    client.post("/payments", json=ASKED)
    client.post("/payments/pay", json={"payment_id": PAYMENT, "account": "1302010109200012345"})
    said = json.loads(decoded(platform.heard.get(timeout=20).partition(".")[0]))
    assert said["format"] == "payment-proof/1"
    assert "payer_account" not in said
