"""The registries' adapter: only an exact answer counts, everything else is unavailable."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import eventlet
import pytest
import structlog
from werkzeug.serving import make_server

from authorities.synthetic import Firm, Person
from chassis.bus.http import listen
from identity.domain.refusals.verification import NameMismatch, NotInRegistry, RegistryUnavailable
from identity.domain.registry import (
    FirmAnswer,
    FirmRecord,
    Outcome,
    Ownership,
    Status,
    matched,
    require_match,
)
from identity.registries import Registries
from services.identity.tests.conftest import Simulator

Start = Callable[..., Any]


class Odd:
    """A registry that answers whatever it is told to."""

    url: str
    status = "200 OK"
    kind = "application/json"
    body: Iterable[bytes] = (b'{"outcome": "match"}',)
    headers: tuple[tuple[str, str], ...] = ()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer."""
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"] == "/elsewhere":
            start("200 OK", [("Content-Type", "application/json")])
            return [b'{"outcome": "match"}']
        start(self.status, [("Content-Type", self.kind), *self.headers])
        return self.body


@pytest.fixture
def odd() -> Iterator[Odd]:
    app = Odd()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


def ask(odd: Odd, seconds: float = 60) -> Outcome:
    return Registries(odd.url, seconds).person("王伟", "11010519491231002X")


def test_an_exact_answer_counts(odd: Odd) -> None:
    assert ask(odd) is Outcome.MATCH
    odd.kind = "Application/JSON; charset=utf-8"
    odd.body = [b'{"outcome": "mism', b'atch", "more": 1}']
    assert ask(odd) is Outcome.MISMATCH
    odd.body = [b'{"outcome": "not-found"}']
    assert ask(odd) is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"match",
        b'"match"',
        b'["match"]',
        b"{}",
        b'{"outcome": "match"',
        b'{"outcome": "match"} {}',
        b'{"outcome": null}',
        b'{"outcome": true}',
        b'{"outcome": ["match"]}',
        b'{"outcome": "MATCH"}',
        b'{"outcome": "match "}',
        b'{"outcome": "unavailable"}',
        b'{"outcome": "mismatch", "outcome": "match"}',
        b'{"Outcome": "match"}',
        b'\xff\xfe{"outcome": "match"}',
        b"[" * 50_000,
        b'{"outcome": "match", "padding": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_a_strange_body_is_unavailable(odd: Odd, body: bytes) -> None:
    odd.body = [body]
    assert ask(odd) is Outcome.UNAVAILABLE


@pytest.mark.parametrize(
    "status",
    ["201 Created", "204 No Content", "400 Bad", "404 Not Found", "500 Error", "503 Unavailable"],
)
def test_another_status_is_unavailable(odd: Odd, status: str) -> None:
    odd.status = status
    assert ask(odd) is Outcome.UNAVAILABLE


def test_a_redirect_is_not_followed(odd: Odd) -> None:
    odd.status, odd.headers = "307 Temporary Redirect", (("Location", "/elsewhere"),)
    assert ask(odd) is Outcome.UNAVAILABLE


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/jsonx", ""])
def test_another_content_type_is_unavailable(odd: Odd, kind: str) -> None:
    odd.kind = kind
    assert ask(odd) is Outcome.UNAVAILABLE


def test_a_body_cut_short_is_unavailable(odd: Odd) -> None:
    odd.headers = (("Content-Length", "400"),)
    assert ask(odd) is Outcome.UNAVAILABLE


def test_a_dripping_answer_is_unavailable(odd: Odd) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            yield b" "
            eventlet.sleep(0.01)

    odd.body = drip()
    assert ask(odd, seconds=0.2) is Outcome.UNAVAILABLE


def test_nobody_there_is_unavailable(person: Person) -> None:
    socket = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    socket.close()
    registries = Registries(url, 60)
    assert registries.person(person.name, person.id_number) is Outcome.UNAVAILABLE
    assert registries.firm("a", "b", "c") == FirmAnswer(Outcome.UNAVAILABLE)


@pytest.mark.parametrize(
    "body",
    [
        b'{"outcome": "match"}',
        b'{"outcome": "match", "ownership": null, "status": null, "region": null}',
        b'{"outcome": "match", "ownership": "ours", "status": "abnormal", "region": "340104"}',
        b'{"outcome": "match", "ownership": "mixed", "status": "fine", "region": "340104"}',
        b'{"outcome": "match", "ownership": "mixed", "status": "abnormal", "region": "34010"}',
        b'{"outcome": "match", "ownership": "mixed", "status": "abnormal", "region": 340104}',
    ],
)
def test_a_match_without_a_whole_record_is_unavailable(odd: Odd, body: bytes) -> None:
    odd.body = [body]
    answer = Registries(odd.url, 60).firm("a", "b", "c")
    assert answer == FirmAnswer(Outcome.UNAVAILABLE)


def test_a_firms_record_is_read(simulator: Simulator, firm: Firm) -> None:
    registries = Registries(simulator.url + "/", 60)
    answer = registries.firm(firm.name, firm.uscc, firm.legal_representative)
    assert answer == FirmAnswer(
        Outcome.MATCH, FirmRecord(Ownership(firm.ownership), Status.IN_OPERATION, firm.region)
    )
    assert registries.firm(firm.name, firm.uscc, "x") == FirmAnswer(Outcome.MISMATCH)


def test_no_proxy_of_the_environment_is_used(odd: Odd, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert ask(odd) is Outcome.MATCH


def test_the_log_says_why_and_not_what(odd: Odd, caplog: pytest.LogCaptureFixture) -> None:
    odd.status = "503 Unavailable"
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines:
        assert ask(odd) is Outcome.UNAVAILABLE
    assert lines == [
        {
            "event": "registry unavailable",
            "log_level": "warning",
            "registry": "public-security",
            "reason": "status 503",
        }
    ]
    assert "王伟" not in caplog.text
    assert "11010519491231002X" not in caplog.text


def test_only_a_match_passes() -> None:
    require_match(Outcome.MATCH)
    for outcome, refusal in (
        (Outcome.MISMATCH, NameMismatch),
        (Outcome.NOT_FOUND, NotInRegistry),
        (Outcome.UNAVAILABLE, RegistryUnavailable),
    ):
        with pytest.raises(refusal):
            require_match(outcome)
    with pytest.raises(RegistryUnavailable):
        matched(FirmAnswer(Outcome.MATCH))
