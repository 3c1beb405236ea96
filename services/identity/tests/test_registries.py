"""The registries' adapter: only an exact answer counts, everything else is unavailable."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

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
    InstitutionAnswer,
    InstitutionKind,
    InstitutionRecord,
    Listed,
    Outcome,
    Ownership,
    Size,
    Status,
    require_match,
)
from identity.domain.related import NOBODY, Behind
from identity.registries import Registries
from identity.registries.breaker import Breaker
from services.identity.tests.conftest import Simulator

MATCHED = b'{"outcome": "match", "ownership": "mixed", "status": "abnormal", "region": "340104"'
WHOLE = MATCHED + b', "established_on": "2026-02-28", "size": "micro"'
Start = Callable[..., Any]
Served = TypeVar("Served", bound="Odd")


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
    yield from serving(Odd())


def serving(app: Served) -> Iterator[Served]:
    """Serve a registry."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


def ask(odd: Odd, seconds: float = 60) -> Outcome:
    return Registries(odd.url, seconds, pauses=()).person("王伟", "11010519491231002X")


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
        b'{"outcome": "match", "padding": "' + b"x" * 1_100_000 + b'"}',
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
        MATCHED + b', "established_on": "2026-02-30", "size": "micro"}',
        MATCHED + b', "established_on": "2026-02-28", "size": "tiny"}',
        WHOLE + b', "representative_number": 11010519491231002}',
        WHOLE + b', "representative_number": ""}',
        WHOLE + b', "shareholder_numbers": "11010519491231002X"}',
        WHOLE + b', "shareholder_numbers": [null]}',
    ],
)
def test_a_match_without_a_whole_record_is_unavailable(odd: Odd, body: bytes) -> None:
    odd.body = [body]
    answer = Registries(odd.url, 60).firm("a", "b", "c")
    assert answer == FirmAnswer(Outcome.UNAVAILABLE)


def test_a_firms_record_is_read(simulator: Simulator, firm: Firm) -> None:
    registries = Registries(simulator.url + "/", 60)
    answer = registries.firm(firm.name, firm.uscc, firm.legal_representative)
    record = FirmRecord(
        Ownership(firm.ownership),
        Status.IN_OPERATION,
        firm.region,
        firm.established_on,
        Size(firm.size),
        Behind((firm.legal_representative_id,), (firm.legal_representative_id,)),
    )
    assert answer == FirmAnswer(Outcome.MATCH, record)
    assert registries.firm(firm.name, firm.uscc, "x") == FirmAnswer(Outcome.MISMATCH)


def test_a_registry_need_not_say_who_is_behind_a_firm(odd: Odd) -> None:
    odd.body = [WHOLE + b"}"]
    record = Registries(odd.url, 60).firm("a", "b", "c").record
    assert record is not None
    assert record.behind == NOBODY


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


def test_institutions_and_lists_are_read(simulator: Simulator, firm: Firm) -> None:
    registries, agency = Registries(simulator.url, 60), simulator.world.agencies[0]
    asked = (agency.name, agency.uscc, agency.legal_representative)
    record = InstitutionRecord(InstitutionKind(agency.kind), agency.region)
    assert registries.institution(*asked) == InstitutionAnswer(Outcome.MATCH, record)
    assert registries.institution("x", *asked[1:]) == InstitutionAnswer(Outcome.MISMATCH)
    assert registries.listed(firm.uscc) is Listed.CLEAR
    simulator.change(uscc=firm.uscc, status="serious-violation")
    assert registries.listed(firm.uscc) is Listed.SERIOUS_VIOLATION
    assert registries.listed(agency.uscc) is Listed.NOT_FOUND


class Moody(Odd):
    """A registry that answers 503 a number of times, then as it should."""

    bad = 0
    asked = 0

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        self.asked += 1
        self.status = "503 Unavailable" if self.asked <= self.bad else "200 OK"
        return super().__call__(environ, start)


@pytest.fixture
def moody() -> Iterator[Moody]:
    yield from serving(Moody())


def test_what_passes_by_itself_is_asked_again(moody: Moody) -> None:
    moody.bad = 2
    registries = Registries(moody.url, 60, pauses=(0, 0))
    assert registries.person("王伟", "x") is Outcome.MATCH
    assert moody.asked == 3
    moody.bad, moody.asked = 3, 0
    assert registries.person("王伟", "x") is Outcome.UNAVAILABLE
    assert moody.asked == 3


def test_a_lie_about_the_content_type_is_not_asked_again(moody: Moody) -> None:
    moody.kind = "text/html"
    assert Registries(moody.url, 60, pauses=(0, 0)).person("x", "y") is Outcome.UNAVAILABLE
    assert moody.asked == 1


def test_no_time_is_left_for_another_attempt(moody: Moody) -> None:
    moody.bad = 9
    assert Registries(moody.url, 2, pauses=(60, 60)).person("x", "y") is Outcome.UNAVAILABLE
    assert moody.asked == 1


def test_who_does_not_answer_is_left_alone_for_a_while(moody: Moody) -> None:
    moments = [0.0]
    registries = Registries(
        moody.url, 60, pauses=(), breaker=lambda: Breaker(3, 10.0, lambda: moments[0])
    )
    moody.bad = 4
    for _ in range(6):
        assert registries.person("x", "y") is Outcome.UNAVAILABLE
    assert moody.asked == 3, "open after three failures"
    assert registries.away("public-security")
    assert not registries.away("market-regulation"), "each registry for itself"
    moments[0] = 10.0
    assert registries.person("x", "y") is Outcome.UNAVAILABLE
    assert registries.person("x", "y") is Outcome.UNAVAILABLE
    assert moody.asked == 4, "one tried; it is open again"
    moments[0] = 20.0
    assert registries.person("x", "y") is Outcome.MATCH
    assert registries.person("x", "y") is Outcome.MATCH
    assert moody.asked == 6, "closed again"


def test_an_answer_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(2, 10.0, lambda: 0.0)
    for _ in range(5):
        breaker.failed()
        assert breaker.may_ask()
        breaker.answered()
    breaker.failed()
    breaker.failed()
    assert not breaker.may_ask()
