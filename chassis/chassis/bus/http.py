"""Serves a WSGI application from a Nameko container, on a port that nobody else shares."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import eventlet
import greenlet
from nameko.extensions import DependencyProvider

from chassis.bus import wire
from chassis.bus.rpc import RpcClient
from chassis.health import Checks, Wsgi
from chassis.settings import Settings

STOP_SECONDS = 5.0

Call = Callable[[str, str, dict[str, Any], float], dict[str, Any]]
"""`RpcClient.call`: (service, method, payload, timeout in seconds) → outcome."""

Site = Callable[[Call, Settings, Checks], Wsgi]
"""Makes the application from what it stands on: the bus, the settings, the readiness checks."""


def listen(host: str, port: int) -> Any:
    """A listening socket. `eventlet.listen` would let a second process share the port silently."""
    return eventlet.listen((host, port), reuse_addr=True, reuse_port=False, backlog=512)


class WsgiServer:
    """A WSGI server in green threads of its own: busy RPC workers do not keep it waiting."""

    def __init__(self, host: str, port: int, app: Wsgi, size: int = 500) -> None:
        self._socket = listen(host, port)
        self.host, self.port = self._socket.getsockname()[:2]
        self._thread = eventlet.spawn(wire.serve, self._socket, app, size)

    def stop(self, grace: float = STOP_SECONDS) -> None:
        """Accept no more connections; let what is being answered end within `grace` seconds."""
        self._thread.kill()
        self._socket.close()
        with eventlet.Timeout(grace, False), suppress(greenlet.GreenletExit):
            self._thread.wait()


class HttpServer(DependencyProvider):  # type: ignore[misc]
    """Serves a site on `HTTP_HOST` and `HTTP_PORT` while its container runs.

    class GatewayService:
        name = "gateway"
        http = HttpServer(site)
    """

    client = RpcClient()
    server: WsgiServer | None = None

    def __init__(self, site: Site) -> None:
        self._site = site

    def start(self) -> None:
        """Start to serve."""
        settings: Settings = self.container.config["settings"]
        app = self._site(self.client.call, settings, self.ready)
        self.server = WsgiServer(settings.http_host, settings.http_port, app)

    def stop(self) -> None:
        """Stop to serve; what is being answered may still ask the services."""
        if self.server is not None:
            self.server.stop()

    def kill(self) -> None:
        """Stop to serve at once."""
        if self.server is not None:
            self.server.stop(grace=0.0)

    def ready(self) -> dict[str, bool]:
        """What readiness depends on: that requests are taken and replies arrive."""
        return {"http": self.server is not None, "bus": self.client.connected()}
