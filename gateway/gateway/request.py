"""What the gateway knows of a request, for the fields that ask for it (`metadata={"given": …}`)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from chassis.health import Wsgi

ADDRESS: Final = "gateway.address"
"""WSGI environment: the network address of the client, see `Proxies`."""

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{1,200}) *\Z", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def bearer(environ: Mapping[str, Any]) -> str | None:
    """The token of the header `Authorization: Bearer …`, when there is one."""
    found = _BEARER.match(environ.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else None


def address(environ: Mapping[str, Any]) -> str | None:
    """The network address that the request came from."""
    return environ.get(ADDRESS) or None


def agent(environ: Mapping[str, Any]) -> str | None:
    """What the caller's program calls itself, in printable ASCII."""
    return _UNPRINTABLE.sub(" ", environ.get("HTTP_USER_AGENT", "")).strip()[:200] or None


class Proxies:
    """Finds the client's address behind `count` proxies of ours, each of which adds to the header.

    What a client itself wrote into `X-Forwarded-For` stands further left, and counts for nothing.
    """

    def __init__(self, app: Wsgi, count: int) -> None:
        self._app = app
        self._count = count

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Note the address, and answer."""
        environ[ADDRESS] = self._client(environ)[:64]
        return self._app(environ, start_response)

    def _client(self, environ: Mapping[str, Any]) -> str:
        peer = str(environ.get("REMOTE_ADDR") or "")
        if not self._count:
            return peer
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR") or "")
        chain = [each.strip() for each in forwarded.split(",")]
        return (chain[-self._count] if self._count <= len(chain) else "") or peer
