"""What every answer carries, what is said of every request, and what is never said."""

from typing import Any
from uuid import UUID

import pytest
import requests
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from chassis.bus.http import WsgiServer
from gateway.edge import Edge
from schemas import roles

from .conftest import ACCOUNT, ScriptedBus, Site, error_of

SECRET = "not-to-be-told"


def requests_of(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("wanchuang_http_requests_total", labels) or 0.0


def test_a_request_is_one_line_that_tells_nothing_of_anybody(site: Site) -> None:
    headers = site.bus.sign_in(SECRET, roles.USER)
    with capture_logs() as lines:
        response = site.ask("GET", f"/listings/{ACCOUNT}?text={SECRET}", headers=headers)
        site.ask("POST", "/accounts", json={"login": SECRET, SECRET: 1})
        site.ask("GET", f"/{SECRET}")
    first, second, third = [line for line in lines if line["event"] == "http"]
    assert first["route"] == "/api/v1/listings/<uuid:listing_id>"
    assert (first["method"], first["status"]) == ("GET", "422")
    assert first["ms"] >= 0
    assert (second["route"], second["status"]) == ("/api/v1/accounts", "422")
    assert (third["route"], third["status"]) == ("-", "404")
    assert SECRET not in str(lines)
    assert ACCOUNT not in str(first["route"])
    assert response.headers["X-Correlation-Id"]


def test_requests_are_counted_by_route_and_never_by_what_a_caller_makes_up(site: Site) -> None:
    rule = "/api/v1/listings/<uuid:listing_id>"
    before = requests_of("GET", rule, 200), requests_of("OTHER", "-", 405)
    site.ask("GET", f"/listings/{ACCOUNT}")
    site.ask("MADEUP", f"/listings/{ACCOUNT}")
    assert requests_of("GET", rule, 200) == before[0] + 1
    assert requests_of("OTHER", "-", 405) == before[1] + 1


def test_every_request_has_an_id_of_its_own_that_no_caller_chooses(site: Site) -> None:
    given = {"X-Correlation-Id": ACCOUNT}
    ids = {
        site.ask("GET", "/listings", headers=given).headers["X-Correlation-Id"] for _ in range(3)
    }
    assert len(ids) == 3
    assert ACCOUNT not in ids
    assert all(str(UUID(one)) == one for one in ids)


def test_unknown_addresses_and_wrong_methods(site: Site) -> None:
    for path in ("/nowhere", "//api/v1/", "/listings/", f"/listings/{ACCOUNT}x", "//api//v1/docs"):
        assert error_of(site.ask("GET", path), 404)["code"] == "http.not-found"
    for verb in ("PUT", "DELETE", "PATCH", "TRACE"):
        response = site.ask(verb, "/listings")
        error = error_of(response, 405)
        assert error["code"] == "http.method-not-allowed"
        assert set(response.headers["Allow"].split(", ")) >= {"GET", "POST"}
        assert "GET" in error["message"]["zh"]


def test_head_and_options_work(site: Site) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    response = site.ask("HEAD", "/listings")
    assert (response.status_code, response.content) == (200, b"")
    assert site.ask("OPTIONS", "/listings").status_code == 200


def test_answers_of_the_api_are_kept_by_nobody(site: Site) -> None:
    for path in ("/listings", "/orders", "/nowhere"):
        assert site.ask("GET", path).headers["Cache-Control"] == "no-store"


def test_health_is_answered_beside_the_api(site: Site) -> None:
    assert site.ask("GET", "//health/live").json() == {"live": True}
    assert site.ask("GET", "//health/ready").json() == {"bus": True}
    assert "wanchuang_http_requests_total" in site.ask("GET", "//metrics").text


def test_probes_are_counted_but_not_told(site: Site) -> None:
    with capture_logs() as lines:
        site.ask("GET", "//health/live")
    assert not lines


def test_a_fault_below_everything_is_still_an_answer(bus: ScriptedBus) -> None:
    def broken(environ: dict[str, Any], start: Any) -> list[bytes]:
        raise RuntimeError(SECRET)

    server = WsgiServer("127.0.0.1", 0, Edge(broken))
    try:
        with capture_logs() as lines:
            site = Site(server, bus, requests.Session())
            response = site.ask("GET", "//")
        assert error_of(response, 500)["code"] == "gateway.fault"
        assert SECRET not in response.text
        assert [line["event"] for line in lines] == ["fault", "http"]
    finally:
        server.stop(grace=0.0)


@pytest.mark.parametrize("lines", ["\r\nX-Injected: 1", "%0d%0aX-Injected:%201"])
def test_no_header_can_be_injected(site: Site, lines: str) -> None:
    raw = site.raw(
        f"GET /api/v1/listings{lines} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert b"X-Injected" not in raw
