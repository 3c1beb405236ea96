"""From HTTP to committed events and back: the gateway, identity and the ledger in their containers.

Real services on real PostgreSQL, over the bus of the embedded mode.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
import requests
from nameko.containers import ServiceContainer

from chassis.bus import host, memory
from chassis.bus.http import HttpServer
from chassis.domain import new_id
from chassis.log import LogReader
from chassis.settings import Settings
from chassis.testing import sequencer
from schemas import roles
from schemas.catalog import ListCategories
from schemas.voucher_ledger.redemptions import ListRedemptions

from .conftest import KEY, error_of

OWNER_PASSWORD = "the owner's own passphrase"
SERVICES = ("identity", "voucher-ledger", "gateway")
BUDGET = {
    "fund": "JYCY",
    "year": 2026,
    "amount_fen": 5_000_000_00,
    "document_number": "皖财社〔2026〕1号",
}


@dataclass
class Platform:
    """The running containers, and a client of the gateway."""

    containers: dict[str, ServiceContainer]
    session: requests.Session

    def dependency(self, service: str, attribute: str) -> Any:
        """What a container holds that has this attribute."""
        found = self.containers[service].dependencies
        return next(each for each in found if hasattr(each, attribute))

    def ask(self, verb: str, path: str, **arguments: Any) -> requests.Response:
        http: HttpServer = self.dependency("gateway", "server")
        assert http.server is not None
        url = f"http://127.0.0.1:{http.server.port}{path}"
        return self.session.request(verb, url, timeout=60, **arguments)

    def entries(self, service: str) -> list[Any]:
        """The log of a service, once it is sequenced."""
        database = self.dependency(service, "application").application.database
        sequencer(database, service).step()
        return LogReader(database, service).entries(0, None)


@pytest.fixture
def platform(make_database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    for contract in (ListCategories, ListRedemptions):
        monkeypatch.setattr(contract, "deadline", 0.5)
    memory.clear()
    host.prepare()
    deployables = host.deployables()
    containers: dict[str, ServiceContainer] = {}
    for name in SERVICES:
        settings = Settings.load(
            name,
            {
                "AMQP_URL": memory.URL,
                "DATABASE_URL": "" if name == "gateway" else make_database(name),
                "HTTP_PORT": "0",
                "PERSONAL_DATA_KEY": KEY,
                "OWNER_PASSWORD": OWNER_PASSWORD,
                "DB_POOL_SIZE": "4",
                "RPC_TIMEOUT": "20",
            },
        )
        host.apply_migrations(deployables[name], settings)
        containers[name] = host.container(deployables[name], settings)
    for container in containers.values():
        container.start()
    session = requests.Session()
    yield Platform(containers, session)
    session.close()
    for container in reversed(containers.values()):
        container.kill()
    memory.clear()


def post(platform: Platform, path: str, headers: dict[str, str], **body: str) -> Any:
    response = platform.ask("POST", f"/api/v1{path}", json=body, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def signed_in(platform: Platform) -> dict[str, str]:
    """The owner's first session, in which they set up their authenticator as they must."""
    session = post(platform, "/sessions", {}, login="owner", password=OWNER_PASSWORD)
    headers = {"Authorization": f"Bearer {session['token']}"}
    assert session["enrolling"]
    refused = platform.ask("GET", "/api/v1/balances", headers=headers)
    assert error_of(refused, 403)["code"] == "identity.second-factor-needed"
    path = "/accounts/me/second-factor"
    secret = post(platform, path, headers, password=OWNER_PASSWORD)["secret"]
    code = pyotp.TOTP(secret).now()
    codes = post(platform, f"{path}/confirmation", headers, code=code)["recovery_codes"]
    assert len(set(codes)) == 10
    return headers


@pytest.mark.article(17)
def test_a_command_is_committed_once_and_its_event_says_who_and_why(platform: Platform) -> None:
    headers = {**signed_in(platform), "Idempotency-Key": new_id()}
    first = platform.ask("POST", "/api/v1/appropriations", json=BUDGET, headers=headers)
    again = platform.ask("POST", "/api/v1/appropriations", json=BUDGET, headers=headers)

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["received_fen"] == BUDGET["amount_fen"]
    [event] = [
        entry.event
        for entry in platform.entries("voucher-ledger")
        if entry.type == "voucher-ledger.BudgetAppropriated"
    ]
    assert event["data"]["fen"] == BUDGET["amount_fen"]
    assert event["role"] == roles.HRSS_PROVINCE
    assert event["command"] == headers["Idempotency-Key"]
    assert event["correlation"] == first.headers["X-Correlation-Id"]
    account = platform.ask("GET", "/api/v1/accounts/me", headers=headers).json()
    assert account["roles"] == [roles.HRSS_PROVINCE]
    assert account["account_id"] == event["actor"]

    other = {**BUDGET, "amount_fen": 1}
    response = platform.ask("POST", "/api/v1/appropriations", json=other, headers=headers)
    error = error_of(response, 409)
    assert error["code"] == "command.id-reused"
    assert error["data"]["fields"] == ["amount_fen"]


@pytest.mark.article(27)
def test_a_session_ends_with_its_sign_out(platform: Platform) -> None:
    headers = signed_in(platform)
    balances = "/api/v1/balances"
    assert platform.ask("GET", balances, headers=headers).status_code == 200
    response = platform.ask("POST", "/api/v1/sessions/current/end", headers=headers)
    assert response.status_code == 200, response.text
    assert error_of(platform.ask("GET", balances, headers=headers), 401)


def test_wrong_credentials_are_refused_and_never_repeated(platform: Platform) -> None:
    body = {"login": "owner", "password": "something else entirely"}
    response = platform.ask("POST", "/api/v1/sessions", json=body)
    error_of(response, 401)
    assert body["password"] not in response.text


@pytest.mark.parametrize(
    ("path", "service"),
    [("/api/v1/redemptions", "voucher-ledger"), ("/api/v1/categories", "catalog")],
)
def test_a_stopped_service_is_named_and_the_others_go_on(
    platform: Platform, path: str, service: str
) -> None:
    """One that was stopped, and one that never ran; both are asked with a short deadline."""
    headers = signed_in(platform)
    platform.containers["voucher-ledger"].kill()
    response = platform.ask("GET", path, headers=headers)
    error = error_of(response, 503)
    assert error["code"] == "service.unavailable"
    assert error["data"] == {"service": service}
    assert service in error["message"]["zh"]
    assert response.headers["Retry-After"]
    assert platform.ask("GET", "/api/v1/accounts/me", headers=headers).status_code == 200
    assert platform.ask("GET", "/").status_code == 200
    assert platform.dependency("gateway", "server").ready() == {"http": True, "bus": True}
