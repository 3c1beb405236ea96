"""An HTTP client of the gateway, as any program of a user could be written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import urllib3

API = "/api/v1"
RETRIES = 5


@dataclass(frozen=True)
class Answer:
    """An answer of the API."""

    status: int
    body: Any
    cookie: str = ""
    """What it asks to be sent from now on, as a browser would; nothing else here sends it."""

    @property
    def ok(self) -> bool:
        """True for 2xx."""
        return self.status < 300

    @property
    def code(self) -> str:
        """The refusal's code, or the empty text."""
        return "" if self.ok else str(self.body["error"]["code"])


class Unexpected(Exception):
    """An answer that the job cannot go on from."""


class Api:
    """Calls the API. A command's id follows from its name, so a job that is run again goes on."""

    def __init__(self, url: str, run: str) -> None:
        self._url = url
        self._run = run
        self._pool = urllib3.PoolManager(maxsize=16, block=False, timeout=60.0, retries=False)

    def command(
        self,
        key: str,
        path: str,
        body: Mapping[str, Any],
        token: str | None = None,
        authority: str | None = None,
    ) -> Answer:
        """Send a command (POST) under an id that its key names; what is away is tried again.

        `authority` is the authorisation on which a 政务服务管理员 acts.
        """
        more = {"Acting-Authority": authority} if authority else {}
        command_id = str(uuid5(NAMESPACE_URL, f"wanchuang/demo/{self._run}/{key}"))
        for attempt in range(RETRIES):
            answer = self._request("POST", path, body, token, command_id, more)
            if answer.code != "service.unavailable" or attempt == RETRIES - 1:
                return answer
        raise AssertionError("unreachable")

    def do(self, key: str, path: str, body: Mapping[str, Any], token: str | None = None) -> Any:
        """Send a command that has to succeed. Raises `Unexpected`."""
        answer = self.command(key, path, body, token)
        if not answer.ok:
            raise Unexpected(f"{key}: {answer.status} {answer.body}")
        return answer.body

    def get(self, path: str, token: str | None = None) -> Any:
        """Ask. Raises `Unexpected`."""
        answer = self.ask(path, token)
        if not answer.ok:
            raise Unexpected(f"GET {path}: {answer.status} {answer.body}")
        return answer.body

    def text(self, path: str, token: str | None = None) -> str:
        """Ask for what is not JSON. Raises `Unexpected`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self._pool.request("GET", self._url + API + path, headers=headers)
        if response.status != 200:
            raise Unexpected(f"GET {path}: {response.status}")
        return response.data.decode()

    def ask(self, path: str, token: str | None = None, cookie: str = "") -> Answer:
        """Ask what may be refused; with the cookie that an earlier answer gave."""
        more = {"Cookie": cookie} if cookie else {}
        return self._request("GET", path, None, token, None, more)

    def dry_run(self, path: str, body: Mapping[str, Any], token: str) -> Answer:
        """What a command would do."""
        return self._request("POST", path, body, token, None, {"Dry-Run": "true"})

    def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        token: str | None,
        command_id: str | None,
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        headers = {"Accept": "application/json", **(more or {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if command_id is not None:
            headers["Idempotency-Key"] = command_id
        encoded = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            encoded = json.dumps(body, ensure_ascii=False).encode()
        response = self._pool.request(method, self._url + API + path, body=encoded, headers=headers)
        cookie = response.headers.get("Set-Cookie", "").partition(";")[0]
        return Answer(response.status, json.loads(response.data or b"null"), cookie)
