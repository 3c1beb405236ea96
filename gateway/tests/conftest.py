"""The whole site on a real WSGI server, with the bus played by a script."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from chassis import context
from chassis.bus.http import WsgiServer
from chassis.privacy import PersonalDataKey, seal_view, unseal_personal
from chassis.refusal import Kind
from chassis.settings import Settings
from gateway.app import create_app
from schemas.registry import CONTRACTS

KEY = "5a" * 32
ACCOUNT = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d10"
SUBJECT = "0195d2a6-7c3e-7b1a-9f42-3c8e5a6b7d11"
PREFIX = "/api/v1"

Outcome = dict[str, Any]
_BY_METHOD = {(one.service, one.method()): one for one in CONTRACTS}


@dataclass
class Asked:
    """One call that reached the bus."""

    service: str
    method: str
    payload: dict[str, Any]
    timeout: float
    context: context.Context

    @property
    def input(self) -> dict[str, Any]:
        """The input as the service would read it."""
        contract = _BY_METHOD[self.service, self.method]
        key = PersonalDataKey.load(KEY).sealing
        return unseal_personal(contract, self.payload["input"], key)


@dataclass
class ScriptedBus:
    """Answers calls as a test told it to, and remembers them."""

    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes: dict[str, Outcome | Exception | Callable[[], Outcome]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __call__(
        self, service: str, method: str, payload: dict[str, Any], timeout: float
    ) -> Outcome:
        asked = Asked(service, method, json.loads(json.dumps(payload)), timeout, context.current())
        self.asked.append(asked)
        if method == "who_is" and method not in self.outcomes:
            found = self.tokens.get(asked.input["token"])
            return {"result": found} if found else refusal("identity.x", Kind.UNAUTHENTICATED)
        outcome = self.outcomes.get(method, {"result": {}})
        if isinstance(outcome, Exception):
            raise outcome
        found = outcome() if callable(outcome) else outcome
        contract = _BY_METHOD.get((service, method))
        if contract is None or "result" not in found:
            return found
        key = PersonalDataKey.load(KEY).sealing
        return {"result": seal_view(contract, found["result"], key)}

    def of(self, method: str) -> list[Asked]:
        """The calls of one method."""
        return [asked for asked in self.asked if asked.method == method]

    def sign_in(
        self,
        token: str,
        *roles: str,
        region: str | None = None,
        authorities: dict[str, str] | None = None,
    ) -> dict[str, str]:
        """Let a token stand for an account with these roles; the header that says it."""
        self.tokens[token] = {
            "account_id": ACCOUNT,
            "subject_id": SUBJECT,
            "roles": list(roles),
            "region": region,
            "authorities": authorities or {},
        }
        return {"Authorization": f"Bearer {token}"}


def refusal(code: str, kind: Kind, **data: Any) -> Outcome:
    """An outcome that is a refusal."""
    message = {"zh": "不行", "en": "No"}
    return {"error": {"code": code, "kind": kind.value, "message": message, "data": data}}


@dataclass
class Site:
    """A running site."""

    server: WsgiServer
    bus: ScriptedBus
    session: requests.Session

    def ask(self, verb: str, path: str, **arguments: Any) -> requests.Response:
        """A request to the API; `path` goes below its prefix unless it begins with `//`."""
        path = path[1:] if path.startswith("//") else PREFIX + path
        url = f"http://127.0.0.1:{self.server.port}{path}"
        return self.session.request(verb, url, timeout=30, **arguments)

    def raw(self, data: bytes, end: bool = False) -> bytes:
        """Everything that the server sends in answer to these bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as connection:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(1 << 16):
                parts.append(part)
        return b"".join(parts)


Serve = Callable[[ScriptedBus], Site]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes running sites, stopped after the test."""
    sites: list[Site] = []

    def make(bus: ScriptedBus) -> Site:
        settings = Settings.load("gateway", {"PERSONAL_DATA_KEY": KEY, "RPC_TIMEOUT": "4.5"})
        server = WsgiServer("127.0.0.1", 0, create_app(bus, settings, lambda: {"bus": True}))
        sites.append(Site(server, bus, requests.Session()))
        return sites[-1]

    yield make
    for site in sites:
        site.session.close()
        site.server.stop(grace=1.0)


@pytest.fixture
def bus() -> ScriptedBus:
    return ScriptedBus()


@pytest.fixture
def site(bus: ScriptedBus, serve: Serve) -> Site:
    return serve(bus)


def error_of(response: requests.Response, status: int) -> dict[str, Any]:
    """The error of an answer, checked for its form."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "data", "correlation"}
    assert error["message"]["zh"]
    assert error["message"]["en"]
    assert error["correlation"] == response.headers["X-Correlation-Id"]
    assert "Traceback" not in response.text
    return error


def answer_of(raw: bytes) -> tuple[int, dict[str, str], Any]:
    """(status, headers in lower case, JSON body) of a raw answer."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split(" ")[1]), headers, json.loads(body) if body else None
