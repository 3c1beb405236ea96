"""Who is calling: the token of a request, and the account that it stands for."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from chassis.bus.http import Call
from chassis.context import Context, bound
from chassis.contract import Contract
from chassis.privacy import seal_personal
from chassis.refusal import Kind, RoleRequired, StoredRefusal
from chassis.service import SYSTEM
from gateway.edge import ANONYMOUS
from gateway.refusals import NotSignedIn
from schemas.identity.sessions import WhoIs

FRESH_SECONDS: Final = 2.0
MOST: Final = 20_000
"""Sessions remembered at a time."""

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{1,200}) *\Z", re.IGNORECASE)
_UNKNOWN = {Kind.UNAUTHENTICATED, Kind.NOT_FOUND, Kind.INVALID, Kind.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is signed in, as identity tells it."""

    actor: str
    subject: str | None
    roles: tuple[str, ...]
    region: str | None

    @classmethod
    def parse(cls, found: Mapping[str, Any]) -> "Account":
        """From identity's answer. An account id is a UUID, so no caller ever becomes a service."""
        return cls(
            str(UUID(found["account_id"])),
            found.get("subject_id"),
            tuple(found.get("roles") or ()),
            found.get("region"),
        )


def bearer(environ: Mapping[str, Any]) -> str | None:
    """The token of the header `Authorization: Bearer …`, when there is one."""
    found = _BEARER.match(environ.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else None


class Sessions:
    """Asks identity whom a token stands for, and remembers the answer for `FRESH_SECONDS`.

    What is remembered is found by the token's SHA-256, so a copy of the memory holds no token.
    A session that is ended elsewhere is known here for `FRESH_SECONDS` more.
    """

    def __init__(
        self,
        call: Call,
        key: bytes | None,
        timeout: float,
        now: Callable[[], float] = time.monotonic,
        most: int = MOST,
    ) -> None:
        self._call = call
        self._key = key
        self._timeout = timeout
        self._now = now
        self._most = most
        self._known: OrderedDict[bytes, tuple[float, Account]] = OrderedDict()

    def account(self, token: str, correlation: str, anew: bool = False) -> Account | None:
        """The account of a token, or None. Raises a `Refusal` when identity cannot say.

        With `anew` identity is asked whatever is remembered.
        """
        digest = sha256(token.encode()).digest()
        known = None if anew else self._known.get(digest)
        if known is not None and self._now() < known[0]:
            return known[1]
        found = self._ask(token, correlation)
        self._known.pop(digest, None)
        if found is not None:
            self._known[digest] = (self._now() + FRESH_SECONDS, found)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found

    def forget(self, token: str) -> None:
        """Know nothing more of a token: its session was ended through this gateway."""
        self._known.pop(sha256(token.encode()).digest(), None)

    def _ask(self, token: str, correlation: str) -> Account | None:
        given = {"token": token}
        if self._key is not None:
            given = seal_personal(WhoIs, given, self._key)
        with bound(Context(actor=f"{SYSTEM}gateway", correlation=correlation)):
            outcome = self._call(WhoIs.service, WhoIs.method(), {"input": given}, self._timeout)
        if "error" not in outcome:
            return Account.parse(outcome["result"])
        if outcome["error"].get("kind") in _UNKNOWN:
            return None
        raise StoredRefusal(outcome["error"])


def context_of(contract: type[Contract], account: Account | None, correlation: str) -> Context:
    """The circumstances under which a contract is asked. Raises `NotSignedIn`, `RoleRequired`.

    The role is the first of the caller's that the contract allows; where it allows any, the first.
    """
    if account is None:
        if not contract.public:
            raise NotSignedIn
        return Context(actor=ANONYMOUS, correlation=correlation)
    roles = [role for role in account.roles if not contract.allowed or role in contract.allowed]
    if not roles and contract.allowed and not contract.public:
        raise RoleRequired(sorted(contract.allowed))
    return Context(
        actor=account.actor,
        subject=account.subject,
        role=roles[0] if roles else None,
        region=account.region,
        correlation=correlation,
    )
