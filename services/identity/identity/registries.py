"""Asks the registries (登记机关) over HTTP: the adapter of production and of the simulator alike.

An answer counts only when it is exactly what the registry says it gives: status 200, JSON, a known
outcome, in time. Everything else is `unavailable`, and never a match. What was asked is not logged.
"""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import requests
import structlog
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from identity.domain import regions
from identity.domain.registry import (
    MARKET_REGULATION,
    PUBLIC_SECURITY,
    FirmAnswer,
    FirmRecord,
    Outcome,
    Ownership,
    Status,
)

CONNECT_SECONDS: Final = 1.0
MAX_ANSWER: Final = 64 * 1024
CONNECTIONS: Final = 32

log = structlog.get_logger()


class Strange(Exception):
    """An answer that a registry does not give; says what was strange, never what was asked."""


class Registries:
    """Both registries, at one address.

    `seconds` bounds the wait for the first byte of an answer, and the time until its last.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url.rstrip("/")
        self._seconds = seconds
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy of the environment ever sees a name
        adapter = HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def person(self, name: str, id_number: str) -> Outcome:
        """Whether a person of this name has this ID number (公安机关)."""
        asked = {"name": name, "id_number": id_number}
        try:
            return _outcome(self._ask(PUBLIC_SECURITY, "identity-match", asked))
        except Strange as strange:
            log.warning("registry unavailable", registry=PUBLIC_SECURITY, reason=str(strange))
            return Outcome.UNAVAILABLE

    def firm(self, name: str, uscc: str, legal_representative: str) -> FirmAnswer:
        """Whether a firm of this name and representative has this code, and how it stands."""
        asked = {"name": name, "uscc": uscc, "legal_representative": legal_representative}
        try:
            answer = self._ask(MARKET_REGULATION, "enterprise", asked)
            outcome = _outcome(answer)
            record = _record(answer) if outcome is Outcome.MATCH else None
            return FirmAnswer(outcome, record)
        except Strange as strange:
            log.warning("registry unavailable", registry=MARKET_REGULATION, reason=str(strange))
            return FirmAnswer(Outcome.UNAVAILABLE)

    def _ask(self, registry: str, question: str, asked: dict[str, str]) -> dict[str, Any]:
        deadline = time.monotonic() + self._seconds
        try:
            with self._session.post(
                f"{self._url}/{registry}/{question}",
                json=asked,
                timeout=(min(CONNECT_SECONDS, self._seconds), self._seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    raise Strange(f"status {response.status_code}")
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if kind != "application/json":
                    raise Strange("content type")
                raw = _read(response.iter_content(4096), deadline)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Strange(type(error).__name__) from None
        return _object(raw)


def _read(chunks: Iterator[bytes], deadline: float) -> bytes:
    raw = b""
    for chunk in chunks:
        raw += chunk
        if len(raw) > MAX_ANSWER:
            raise Strange("too long")
        if time.monotonic() > deadline:
            raise Strange("too slow")
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw, object_pairs_hook=_named_once)
    except (ValueError, RecursionError):
        raise Strange("not JSON") from None
    if not isinstance(answer, dict):
        raise Strange("not an object")
    return answer


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _outcome(answer: dict[str, Any]) -> Outcome:
    try:
        outcome = Outcome(str(answer.get("outcome")))
    except ValueError:
        raise Strange("unknown outcome") from None
    if outcome is Outcome.UNAVAILABLE:
        raise Strange("outcome unavailable")
    return outcome


def _record(answer: dict[str, Any]) -> FirmRecord:
    region = answer.get("region")
    if not isinstance(region, str) or not regions.is_region_code(region):
        raise Strange("region")
    try:
        ownership, status = str(answer.get("ownership")), str(answer.get("status"))
        return FirmRecord(Ownership(ownership), Status(status), region)
    except ValueError:
        raise Strange("ownership or status") from None
