"""The random mark by which a browser is known again (设备标识): a first-party cookie.

It is given at signing in and says nothing but that it is the same browser. A mark that this site
did not make counts for nothing; whoever sends none is served as well.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

COOKIE: Final = "__Host-device"
"""Browsers take a cookie of such a name over HTTPS alone, for this host alone (RFC 6265bis)."""

MAX_AGE: Final = 400 * 24 * 3600
"""Seconds that a browser keeps it after the last signing in: no browser keeps one longer."""

_BYTES: Final = 16
_CARRIED: Final = re.compile(rf"(?:^|; *){COOKIE}=([A-Za-z0-9_-]{{43}})(?: *;|\Z)")
"""In the header `Cookie`, whatever else that holds."""


class Marks:
    """Gives marks, and knows those that were given: 128 random bits, and as many of an HMAC."""

    def __init__(self, key: bytes | None = None) -> None:
        """With the key of the HMAC; without one no mark is given, and none is known."""
        self._key = key

    def read(self, environ: Mapping[str, Any]) -> str | None:
        """The mark that a request carries, where it is one of ours."""
        carried = _CARRIED.search(environ.get("HTTP_COOKIE", ""))
        if self._key is None or carried is None:
            return None
        value = carried[1]
        mark = urlsafe_b64decode(value + "=")[:_BYTES]
        genuine = hmac.compare_digest(self._made(self._key, mark), value.encode())
        return mark.hex() if genuine else None

    def header(self, environ: Mapping[str, Any]) -> str | None:
        """The `Set-Cookie` of an answer: the mark that the request carries, or a new one."""
        if self._key is None:
            return None
        known = self.read(environ)
        mark = secrets.token_bytes(_BYTES) if known is None else bytes.fromhex(known)
        value = self._made(self._key, mark).decode()
        return f"{COOKIE}={value}; Max-Age={MAX_AGE}; Path=/; Secure; HttpOnly; SameSite=Strict"

    def _made(self, key: bytes, mark: bytes) -> bytes:
        tag = hmac.digest(key, mark, sha256)[:_BYTES]
        return urlsafe_b64encode(mark + tag).rstrip(b"=")
