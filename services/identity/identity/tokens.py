"""Tokens (登录令牌): what stands for a session, without a secret being stored anywhere.

`<session id>.<HMAC-SHA256 of it, base64url>`: who has read the log or the database knows every
session's id and still cannot make a token.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from identity.domain.refusals.accounts import NotSignedIn


class Tokens:
    """Makes and reads tokens under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, session_id: str) -> str:
        """The token of a session; always the same one."""
        mac = hmac.new(self._key, session_id.encode(), sha256).digest()
        return f"{session_id}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def session_of(self, token: str) -> str:
        """The id of the session that a token stands for. Raises `NotSignedIn`."""
        session_id, _, _ = token.partition(".")
        expected = self.issue(session_id).encode()
        if not hmac.compare_digest(expected, token.encode()):
            raise NotSignedIn
        return session_id
