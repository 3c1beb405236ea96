"""Was every 政务服务管理员 authorised for what they did (授权, art. 27)?"""

from typing import Final

from oversight.domain.accounts import NEVER, Authorisation
from oversight.domain.event import Event, earlier
from oversight.domain.people import days_after
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.envelope import MAY
from oversight.domain.world import World

ROLE: Final = "gov-service-admin"
LONGEST_DAYS: Final = 3 * 366
"""A parameter of the platform, not Anhui law."""

IN_USE: Final = 5
"""Seconds within which a revocation has to be heard of everywhere."""

SCOPE_OF: Final = {
    "identity.FreezeCaseOpened": "account-freezes",
    "identity.AccountFrozen": "account-freezes",
    "identity.FreezeCaseClosed": "account-freezes",
    "identity.AccountUnfrozen": "account-freezes",
    "identity.PasswordResetRequested": "password-resets",
    "identity.PasswordResetApproved": "password-resets",
    "identity.PasswordResetRejected": "password-resets",
    "identity.AccountLockReleased": "sign-in-locks",
    "identity.PersonalDataAccessed": "personal-data",
}
"""What has to be in an authorisation, by what it is about."""

_OF_HOLDERS = ("identity.AccountFrozen", "identity.FreezeCaseOpened")
_GRANTED = "identity.AuthorisationGranted"


class NobodyActsUnauthorised(Rule):
    """A 政务服务管理员 acts on an authorisation of their own, in its days, within its scope."""

    id = "outside-authorisation"
    articles = (27,)
    reads = (*(type_ for type_, may in MAY.items() if ROLE in may), *_OF_HOLDERS)
    zh = "政务服务管理员 {actor} 作出 {type} 缺少有效授权:{what}(授权:{authorisation})"
    en = "{actor} did {type} without an authorisation that holds: {what} ({authorisation})"

    def breach(self, event: Event, world: World) -> Breach:
        """None named, another's, out of its days, revoked, or for other things."""
        if event.role != ROLE or _in_ones_own(event):
            return None
        named = event.authority or ""
        found = world.staff.authorisations.get(named)
        what = "none" if found is None else _fault(found, event)
        if not what:
            return None
        who = {"actor": event.actor, "type": event.type}
        return {**who, "what": what, "authorisation": named or "-"}


def _in_ones_own(event: Event) -> bool:
    """Whether somebody freezes their own account, which anybody may."""
    own = (event.stream, event.data.get("account_id"))
    return event.type in _OF_HOLDERS and event.actor in own


def _fault(found: Authorisation, event: Event) -> str:
    first, last = event.days()
    if found.account != event.actor:
        return "of another account"
    if last < found.valid_from or found.valid_until < first:
        return "expired"
    revoked = event.seen("identity") >= found.until
    if revoked or found.until_at < earlier(event.recorded_at, IN_USE):
        return "revoked"
    return "" if SCOPE_OF.get(event.type) in found.scope else "out of scope"


class AnAuthorisationIsGivenBeforehand(Rule):
    """A head authorises another's account, from today on, and takes it back once."""

    id = "authorised-unduly"
    articles = (27,)
    reads = (_GRANTED, "identity.AuthorisationRevoked")
    zh = "授权 {authorisation} 不合规:{what}"
    en = "The authorisation {authorisation} is not as it must be: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is not as it must be."""
        if event.type == _GRANTED:
            what = _granting(event, world)
        else:
            found = world.staff.authorisations.get(event.stream)
            what = "" if found is not None and found.until == NEVER else "none to revoke"
        return {"authorisation": event.stream, "what": what} if what else None


def _granting(event: Event, world: World) -> str:
    data = event.data
    account, head = (world.accounts.get(id_) for id_ in (data["account_id"], event.actor))
    if account is not None and ROLE not in account.roles():
        return "not an administrator"
    person = head.officer if head is not None else None
    other = account.officer if account is not None else None
    if data["account_id"] == event.actor or (person is not None and person == other):
        return "of oneself"
    if data["granted_by"] != event.actor:
        return "by another"
    first, last = event.days()
    in_order = first <= data["valid_from"] <= data["valid_until"]
    return "" if in_order and data["valid_until"] <= days_after(last, LONGEST_DAYS) else "dates"


AUTHORISATIONS: tuple[tuple[Rule, ...], ...] = (
    (NobodyActsUnauthorised(),),
    (AnAuthorisationIsGivenBeforehand(),),
)
