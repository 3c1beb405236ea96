"""Is a key destroyed when it may and must be, and not otherwise (删除个人信息)?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

TRADED, PAID_TO, PAID_FOR = "trades", "payees", "beneficiaries"
YEARS: Final = {TRADED: 3, PAID_TO: 30, PAID_FOR: 10}
"""电子商务法 art. 31; 会计档案管理办法 art. 14-15, the latter two as the platform's default."""

LOG_MONTHS: Final = 6
"""网络安全法 art. 21 (3), from the request on."""

GRACE: Final = timedelta(days=2)
"""How late a key may be destroyed."""

_DESTROYED = ("identity.SubjectKeyDestroyed",)


def kept_until(duty: str, day: str) -> str:
    """The first legal date on which a duty asks for nothing more."""
    on = date.fromisoformat(day)
    if duty != TRADED:
        return date(on.year + 1 + YEARS[duty], 1, 1).isoformat()
    try:
        return on.replace(year=on.year + YEARS[duty]).isoformat()
    except ValueError:
        return date(on.year + YEARS[duty], 3, 1).isoformat()


def logs_kept_until(requested_on: str) -> str:
    """Six months after a request; the first of the next month where that day does not exist."""
    on = date.fromisoformat(requested_on)
    months = on.month - 1 + LOG_MONTHS
    year, month = on.year + months // 12, months % 12 + 1
    try:
        return on.replace(year=year, month=month).isoformat()
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1).isoformat()


class AKeyIsDestroyedOnRequest(Rule):
    """A key is destroyed by identity itself, once, while a request for erasure stands."""

    id = "key-destroyed-unrequested"
    articles = (36,)
    reads = _DESTROYED
    zh = "主体 {subject} 的密钥被销毁,而其并无有效的删除申请"
    en = "The key of {subject} was destroyed though no request for erasure stands"

    def breach(self, event: Event, world: World) -> Breach:
        """No request, no key, or a key that is gone already."""
        subject = str(event.data["subject"])
        stands = world.privacy.request(subject, event.position) is not None
        return None if stands and world.privacy.has_key(subject) else {"subject": subject}


class AnErasureDestroysTheKey(Rule):
    """An erasure is carried out by destroying the key, just before it is said to be done."""

    id = "erased-with-key"
    articles = (36,)
    reads = ("identity.PersonalDataErased",)
    zh = "主体 {subject} 的个人信息称已删除,密钥却未销毁"
    en = "Personal data of {subject} is said to be erased though its key was not destroyed"

    def breach(self, event: Event, world: World) -> Breach:
        """A key that is there."""
        subject = str(event.data["subject"])
        return None if subject in world.privacy.destroyed else {"subject": subject}


class AKeyIsKeptWhileADutyRuns(Rule):
    """No key is destroyed before every duty to keep has ended: trades, payments, logs."""

    id = "key-destroyed-early"
    articles = (36,)
    zh = "主体 {subject} 的密钥于 {day} 销毁,依 {duty} 应保留至 {until}"
    en = "The key of {subject} was destroyed on {day}; by {duty} it was to be kept until {until}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every destroyed key, once all logs have been read."""
        privacy = world.privacy
        for subject, change in privacy.destroyed.items():
            ends = [
                (kept_until(duty, day), duty)
                for duty, day in privacy.kept_for.get(subject, ())
                if day <= change.day
            ]
            if request := privacy.request(subject, change.position):
                ends.append((logs_kept_until(request.requested_on), "network-logs"))
            until, duty = max(ends, default=("", ""))
            if until > change.day:
                breach = {"subject": subject, "day": change.day, "duty": duty, "until": until}
                yield cls.finding("identity", change.position, breach)


class EveryErasureIsCarriedOut(Rule):
    """A request that stands leads to the destruction of the key on its day, or is put off."""

    id = "erasure-overdue"
    articles = (36,)
    zh = "主体 {subject} 的密钥应于 {due} 销毁,至 {day} 仍未销毁"
    en = "The key of {subject} was to be destroyed on {due}, and is not by {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every request that is overdue on the last day of the logs."""
        today, latest = legal_day(world.latest), world.logs["identity"].next
        for subject, requests in world.privacy.requests.items():
            last = requests[-1]
            if subject in world.privacy.destroyed or not last.stands_at(latest):
                continue
            if today and date.fromisoformat(today) > date.fromisoformat(last.destroy_on) + GRACE:
                breach = {"subject": subject, "due": last.destroy_on, "day": today}
                yield cls.finding("identity", last.position, breach)
