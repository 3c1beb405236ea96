"""Did staff of a region act within it (市县统筹协调, art. 9)?"""

from typing import Final

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

BOUND: Final = frozenset({"bureau", "department", "gov-service-admin"})
"""Roles that may be held below the province."""

PROVINCE: Final = "340000"
"""What carries no region is the province's."""

_ACCESSED = "identity.PersonalDataAccessed"
_RESETS = (
    "identity.PasswordResetRequested",
    "identity.PasswordResetApproved",
    "identity.PasswordResetRejected",
)


class StaffActWithinTheirRegion(Rule):
    """A bureau helps, freezes and looks at whoever is of its region, and nobody else (art. 9).

    A code of GB/T 2260 covers every code below it: 340100 covers 340104.
    """

    id = "acted-outside-region"
    articles = (9,)
    reads = (
        "identity.AccountLockReleased",
        "identity.AccountFrozen",
        "identity.AccountUnfrozen",
        *_RESETS,
        _ACCESSED,
    )
    zh = "{role} 帐号 {actor}(区划 {own})对区划 {region} 的对象作出 {type}"
    en = "{actor}, a {role} of {own}, did {type} to somebody of {region}"

    def breach(self, event: Event, world: World) -> Breach:
        """Somebody of a region that theirs does not cover."""
        actor = world.accounts.get(event.actor) if event.role in BOUND else None
        if actor is None:
            return None
        region, own = self._region(event, world) or PROVINCE, actor.region or ""
        if own and region.startswith(_digits(own)):
            return None
        told = {"actor": event.actor, "role": event.role, "own": own or "-"}
        return {**told, "region": region, "type": event.type}

    @staticmethod
    def _region(event: Event, world: World) -> str | None:
        """Where whoever was acted on is from, as identity's log had it then."""
        subject = None
        if event.type == _ACCESSED:
            subject = str(event.data["subject"])
        else:
            reset = world.resets.get(event.stream)
            of_reset = event.data.get("account_id") or (reset.account_id if reset else "")
            stream = of_reset if event.type in _RESETS else event.stream
            account = world.accounts.get(stream)
            if account is None:
                return None
            if account.region is not None:
                return account.region
            subject = account.subject
        standing = world.people.standings.get(subject or "")
        return None if standing is None else standing.region


def _digits(region: str) -> str:
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


REGIONS: tuple[tuple[Rule, ...], ...] = ((StaffActWithinTheirRegion(),),)
