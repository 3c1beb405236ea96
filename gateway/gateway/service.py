"""The gateway as a Nameko service: an HTTP server that speaks RPC."""

from chassis.bus.host import Deployable
from chassis.bus.http import HttpServer
from gateway.app import create_app


class GatewayService:
    """The HTTP API and the public site."""

    name = "gateway"
    http = HttpServer(create_app)


SERVICE = Deployable(GatewayService)
