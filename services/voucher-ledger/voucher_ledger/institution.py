"""The payment institution (支付机构): what it signs, and how it is told what is to be paid.

A port: what speaks this protocol can take the place of the simulator. The ledger instructs it at
each tick of whatever is due and not proven; an instruction is repeated until its proof arrived, and
the institution knows a repeated one by its id.
"""

import json
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import requests
import structlog

from chassis.payment_keys import payment_keys
from voucher_ledger.domain.own_payment import Signed
from voucher_ledger.domain.refusals.own_payments import PaymentProofForged, PaymentProofMalformed

SECONDS: Final = 2.0
"""How long the institution may take to answer."""

log = structlog.get_logger()


class Institution:
    """What the settings say of the payment institution."""

    def __init__(self, url: str, keys: str) -> None:
        """Without an address nothing is instructed, without a key no proof holds.

        Raises `BadPaymentKey`.
        """
        self._url = url.rstrip("/")
        self._keys = payment_keys(keys)
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def reachable(self) -> bool:
        """Whether there is one to instruct."""
        return bool(self._url)

    def signed(self, text: str) -> Signed:
        """A text that the institution signed.

        Raises `PaymentProofForged`, `PaymentProofMalformed`.
        """
        payload, _, signature = text.partition(".")
        try:
            raw, signed = _decoded(payload), _decoded(signature)
        except ValueError:
            raise PaymentProofForged from None
        data = payload.encode()
        key = next((name for name, each in self._keys.items() if each.holds(signed, data)), None)
        if key is None:
            raise PaymentProofForged
        try:
            said = json.loads(raw, object_pairs_hook=_named_once)
        except (ValueError, RecursionError):
            raise PaymentProofMalformed from None
        if not isinstance(said, dict):
            raise PaymentProofMalformed
        return Signed(said, text, sha256(text.encode()).hexdigest(), key)

    def instruct(self, payment_id: str, order_id: str, fen: int) -> bool:
        """Tell it what is to be paid, in fen; False when it did not take that."""
        body = {"payment_id": payment_id, "order_id": order_id, "fen": fen}
        try:
            answer = self._session.post(
                f"{self._url}/payments", json=body, timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            log.warning("payment institution away", error=type(error).__name__)
            return False
        if answer.status_code != HTTPStatus.OK:
            log.warning("payment institution refused", status=answer.status_code)
        return bool(answer.status_code == HTTPStatus.OK)


def _decoded(text: str) -> bytes:
    raw = b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not as it is encoded")
    return raw


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
