"""What arrives over a raw socket: nothing of it may be read in two ways, or answered in haste."""

import socket

import eventlet
import pytest

from chassis.bus.http import WsgiServer
from chassis.bus.wire import MAX_LINE, SECURITY_HEADERS
from gateway.body import MAX_BODY

from .conftest import Outcome, ScriptedBus, Serve, Site, answer_of

POST = b"POST /api/v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /api/v1/listings HTTP/1.1\r\nHost: x\r\n"
END = b"Connection: close\r\n\r\n"


def refused(site: Site, data: bytes, status: int, code: str) -> None:
    """The bytes are refused in our form, with the security headers, and the connection ends."""
    raw = site.raw(data)
    found, headers, body = answer_of(raw)
    assert (found, body["error"]["code"]) == (status, code), raw[:500]
    assert set(body["error"]["message"]) == {"zh", "en"}
    assert headers["connection"] == "close"
    assert headers["content-type"] == "application/json"
    assert "server" not in headers
    assert {name.lower() for name, _ in SECURITY_HEADERS} <= headers.keys()
    assert raw.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/x.y\r\n\r\n",
        b"GET / HTTP/1.1 extra\r\n\r\n",
        b"GET / HTTP/3.0\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        GET + b"Host: y\r\n\r\n",
        GET + b"Broken header line\r\n\r\n",
        GET + b"Space : before the colon\r\n\r\n",
        GET + b"Folded: one\r\n two\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        POST + b"Content-Length: -2\r\n\r\n{}",
        POST + b"Content-Length: +2\r\n\r\n{}",
        POST + b"Content-Length: 0x2\r\n\r\n{}",
        POST + b"Content-Length: 1_0\r\n\r\n{}",
        POST + b"Content-Length: two\r\n\r\n{}",
        POST + b"Content-Length: 2, 2\r\n\r\n{}",
        POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}",
        POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: identity\r\n\r\n{}",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=lambda data: data[-50:],
)
def test_a_request_that_is_malformed_or_means_two_things(site: Site, data: bytes) -> None:
    refused(site, data, 400, "http.malformed")


def test_a_request_line_that_is_too_long(site: Site) -> None:
    refused(site, b"GET /" + b"x" * MAX_LINE + b" HTTP/1.1\r\n", 414, "http.uri-too-long")


@pytest.mark.parametrize(
    "headers",
    [
        b"A: " + b"x" * MAX_LINE + b"\r\n\r\n",
        b"A: b\r\n" * 101 + b"\r\n",
        (b"A: " + b"x" * 8000 + b"\r\n") * 9 + b"\r\n",
    ],
    ids=["one line", "many lines", "many bytes"],
)
def test_headers_that_are_too_long_or_too_many(site: Site, headers: bytes) -> None:
    refused(site, GET + headers, 431, "http.header-too-long")


@pytest.mark.parametrize(
    "chunks",
    [
        b"2\r\n{}",
        b"2\r\n{}}\r\n0\r\n\r\n",
        b"x\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"0x2\r\n{}\r\n0\r\n\r\n",
        b"\r\n2\r\n{}\r\n0\r\n\r\n",
        b"fffffffff\r\n{}",
        b"2;" + b"e" * (MAX_LINE + 1) + b"\r\n{}\r\n0\r\n\r\n",
        b"1\r\n \r\n" * 20_001 + b"0\r\n\r\n",
        b"0\r\n" + b"A: b\r\n" * 101 + b"\r\n",
    ],
    ids=lambda chunks: chunks[:12],
)
def test_chunks_that_are_broken(site: Site, chunks: bytes) -> None:
    raw = site.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks, end=True)
    status, headers, body = answer_of(raw)
    assert (status, body["error"]["code"]) == (400, "http.body-incomplete")
    assert headers["connection"] == "close"


def test_chunks_with_extensions_and_trailers(site: Site) -> None:
    chunks = b"1;ext=1\r\n{\r\n001 ;x\r\n}\r\n0\r\nTrailer: x\r\n\r\n"
    status, _, body = answer_of(site.raw(POST + b"Transfer-Encoding: chunked\r\n" + END + chunks))
    assert (status, body["error"]["code"]) == (422, "input.invalid")


def test_a_body_shorter_than_it_says(site: Site) -> None:
    raw = site.raw(POST + b"Content-Length: 100\r\n\r\n{}", end=True)
    status, _, body = answer_of(raw)
    assert (status, body["error"]["code"]) == (400, "http.body-incomplete")


def test_a_body_longer_than_it_says_is_the_next_request_and_refused(site: Site) -> None:
    raw = site.raw(POST + b"Content-Length: 2\r\n\r\n{}GARBAGE\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 422 ")
    assert raw.count(b"HTTP/1.1 400 ") == 1


def test_a_body_that_never_ends_is_given_up(
    bus: ScriptedBus, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.body.BODY_SECONDS", 0.05)
    raw = serve(bus).raw(POST + b"Content-Length: 100\r\n\r\n{")
    status, headers, body = answer_of(raw)
    assert (status, body["error"]["code"]) == (408, "http.request-timeout")
    assert headers["connection"] == "close"


def test_headers_that_never_end_are_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.bus.wire.HEADER_SECONDS", 0.05)
    refused(site, GET + b"A: b\r\n", 408, "http.request-timeout")


def test_the_answer_is_read_although_the_whole_body_was_never_sent(site: Site) -> None:
    length = 20 * MAX_BODY
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=30) as client:
        client.sendall(POST + b"Content-Length: %d\r\n\r\n" % length)
        client.sendall(b" " * (5 * MAX_BODY))
        client.shutdown(socket.SHUT_WR)
        parts = []
        while part := client.recv(1 << 16):
            parts.append(part)
    status, _, body = answer_of(b"".join(parts))
    assert (status, body["error"]["code"]) == (413, "http.body-too-large")


def test_a_client_that_asks_first_is_told_not_to_send_what_is_too_large(site: Site) -> None:
    expect = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    raw = site.raw(POST + expect % (MAX_BODY + 1))
    assert b"100 Continue" not in raw
    assert raw.startswith(b"HTTP/1.1 413 ")


def test_a_client_that_asks_first_may_send_what_is_not(site: Site) -> None:
    raw = site.raw(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n" + END + b"{}")
    assert raw.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 ")


def test_two_requests_of_one_connection_are_answered_in_turn(site: Site) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    raw = site.raw(GET + b"\r\n" + POST + b"Content-Length: 2\r\n\r\n{}" + GET + END)
    assert raw.count(b"HTTP/1.1 200 ") == 2
    assert raw.count(b"HTTP/1.1 422 ") == 1


def test_a_short_unwanted_body_costs_no_connection(site: Site) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    unknown = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"
    raw = site.raw(unknown + GET + END)
    assert raw.count(b"HTTP/1.1 404 ") == 1
    assert raw.count(b"HTTP/1.1 200 ") == 1


def test_a_client_that_goes_away_harms_nobody(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site.bus.outcomes["find_listings"] = {"result": []}
    reset = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    for data in (b"", b"GE", GET, POST + b"Content-Length: 50\r\n\r\n{", GET + b"\r\n"):
        client = socket.create_connection(("127.0.0.1", site.server.port))
        client.sendall(data)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        client.close()
    assert site.ask("GET", "/listings").status_code == 200
    assert "Traceback" not in capfd.readouterr().err


def test_stopping_lets_an_answer_end_and_takes_no_more(bus: ScriptedBus, serve: Serve) -> None:
    site = serve(bus)
    asked, go_on = eventlet.event.Event(), eventlet.event.Event()

    def slow() -> Outcome:
        asked.send()
        go_on.wait()
        return {"result": []}

    site.bus.outcomes["find_listings"] = slow
    client = eventlet.spawn(site.ask, "GET", "/listings")
    asked.wait()
    stopping = eventlet.spawn(site.server.stop, 20.0)
    eventlet.sleep(0)
    go_on.send()
    assert client.wait().status_code == 200
    stopping.wait()
    with pytest.raises(OSError, match="ECONNREFUSED"):
        socket.create_connection(("127.0.0.1", site.server.port), timeout=5)


def test_stopping_waits_no_longer_than_its_grace() -> None:
    entered = eventlet.event.Event()

    def never(environ: object, start: object) -> list[bytes]:
        entered.send()
        eventlet.sleep(3600)
        return []

    server = WsgiServer("127.0.0.1", 0, never)
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(GET + b"\r\n")
        entered.wait()
        server.stop(grace=0.05)


def test_two_servers_never_share_a_port(site: Site) -> None:
    with pytest.raises(OSError, match="in use"):
        WsgiServer("127.0.0.1", site.server.port, lambda *_: [])
