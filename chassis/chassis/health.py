"""Health and metrics as WSGI middleware, so that busy workers cannot starve them.

`/health/live` says that the process turns, `/health/ready` that what it needs is there, and
`/metrics` gives Prometheus text.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Checks = Callable[[], Mapping[str, bool]]


def middleware(app: Wsgi | None, ready: Checks) -> Wsgi:
    """Answer the health paths, and hand everything else to `app` (or 404)."""

    def health(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return _answer(start, "200 OK", generate_latest(), CONTENT_TYPE_LATEST)
        if path == "/health/live":
            return _answer(start, "200 OK", b'{"live": true}')
        if path == "/health/ready":
            checks = dict(ready())
            status = "200 OK" if all(checks.values()) else "503 Service Unavailable"
            return _answer(start, status, json.dumps(checks).encode())
        if app is not None:
            return app(environ, start)
        return _answer(start, "404 Not Found", b"{}")

    return health


def _answer(
    start: Callable[..., Any], status: str, body: bytes, kind: str = "application/json"
) -> Iterable[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
