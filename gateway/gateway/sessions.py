"""Who is calling: the token of a request, and the account that it stands for."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from chassis.bus.http import Call
from chassis.context import Context, bound
from chassis.contract import Contract
from chassis.guarding import SYSTEM
from chassis.privacy import seal_personal
from chassis.refusal import Kind, RoleRequired, StoredRefusal
from gateway.edge import ANONYMOUS
from gateway.refusals import (
    AuthorityInvalid,
    NotSignedIn,
    RoleNotHeld,
    ScopeRequired,
    SecondFactorNeeded,
)
from schemas.identity.fields import ENROLMENT_SCOPE
from schemas.identity.sessions import WhoIs
from schemas.roles import GOVERNMENT_SERVICE

FRESH_SECONDS: Final = 2.0
MOST: Final = 20_000
"""Sessions remembered at a time."""

_UNKNOWN = {Kind.UNAUTHENTICATED, Kind.NOT_FOUND, Kind.INVALID, Kind.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is signed in, as identity tells it."""

    actor: str
    subject: str | None
    roles: tuple[str, ...]
    region: str | None
    scopes: frozenset[str] | None = None
    """What its token may do; None for everything."""

    authorities: Mapping[str, str] = field(default_factory=dict)
    """By role: the id of what the account acts on in it."""

    @classmethod
    def parse(cls, found: Mapping[str, Any]) -> "Account":
        """From identity's answer. An account id is a UUID, so no caller ever becomes a service."""
        scopes = found.get("scopes")
        return cls(
            str(UUID(found["account_id"])),
            found.get("subject_id"),
            tuple(found.get("roles") or ()),
            found.get("region"),
            None if scopes is None else frozenset(scopes),
            found.get("authorities") or {},
        )


class Sessions:
    """Asks identity whom a token stands for, and remembers the answer for `FRESH_SECONDS`.

    What is remembered is found by the token's SHA-256, so a copy of the memory holds no token.
    A session that is ended, or a role that is revoked, through another gateway or by itself is
    known here for `FRESH_SECONDS` more, whether the bus works or not: within the five seconds that
    are allowed.
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

    def account(
        self, token: str, correlation: str, anew: bool = False, mark: str | None = None
    ) -> Account | None:
        """The account of a token, or None. Raises a `Refusal` when identity cannot say.

        With `anew` identity is asked whatever is remembered. `mark` is that of the device, which
        identity learns when it is asked.
        """
        digest = sha256(token.encode()).digest()
        known = None if anew else self._known.get(digest)
        if known is not None and self._now() < known[0]:
            return known[1]
        found = self._ask(token, correlation, mark)
        self._known.pop(digest, None)
        if found is not None:
            self._known[digest] = (self._now() + FRESH_SECONDS, found)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found

    def forget(self, token: str) -> None:
        """Know nothing more of a token: its session was ended through this gateway."""
        self._known.pop(sha256(token.encode()).digest(), None)

    def _ask(self, token: str, correlation: str, mark: str | None) -> Account | None:
        given = {"token": token} if mark is None else {"token": token, "mark": mark}
        if self._key is not None:
            given = seal_personal(WhoIs, given, self._key)
        with bound(Context(actor=f"{SYSTEM}gateway", correlation=correlation)):
            outcome = self._call(WhoIs.service, WhoIs.method(), {"input": given}, self._timeout)
        if "error" not in outcome:
            return Account.parse(outcome["result"])
        if outcome["error"].get("kind") in _UNKNOWN:
            return None
        raise StoredRefusal(outcome["error"])


def context_of(
    contract: type[Contract],
    account: Account | None,
    correlation: str,
    acting: str | None = None,
    authority: str | None = None,
) -> Context:
    """The circumstances under which a contract is asked.

    `acting` is the role that the caller chose (the header `Acting-Role`), one of their own. Without
    it they act in the first of their roles that the contract allows, in alphabetical order; where
    it allows any, in the first. `authority` is the authorisation that they name
    (`Acting-Authority`), for the role that acts on one of several; what other roles stand on,
    identity says. Raises `NotSignedIn`, `RoleNotHeld`, `RoleRequired`, `SecondFactorNeeded`,
    `ScopeRequired`, `AuthorityInvalid`.
    """
    if account is None:
        if not contract.public:
            raise NotSignedIn
        return Context(actor=ANONYMOUS, correlation=correlation)
    if acting is not None and acting not in account.roles:
        raise RoleNotHeld(role=acting[:40], roles=", ".join(sorted(account.roles)) or "-")
    held = sorted(account.roles) if acting is None else [acting]
    roles = [role for role in held if not contract.allowed or role in contract.allowed]
    if not contract.public:
        _require_scope(contract, account)
        if not roles and contract.allowed:
            raise RoleRequired(sorted(contract.allowed))
    role = roles[0] if roles else None
    stands_on = None if role is None else account.authorities.get(role)
    if role == GOVERNMENT_SERVICE and authority is not None:
        stands_on = _id(authority)
    return Context(
        actor=account.actor,
        subject=account.subject,
        role=role,
        region=account.region,
        authority=stands_on,
        correlation=correlation,
    )


def _id(authority: str) -> str:
    try:
        return str(UUID(authority))
    except ValueError:
        raise AuthorityInvalid from None


def _require_scope(contract: type[Contract], account: Account) -> None:
    """Refuse what a restricted token is not for."""
    needed = contract.needed_scope()
    if account.scopes is None or needed in account.scopes:
        return
    if ENROLMENT_SCOPE in account.scopes:
        raise SecondFactorNeeded
    raise ScopeRequired(scope=needed)
