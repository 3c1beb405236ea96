"""The simulator of the registries, as the example job needs it: away for a while, or attesting."""

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from authorities.registries import PUBLIC_SECURITY
from authorities.synthetic import Person
from chassis.privacy import PersonalDataKey
from chassis.settings import Settings

EARLIER_PAYMENT_KEY = "ba42458e83ba7926ba8b8f3e9ab9caaf0f1c4918dda8c551084f7aeb1065b74b"
"""Of the demonstration until it signed with RSA (Ed25519, hex)."""


def account_key(environ: Mapping[str, str]) -> str:
    """What the payment institution tells accounts by (`PAYMENT_ACCOUNT_KEY`): 64 hex digits."""
    return PersonalDataKey.of(Settings.load("identity", environ)).accounts.hex()


class Simulator:
    """The simulator of the registries, over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(timeout=10.0, retries=False)

    def public_security(self, mode: str) -> None:
        """Public security answers (`up`) or does not (`down`)."""
        self._post("/control", {PUBLIC_SECURITY: mode})

    def attestation(self, person: Person, audience: str, nonce: str) -> str:
        """What the national service says of a person who asks it (网号、网证)."""
        asked = {"name": person.name, "id_number": person.id_number}
        found = self._post("/net-id/attestations", {**asked, "audience": audience, "nonce": nonce})
        return str(found["attestation"])

    def net_id_key(self) -> str:
        """The public key of the national service."""
        return str(json.loads(self._http.request("GET", f"{self._url}/net-id/key").data)["key"])

    def payment_keys(self) -> str:
        """The payment institution's public keys: today's, and those that it signed with before.

        Folders that were written then hold proofs by them, and are verified by whoever opens them.
        """
        found = json.loads(self._http.request("GET", f"{self._url}/payments/key").data)
        return f"{found['key']} {EARLIER_PAYMENT_KEY}"

    def call_back(self, url: str) -> None:
        """The payment institution calls this address back."""
        self._post("/control/payments", {"call_back": url})

    def pay(self, payment_id: str, account: str = "") -> bool:
        """Somebody pays, from an account; False while the institution was not told of it."""
        body = {"payment_id": payment_id} | ({"account": account} if account else {})
        return "state" in self._post("/payments/pay", body)

    def refund(self, payment_id: str, fen: int) -> bool:
        """Some of it goes back to who paid; False while it is not known to have been paid."""
        return "state" in self._post("/payments/refund", {"payment_id": payment_id, "fen": fen})

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        encoded = json.dumps(body, ensure_ascii=False).encode()
        return json.loads(self._http.request("POST", self._url + path, body=encoded,
                                             headers=headers).data)  # fmt: skip
