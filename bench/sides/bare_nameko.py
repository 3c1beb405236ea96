"""The peer: bare Nameko, an HTTP entrypoint that calls an RPC method that commits one insert.

`python -m bench.sides.bare_nameko http|rpc AMQP_URL DATABASE_URL PORT`
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

import psycopg2  # noqa: E402
from eventlet.queue import LightQueue  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.rpc import RpcProxy, rpc  # noqa: E402
from nameko.web.handlers import http  # noqa: E402

POOL = LightQueue()


class Insert:
    """One committed insert a call."""

    name = "bare"

    @rpc  # type: ignore[untyped-decorator]
    def insert(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Insert what was sent, and echo it."""
        connection = POOL.get()
        try:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO echo (body) VALUES (%s)", (json.dumps(payload),))
            connection.commit()
        finally:
            POOL.put(connection)
        return payload


class Front:
    """HTTP to RPC."""

    name = "front"
    bare = RpcProxy("bare")

    @http("POST", "/echo")  # type: ignore[untyped-decorator]
    def echo(self, request: Any) -> str:
        """Hand the body on."""
        return json.dumps(self.bare.insert(json.loads(request.get_data())))


def main(role: str, amqp_url: str, database_url: str, port: str) -> None:
    """Run one of the two services until the process ends."""
    config = {"AMQP_URI": amqp_url, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "max_workers": 64}
    if role == "rpc":
        for _ in range(8):
            POOL.put(psycopg2.connect(database_url))
    container = ServiceContainer(Insert if role == "rpc" else Front, config)
    container.start()
    container.wait()


if __name__ == "__main__":
    main(*sys.argv[1:5])
