"""Was everybody verified anew in time, and were lists looked at (定期核验, art. 21, 26)?

E-commerce Law, art. 27: every six months. One day more is allowed, in Asia/Shanghai; a week more
for the monthly look at lists, since a registry may be away.
"""

from collections.abc import Iterator
from typing import Final

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.people import GRACE_DAYS, Standing, days_after, renewed
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

LATE: Final = 1
CHECK_DAYS: Final = 30
CHECK_LATE: Final = 7
ATTESTED: Final = "net-id"
_LAPSED = ("identity.SubjectVerificationLapsed",)


class AVerificationIsGoodForSixMonths(Rule):
    """A verification is good for six months, or for as long as an attestation says, if shorter."""

    id = "renewal-date"
    articles = (16, 26)
    reads = ("identity.SubjectVerified", "identity.SubjectReverified")
    zh = "主体 {subject} 的认证有效期至 {said},应为 {expected}"
    en = "The verification of {subject} is good until {said}; {expected} was expected"

    def breach(self, event: Event, world: World) -> Breach:
        """Another day."""
        said = event.data.get("renew_by")
        days = [day for day in event.days() if day]
        if not said or not days:
            return None
        expected = [renewed(day) for day in days]
        if said in expected or (event.data["registry"] == ATTESTED and said < max(expected)):
            return None
        return {"subject": event.stream, "said": said, "expected": expected[-1]}


class ALapseIsOnItsDay(Rule):
    """A verification lapses when its days of grace are over, after a reminder, and once."""

    id = "lapse-off-its-day"
    articles = (16, 26)
    reads = _LAPSED
    zh = "主体 {subject} 的认证于 {day} 失效,应为 {due}"
    en = "The verification of {subject} lapsed on {day}; it was due on {due}"

    def breach(self, event: Event, world: World) -> Breach:
        """Earlier, for another date, a second time, or unannounced."""
        standing, day = world.people.standings.get(event.stream), event.days()[1]
        if standing is None or not standing.renew_by:
            return {"subject": event.stream, "day": day, "due": "-"}
        due = lapses_on(standing)
        told = standing.announced == standing.renew_by == event.data["renew_by"]
        if standing.verified and told and day >= due:
            return None
        return {"subject": event.stream, "day": day, "due": due}


def lapses_on(standing: Standing) -> str:
    """The first legal date on which a verification stands no more."""
    return days_after(standing.renew_by, GRACE_DAYS)


class EveryVerificationIsRenewedOrLapses(Rule):
    """Once the logs go on past its days of grace, nobody stands who was not verified anew."""

    id = "never-lapsed"
    articles = (16, 26)
    zh = "主体 {subject} 的认证应于 {due} 失效,至 {day} 仍有效"
    en = "The verification of {subject} was to lapse on {due} and stands on {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Everybody who stands too long on the last day of the logs."""
        today = legal_day(world.latest)
        for subject, standing in world.people.standings.items():
            if not standing.verified or not standing.renew_by or not today:
                continue
            due = lapses_on(standing)
            if today > days_after(due, LATE):
                breach = {"subject": subject, "due": due, "day": today}
                yield cls.finding("identity", standing.position, breach)


class WhoIsOnAListIsSuspended(Rule):
    """A provider that a list names is suspended with the look at it (art. 21, 4)."""

    id = "listed-not-suspended"
    articles = (21,)
    zh = "服务商 {subject} 被列入 {listed},仍未暂停"
    en = "The provider {subject} is on a list ({listed}) and is not suspended"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every active provider of which the last look said so."""
        end = world.logs["identity"].next if "identity" in world.logs else 0
        for subject, standing in world.people.standings.items():
            if standing.listed and standing.provider_at(end) == "active":
                breach = {"subject": subject, "listed": standing.listed}
                yield cls.finding("identity", standing.position, breach)


class ListsAreLookedAtEveryMonth(Rule):
    """The registry's lists are looked at for every firm that provides, every thirty days."""

    id = "lists-unchecked"
    articles = (21,)
    zh = "服务商 {subject} 的名录核查应于 {due} 进行,至 {day} 仍未进行"
    en = "Lists were to be looked at for {subject} on {due}, and were not by {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every firm that provides and was not looked at for too long."""
        today, end = legal_day(world.latest), world.logs["identity"].next
        for subject, standing in world.people.standings.items():
            if standing.kind != "firm" or not (standing.checked_on and standing.renew_by and today):
                continue
            due = days_after(standing.checked_on, CHECK_DAYS)
            if today > days_after(due, CHECK_LATE) and standing.provider_at(end) == "active":
                breach = {"subject": subject, "due": due, "day": today}
                yield cls.finding("identity", standing.position, breach)


RENEWAL: tuple[tuple[Rule, ...], ...] = (
    (AVerificationIsGoodForSixMonths(),),
    (ALapseIsOnItsDay(),),
)
RENEWALS = (EveryVerificationIsRenewedOrLapses, WhoIsOnAListIsSuspended, ListsAreLookedAtEveryMonth)
"""Rules about the whole of identity's log."""
