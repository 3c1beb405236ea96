"""Tokens (登录令牌): what stands for a session, without a secret being stored anywhere.

`<session id>.<HMAC-SHA256 of it, base64url>`: who has read the log or the database knows every
session's id and still cannot make a token. API keys and tickets are made alike, each with a key
of its own.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

from identity.domain.refusals.accounts import NotSignedIn

API_KEY: Final = "wck_"
"""How the token of an API key begins, so that one that was published by mistake is found."""


class Tokens:
    """Makes and reads tokens of one kind, under the present key; those of earlier keys count too.

    So a change of the master key ends no session and no API key while the earlier one is named.
    """

    def __init__(self, *keys: bytes, prefix: str = "") -> None:
        self._keys = keys
        self.prefix = prefix

    def issue(self, id_: str) -> str:
        """The token that stands for an id; always the same one, under one key."""
        return self._made(self._keys[0], id_)

    def id_of(self, token: str) -> str | None:
        """The id that a token stands for, or None."""
        id_, _, _ = token.removeprefix(self.prefix).partition(".")
        given = token.encode()
        genuine = [hmac.compare_digest(self._made(key, id_).encode(), given) for key in self._keys]
        return id_ if any(genuine) else None

    def session_of(self, token: str) -> str:
        """The id of the session that a token stands for. Raises `NotSignedIn`."""
        session_id = self.id_of(token)
        if session_id is None:
            raise NotSignedIn
        return session_id

    def _made(self, key: bytes, id_: str) -> str:
        mac = hmac.new(key, id_.encode(), sha256).digest()
        return f"{self.prefix}{id_}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
