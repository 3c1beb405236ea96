"""One question to a registry over HTTP: an answer of exactly the known form, or `Strange`.

An answer counts when it is status 200, JSON, one object, short, and in time. Nothing that was asked
is logged or put into an error.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CONNECT_SECONDS: Final = 1.0
MAX_ANSWER: Final = 1024 * 1024
CONNECTIONS: Final = 32
PASSING: Final = frozenset({429, 502, 503, 504})
"""Statuses that may be another one in a moment."""


class Strange(Exception):
    """An answer that a registry does not give; says what was strange, never what was asked.

    `passing`: it came at once and may be another one in a moment.
    """

    def __init__(self, reason: str, passing: bool = False) -> None:
        self.passing = passing
        super().__init__(reason)


class Http:
    """Asks at one address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy of the environment ever sees a name
        adapter = HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def ask(self, path: str, asked: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer's object; all of it within `seconds`. Raises `Strange`."""
        deadline = time.monotonic() + seconds
        try:
            with self._session.post(
                f"{self._url}/{path}",
                data=json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogatepass"),
                headers={"Content-Type": "application/json"},
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    status = response.status_code
                    raise Strange(f"status {status}", passing=status in PASSING)
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if kind != "application/json":
                    raise Strange("content type")
                raw = _read(response.iter_content(4096), deadline)
        except requests.Timeout as error:
            raise Strange(type(error).__name__) from None
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Strange(type(error).__name__, passing=True) from None
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
