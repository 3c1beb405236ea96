"""A payment institution (支付机构), simulated: what is to be paid, paying, and signed call-backs.

It is told what is to be paid, and by whom is not its business. Who pays gets a proof: it is signed
once, and sent to the platform until that answers; whoever instructs the same payment again when it
was paid brings the same call-back about. What it gives back to who paid it says by a notice of
refund, likewise. A proof is `<payload>.<signature>`, both base64url without padding; the payload is
JSON, the signature RSA (PKCS #1 v1.5 with SHA-256, as institutions here sign) or Ed25519 over the
payload's text as it stands there.
"""

import hmac
import json
import logging
import queue
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Any, Final

import urllib3
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from authorities.net_id import Now, system_time

FORMAT: Final = "payment-proof/1"
WITH_ACCOUNT: Final = "payment-proof/2"
REFUND: Final = "payment-refund/1"
ACCOUNT: Final = "bank_account"
"""What is digested, as its digest has it."""

INSTITUTION: Final = "payment-institution-simulator"
DEMONSTRATION_KEY: Final = (Path(__file__).parent / "demonstration_key.pem").read_text("ascii")
"""The signing key that everybody knows, of simulators that are given none."""

ATTEMPTS: Final = 8
"""How often a call-back is tried, until the payment is instructed again."""

MAX_FEN: Final = 10**15

logger = logging.getLogger("authorities")

CallBack = Callable[[str, str], bool]
"""Sends the platform a proof, or a notice, of a format; False when it should be sent again."""


class BadKey(ValueError):
    """What is no signing key: neither RSA as PEM nor Ed25519 as 64 hex digits."""


class BadPayment(ValueError):
    """An instruction or a payment that the institution does not take."""


@dataclass
class Payment:
    """What is to be paid for an order, in fen; `proof` once it was, `notice` once it came back."""

    payment_id: str
    order_id: str
    fen: int
    proof: str = ""
    notice: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """What the institution answers about it."""
        state = "refunded" if self.notice else "paid" if self.proof else "open"
        return {"payment_id": self.payment_id, "fen": self.fen, "state": state}


class Payments:
    """Payments under one signing key, and the call-backs about them.

    The key is RSA as PEM (PKCS #8), or Ed25519 as 64 hex digits. Raises `BadKey`.
    """

    def __init__(
        self, key: str, call_back: CallBack, now: Now = system_time, account_key: str = ""
    ) -> None:
        self._key = _private(key)
        self._account_key = bytes.fromhex(account_key)
        self._call_back = call_back
        self._now = now
        self._payments: dict[str, Payment] = {}
        self._lock = threading.Lock()
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue()
        threading.Thread(target=self._calling_back, name="call-backs", daemon=True).start()

    @property
    def public_key(self) -> str:
        """The key that verifies proofs: RSA as DER in base64, Ed25519 as 64 hex digits."""
        public = self._key.public_key()
        if isinstance(public, Ed25519PublicKey):
            return public.public_bytes_raw().hex()
        return b64encode(
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).decode()

    def instruct(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take an instruction; the same again changes nothing. Raises `BadPayment`."""
        if asked.keys() != {"payment_id", "order_id", "fen"}:
            raise BadPayment
        payment = Payment(**asked)
        names: tuple[Any, ...] = (payment.payment_id, payment.order_id)
        if not all(isinstance(name, str) and 0 < len(name) <= 36 for name in names):
            raise BadPayment
        if type(payment.fen) is not int or not 0 < payment.fen <= MAX_FEN:
            raise BadPayment
        with self._lock:
            known = self._payments.setdefault(payment.payment_id, payment)
        if (known.order_id, known.fen) != (payment.order_id, payment.fen):
            raise BadPayment
        if known.proof:
            self._waiting.put((FORMAT, known.proof))
        return known.shown

    def pay(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Somebody pays, once; the platform is called back. Raises `BadPayment`.

        From an `account` where it is named: the proof says which by a keyed digest, if there is a
        key for that.
        """
        payment, more = self._payments.get(str(asked.get("payment_id"))), {}
        if payment is None or not {"payment_id"} <= asked.keys() <= {"payment_id", "account"}:
            raise BadPayment
        if "account" in asked and self._account_key:
            more = {"format": WITH_ACCOUNT, "payer_account": self._digest(asked["account"])}
        with self._lock:
            if not payment.proof:
                payment.proof = self._prove(payment, FORMAT, "paid_at", payment.fen, more)
                self._waiting.put((FORMAT, payment.proof))
        return payment.shown

    def refund(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Some of what was paid goes back, once; the platform is told. Raises `BadPayment`."""
        payment, fen = self._payments.get(str(asked.get("payment_id"))), asked.get("fen")
        if payment is None or asked.keys() != {"payment_id", "fen"} or not payment.proof:
            raise BadPayment
        if type(fen) is not int or not 0 < fen <= payment.fen:
            raise BadPayment
        with self._lock:
            payment.notice = payment.notice or self._prove(payment, REFUND, "refunded_at", fen)
        self._waiting.put((REFUND, payment.notice))
        return payment.shown

    def sign(self, payload: dict[str, Any]) -> str:
        """The text of a proof with this payload."""
        text = _encoded(json.dumps(payload, sort_keys=True).encode())
        return f"{text}.{_encoded(self._signature(text.encode()))}"

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(data)
        return self._key.sign(data, PKCS1v15(), SHA256())

    def _digest(self, account: Any) -> str:
        """The keyed digest of an account's number, as the platform makes it of what it is given."""
        if not isinstance(account, str) or not (account.isascii() and account.isdigit()):
            raise BadPayment
        named = len(ACCOUNT).to_bytes(2) + f"{ACCOUNT}{account}".encode()
        return hmac.new(self._account_key, named, sha256).hexdigest()

    def _prove(
        self,
        payment: Payment,
        form: str,
        when: str,
        fen: int,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        at = self._now().astimezone(UTC).replace(tzinfo=None)
        return self.sign(
            {
                "format": form,
                "institution": INSTITUTION,
                "payment_id": payment.payment_id,
                "order_id": payment.order_id,
                "fen": fen,
                "reference": f"S{token_hex(12)}",
                when: f"{at.isoformat(timespec='microseconds')}Z",
                "nonce": token_hex(16),
                **more,
            }
        )

    def _calling_back(self) -> None:
        pause = threading.Event()
        while True:
            form, proof = self._waiting.get()
            for attempt in range(ATTEMPTS):
                if self._call_back(form, proof):
                    break
                pause.wait(min(0.1 * 2**attempt, 5.0))
            else:
                logger.warning("a call-back was given up until it is instructed again")


def _private(text: str) -> Ed25519PrivateKey | RSAPrivateKey:
    try:
        if not text.startswith("-----BEGIN"):
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
        key = load_pem_private_key(text.encode(), None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise BadKey from error
    if isinstance(key, RSAPrivateKey):
        return key
    raise BadKey


class Address:
    """Where the platform is called back; nowhere while it is empty."""

    def __init__(self, url: str = "") -> None:
        self.url = url

    def of(self, form: str) -> str:
        """Where notices of a format go: those of refunds beside the proofs of payment."""
        if form == FORMAT or not self.url.endswith("own-payments"):
            return self.url
        return f"{self.url.removesuffix('s')}-refunds"


def calling(address: Address) -> CallBack:
    """Call-backs over HTTP; what finds no address is sent when it is instructed again."""
    pool = urllib3.PoolManager(timeout=10.0, retries=False)
    headers = {"Content-Type": "application/json"}

    def call_back(form: str, proof: str) -> bool:
        url = address.of(form)
        if not url:
            return True
        body = json.dumps({"proof": proof}).encode()
        try:
            status = pool.request("POST", url, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError as error:
            logger.warning("call-back %s", type(error).__name__)
            return False
        logger.info("call-back %s", status)
        return status < 500 and status not in (401, 429)

    return call_back


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
