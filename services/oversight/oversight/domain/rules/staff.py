"""Are duties that check one another in different hands, and who acts for whom (art. 7-9, 27)?"""

from oversight.domain.accounts import Account
from oversight.domain.event import Event, earlier
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.envelope import MAY
from oversight.domain.world import World

GOVERNMENT = (
    "hrss-province",
    "employment-province",
    "finance-province",
    "bureau",
    "department",
    "gov-service-admin",
)
APART = frozenset(
    {
        frozenset({"operator", "supervisor"}),
        *(frozenset({"supervisor", role}) for role in GOVERNMENT),
        *(frozenset({"operator", role}) for role in GOVERNMENT),
        frozenset({"employment-province", "finance-province"}),
        frozenset({"hrss-province", "finance-province"}),
    }
)
"""Pairs of roles that nobody holds both of, as the supervisor understands the Measures."""

STAFF = frozenset({*GOVERNMENT, "operator", "supervisor"})
IN_USE = 5
"""Seconds for which a revoked role may still be in use."""


class DutiesAreApart(Rule):
    """No account, and no person behind several, holds two duties that check one another."""

    id = "duties-clash"
    articles = (5, 7, 8, 18)
    reads = ("identity.AccountRoleGranted", "identity.AccountOfficerNamed")
    zh = "不相容职务由同一帐号或同一人担任:{pair}"
    en = "Duties that check one another are in one hand: {pair}"

    def breach(self, event: Event, world: World) -> Breach:
        """The first pair that is in one hand after this event."""
        account = world.accounts.get(event.stream)
        if account is None:
            return None
        officer = account.officer
        roles = account.roles()
        if event.type == self.reads[0]:
            roles.add(event.data["role"])
        else:
            officer = event.data["officer_id"]
        if officer is not None:
            for other in world.staff.officers.get(officer, ()):
                roles |= world.accounts[other].roles()
        pairs = sorted(sorted(pair) for pair in APART if pair <= roles)
        return {"pair": " + ".join(pairs[0])} if pairs else None


class TheActorHoldsTheRole(Rule):
    """Who acts in a role of staff held it then; a revoked one ends within five seconds."""

    id = "role-not-held"
    articles = (7, 8, 9)
    reads = tuple(MAY)
    zh = "帐号 {actor} 以身份 {role} 作出 {type},当时并不具有该身份"
    en = "{actor} did {type} as {role} without holding that role then"

    def breach(self, event: Event, world: World) -> Breach:
        """A known account without the role at that instant."""
        role = event.role
        if role not in STAFF:
            return None
        account: Account | None = world.accounts.get(event.actor)
        if account is None:
            return None
        at = event.recorded_at
        if account.held_at(role, at, at) or account.held_at(role, at, earlier(at, IN_USE)):
            return None
        return {"actor": event.actor, "role": role, "type": event.type}


class ASecondAccountIsInvited(Rule):
    """Once a subject has an account, others act for it by an invitation alone."""

    id = "linked-uninvited"
    articles = (3, 27)
    reads = ("identity.AccountLinked",)
    zh = "帐号 {account} 未经邀请即代表主体 {subject}"
    en = "The account {account} acts for {subject} without an invitation"

    def breach(self, event: Event, world: World) -> Breach:
        """No invitation of that subject accepted in the same command."""
        subject = event.data["subject_id"]
        if not world.staff.subjects.get(subject):
            return None
        if world.staff.invited.get(event.stream) == (subject, event.command):
            return None
        return {"account": event.stream, "subject": subject}


class SomebodyActsForAnOrganisation(Rule):
    """The last account of an organisation does not leave it."""

    id = "last-account-left"
    articles = (27,)
    reads = ("identity.MembersLeft",)
    zh = "单位的最后一个帐号 {account} 被移除"
    en = "The last account {account} of an organisation left it"

    def breach(self, event: Event, world: World) -> Breach:
        """Nobody is left."""
        left = world.staff.members.get(event.stream, set()) - {event.data["account_id"]}
        return None if left else {"account": event.data["account_id"]}
