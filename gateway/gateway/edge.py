"""The outermost layer: what every answer carries, and what is said of every request.

Log lines hold the method, the route's rule, the status and the time; never a body, a query string,
a token or a name from the path.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import eventlet
import structlog
from flask import Response

from chassis.bus.wire import SECURITY_HEADERS, error_body
from chassis.context import Context, bound
from chassis.health import Wsgi
from chassis.metrics import HTTP_REQUESTS
from chassis.refusal import Refusal
from gateway.refusals import Answer, GatewayFault

CORRELATION = "gateway.correlation"
"""WSGI environment: the id for everything that this request causes."""

ROUTE = "gateway.route"
"""WSGI environment: the rule of the route, for the log line and the metrics."""

CONTEXT = "gateway.context"
"""WSGI environment: under which context it was answered, once that is known."""

ANONYMOUS = "anonymous"
"""The actor of a request without a session."""

NO_ROUTE = "-"
ASSETS = "/assets"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBES = frozenset({"/health/live", "/health/ready", "/metrics"})
HTML = "text/html; charset=utf-8"
_JSON = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]

log = structlog.get_logger()

Start = Callable[..., Any]


class Edge:
    """Wraps the whole site."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer a request, whatever happens."""
        began = time.perf_counter()
        correlation = environ[CORRELATION] = str(uuid4())
        context = environ[CONTEXT] = Context(actor=ANONYMOUS, correlation=correlation)
        answered: list[str] = []

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            answered.append(status[:3])
            every = [*headers, *SECURITY_HEADERS, ("X-Correlation-Id", correlation)]
            write: Callable[[bytes], object] = start_response(status, every, exc_info)
            return write

        try:
            with bound(context):
                return self._app(environ, start)
        except (Exception, eventlet.Timeout):
            with bound(context):
                log.exception("fault")
            if answered:
                raise
            answer = Answer(GatewayFault())
            body = error_body(answer.error, correlation)
            start("500 Internal Server Error", [*_JSON, ("Content-Length", str(len(body)))])
            return [body]
        finally:
            _tell(environ, answered[-1] if answered else "-", began)


def _tell(environ: dict[str, Any], status: str, began: float) -> None:
    method = environ["REQUEST_METHOD"]
    if method not in _METHODS:
        method = "OTHER"
    path = environ["PATH_INFO"]
    probe = path in _PROBES
    fixed = ASSETS if path.startswith(ASSETS) and status != "404" else NO_ROUTE
    route = path if probe else environ.get(ROUTE, fixed)
    HTTP_REQUESTS.labels(method, route, status).inc()
    if not probe:
        spent = round((time.perf_counter() - began) * 1000, 1)
        with bound(environ[CONTEXT]):
            log.info("http", method=method, route=route, status=status, ms=spent)


def json_response(status: int, body: bytes) -> Response:
    """An answer in JSON that nobody may keep."""
    return Response(body, status, _JSON)


def page_response(page: str) -> Response:
    """An answer as a page that nobody may keep."""
    return Response(page, headers=[("Content-Type", HTML), ("Cache-Control", "no-store")])


def refused(refusal: Refusal, correlation: str, command_id: str | None = None) -> Response:
    """A refusal as an answer: `{"error": {code, message: {zh, en}, data, correlation}}`."""
    answer = Answer(refusal)
    response = json_response(answer.status, error_body(answer.error, correlation))
    response.headers.extend(answer.headers)
    if command_id is not None:
        response.headers["Idempotency-Key"] = command_id
    return response
