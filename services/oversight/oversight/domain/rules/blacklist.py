"""Is the blacklist kept as it must be, and does it hold (黑名单, art. 28)?"""

from collections.abc import Iterator
from typing import Final

from oversight.domain.accounts import Freeze
from oversight.domain.blacklist import Entry
from oversight.domain.event import Event, earlier, legal_day
from oversight.domain.finding import Finding
from oversight.domain.people import days_after
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

APPEAL_DAYS: Final = 15
DECIDE_DAYS: Final = 15
LONGEST_DAYS: Final = 3 * 366
"""Parameters of the platform, not Anhui law."""

LATE: Final = 1
"""Days that an entry may stand after the one on which it was to end."""

IN_USE: Final = 5
"""Seconds within which an entry has to be heard of everywhere."""

_ENTERED = ("identity.BlacklistingEntered",)
_APPEALED = "identity.BlacklistingAppealed"
_DECIDED = "identity.BlacklistingAppealDecided"
_REFERRED = "identity.BlacklistingReferred"
_ENDED = "identity.BlacklistingEnded"


class AnEntryIsGrounded(Rule):
    """A user or provider is put on the list once at a time, from today, for three years at most."""

    id = "blacklisted-unduly"
    articles = (28,)
    reads = _ENTERED
    zh = "主体 {subject} 被纳入黑名单不合规:{what}"
    en = "The subject {subject} was put on the blacklist unduly: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is not as it must be."""
        data = event.data
        subject, day = data["subject_id"], data["entered_on"]
        before = world.blacklist.of_subject.get(subject, ())
        what = ""
        if subject not in world.users and subject not in world.providers:
            what = "neither user nor provider"
        elif any(entry.stands for entry in before) or data["number"] != len(before) + 1:
            what = "another entry stands"
        elif day not in event.days() or not day <= data["until"] <= days_after(day, LONGEST_DAYS):
            what = "dates"
        elif data["appeal_by"] != days_after(day, APPEAL_DAYS):
            what = "days to appeal"
        elif data["entered_by"] != event.actor:
            what = "entered by another"
        return {"subject": subject, "what": what} if what else None


class AnEntryTakesItsSteps(Rule):
    """The subject appeals once and in time, another decides; it ends after its last day."""

    id = "blacklisting-step"
    articles = (28,)
    reads = (_APPEALED, _DECIDED, _REFERRED, _ENDED)
    zh = "黑名单记录 {entry} 不应有 {type}:{what}"
    en = "{type} of the entry {entry} is out of place: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """A step out of order, out of time, or by who may not."""
        entry = world.blacklist.entries.get(event.stream)
        what = "no such entry" if entry is None else _fault(event, entry, world)
        return {"entry": event.stream, "type": event.type, "what": what} if what else None


def _fault(event: Event, entry: Entry, world: World) -> str:
    if event.type == _REFERRED:
        return "state" if entry.referred or entry.state == "lifted" else ""
    if not entry.stands:
        return "state"
    if event.type == _APPEALED:
        return _fault_of_appeal(event, entry, world)
    if event.data["subject_id"] != entry.subject:
        return "another subject"
    if event.type == _DECIDED:
        return _fault_of_decision(event, entry)
    return "" if entry.until < event.days()[1] else "early"


def _fault_of_appeal(event: Event, entry: Entry, world: World) -> str:
    first, last = event.days()
    if entry.state != "entered" or first > entry.appeal_by:
        return "too late"
    if event.data["decide_by"] not in (days_after(day, DECIDE_DAYS) for day in (first, last)):
        return "day of the decision"
    acts = event.actor in world.staff.subjects.get(entry.subject, ())
    return "" if acts else "by another subject"


def _fault_of_decision(event: Event, entry: Entry) -> str:
    if entry.state != "appealed":
        return "no appeal"
    mine = event.data["decided_by"] == event.actor != entry.entered_by
    return "" if mine else "by who made the entry"


class NobodyOnItBegins(Rule):
    """Nobody on the list publishes, orders, uses or redeems vouchers, or is paid (take effect).

    Nothing is bought of them either.
    """

    id = "acted-while-blacklisted"
    articles = (17, 26, 28)
    reads = (
        "catalog.ListingPublished",
        "matching.OrderPlaced",
        "voucher-ledger.VoucherClaimed",
        "voucher-ledger.VoucherReserved",
        "voucher-ledger.RedemptionApplied",
        "voucher-ledger.RedemptionInstructed",
        "voucher-ledger.PaymentOrderApproved",
        "voucher-ledger.PurchaseProposed",
        "voucher-ledger.PurchaseContracted",
    )
    zh = "主体 {subject} 在黑名单期间发生 {type}"
    en = "{type} of {subject} while they were on the blacklist"

    def breach(self, event: Event, world: World) -> Breach:
        """An entry that the decision had seen, or could not have missed."""
        known = world.blacklist.of_subject
        if not known:
            return None
        for subject in _concerned(event, world):
            for entry in known.get(subject, ()):
                if _holds(entry.span, event):
                    return {"subject": subject, "type": event.type}
        return None


def _concerned(event: Event, world: World) -> Iterator[str]:
    """The subjects for whom something begins."""
    data, name = event.data, event.type.partition(".")[2]
    if name == "PaymentOrderApproved":
        order = world.payment_orders.get(event.stream)
        for item in order.items.values() if order else ():
            yield item["provider"]
    elif name == "RedemptionInstructed":
        redemption = world.redemptions.get(event.stream)
        yield redemption.provider if redemption else ""
    elif name == "PurchaseContracted":
        purchase = world.purchases.get(event.stream)
        yield purchase.provider if purchase else ""
    if name in ("VoucherClaimed", "VoucherReserved"):
        voucher = world.vouchers.get(event.stream)
        yield voucher.holder if voucher else ""
    for role in ("user", "provider"):
        if role in data:
            yield data[role]


def _holds(span: Freeze, event: Event) -> bool:
    at, seen = event.recorded_at, event.seen("identity")
    if at > span.until_at or seen >= span.until:
        return False
    # that a decision had not seen it counts for as long as that can be
    return seen >= span.since or span.since_at < earlier(at, IN_USE)


class EveryEntryEnds(Rule):
    """No entry stands after its last day (to the day after it)."""

    id = "blacklisting-never-ended"
    articles = (28,)
    zh = "主体 {subject} 的黑名单记录至 {until},{day} 仍未终止"
    en = "The entry of {subject} was until {until} and stands on {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Those that stand too long on the last day of the logs."""
        today = legal_day(world.latest)
        for entry in world.blacklist.entries.values():
            if entry.stands and today and today > days_after(entry.until, LATE + 1):
                breach = {"subject": entry.subject, "until": entry.until, "day": today}
                yield cls.finding("identity", entry.position, breach)


class EveryAppealIsDecided(Rule):
    """An appeal is decided by its day, unless the entry is over by then."""

    id = "appeal-undecided"
    articles = (7, 28)
    zh = "主体 {subject} 的申诉应于 {due} 前决定,{day} 仍未决定或逾期决定"
    en = "The appeal of {subject} was to be decided by {due}; it was not, or only on {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Those that wait too long on the last day of the logs, or waited too long."""
        today = legal_day(world.latest)
        for entry in world.blacklist.entries.values():
            waits = entry.state == "appealed" and bool(today)
            day = today if waits else entry.decided_on
            if entry.decide_by and day > entry.decide_by:
                breach = {"subject": entry.subject, "due": entry.decide_by, "day": day}
                yield cls.finding("identity", entry.position, breach)


BLACKLIST: tuple[tuple[Rule, ...], ...] = (
    (AnEntryIsGrounded(),),
    (AnEntryTakesItsSteps(),),
    (NobodyOnItBegins(),),
)
BLACKLISTED = (EveryEntryEnds, EveryAppealIsDecided)
"""Rules about the whole of identity's log."""
