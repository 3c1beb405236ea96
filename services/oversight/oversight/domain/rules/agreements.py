"""Are agreements published, signed and asked for as they must be (协议与承诺, art. 29)?"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from oversight.domain.accounts import NEVER
from oversight.domain.event import Event, earlier, legal_day
from oversight.domain.finding import Finding
from oversight.domain.people import days_after
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

NOTICE_DAYS: Final = 7
"""E-commerce Law, art. 34."""

LATE: Final = 1
"""Days after its own on which a version may still wait for being in force."""

IN_USE: Final = 5
"""Seconds within which every service has to have heard that a version is in force."""

_PUBLISHED = "identity.AgreementPublished"


class AVersionIsAnnounced(Rule):
    """Versions are numbered, have their text's digest, and change with seven days' notice."""

    id = "agreement-unannounced"
    articles = (16, 29)
    reads = (_PUBLISHED, "identity.AgreementTookEffect")
    zh = "协议 {agreement} 的发布或生效不合规:{what}"
    en = "The agreement {agreement} was not published, or did not take effect, duly: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is not as it must be."""
        published = event.type == _PUBLISHED
        what = _publication(event, world) if published else _effect(event, world)
        name = f"{event.data['kind']}/{event.data['number']}"
        return {"agreement": name, "what": what} if what else None


def _publication(event: Event, world: World) -> str:
    data, before = event.data, world.agreements.of_kind.get(event.data["kind"], [])
    if data["number"] != len(before) + 1 or any(each.since == NEVER for each in before):
        return "another version waits"
    if sha256(data["zh"].encode("utf-8", "surrogatepass")).hexdigest() != data["text_sha256"]:
        return "digest"
    if data["published_by"] != event.actor:
        return "published by another"
    first = event.days()[0]
    earliest = days_after(first, NOTICE_DAYS) if before and first else first
    return "notice" if data["valid_from"] < earliest else ""


def _effect(event: Event, world: World) -> str:
    data, version = event.data, world.agreements.versions.get(event.stream)
    if version is None or version.since < NEVER:
        return "no version waits"
    same = (version.kind, version.number, version.digest)
    if same != (data["kind"], data["number"], data["text_sha256"]):
        return "another version"
    return "early" if event.days()[1] < version.valid_from else ""


class ASignatureIsOfItsText(Rule):
    """A version is signed by its digest, by an account that acts for the subject, once."""

    id = "signature-differs"
    articles = (27, 29)
    reads = ("identity.AgreementSignatureGiven",)
    zh = "主体 {subject} 对协议 {agreement} 的签署无效:{what}"
    en = "The signature of {agreement} for {subject} does not hold: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is not as it must be."""
        data, known = event.data, world.agreements
        subject, kind, number = data["subject_id"], data["kind"], data["number"]
        digests = {each.number: each.digest for each in known.of_kind.get(kind, ())}
        acts = event.actor in world.staff.subjects.get(subject, ())
        what = ""
        if digests.get(number) != data["text_sha256"]:
            what = "another text"
        elif not acts or data["account_id"] != event.actor:
            what = "by another subject"
        elif any(number == signed for signed, _ in known.signed.get((subject, kind), ())):
            what = "signed before"
        return {"subject": subject, "agreement": f"{kind}/{number}", "what": what} if what else None


class NobodyBeginsUnsigned(Rule):
    """Nobody begins anything new who has not signed the version in force of their agreement."""

    id = "begun-unsigned"
    articles = (29,)
    reads = (
        "catalog.ListingPublished",
        "matching.OrderPlaced",
        "voucher-ledger.VoucherClaimed",
        "voucher-ledger.RedemptionApplied",
    )
    zh = "主体 {subject} 未签署现行协议 {agreement} 即作出 {type}"
    en = "{subject} did {type} without having signed the agreement in force ({agreement})"

    def breach(self, event: Event, world: World) -> Breach:
        """A version that the decision had seen in force, or could not have missed."""
        known, kind = world.agreements, event.role or ""
        if kind not in known.of_kind:
            return None
        at = event.recorded_at
        needed = known.needed(kind, event.seen("identity"), earlier(at, IN_USE))
        subject = _beginner(event, world)
        if not needed or known.has(subject, kind, at) >= needed:
            return None
        return {"subject": subject, "type": event.type, "agreement": f"{kind}/{needed}"}


def _beginner(event: Event, world: World) -> str:
    voucher = world.vouchers.get(event.stream)
    if event.type == "voucher-ledger.VoucherClaimed":
        return voucher.holder if voucher else ""
    side = "user" if event.type == "matching.OrderPlaced" else "provider"
    return str(event.data[side])


class EveryVersionTakesEffect(Rule):
    """A version that was announced is in force from its day on (to the day after it)."""

    id = "agreement-never-in-force"
    articles = (29,)
    zh = "协议 {agreement} 应于 {due} 生效,{day} 仍未生效"
    en = "The agreement {agreement} was to be in force on {due}, and is not on {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Those that wait too long on the last day of the logs."""
        today = legal_day(world.latest)
        for version in world.agreements.versions.values():
            if version.since == NEVER and today > days_after(version.valid_from, LATE):
                name = f"{version.kind}/{version.number}"
                breach = {"agreement": name, "due": version.valid_from, "day": today}
                yield cls.finding("identity", version.position, breach)


AGREEMENTS: tuple[tuple[Rule, ...], ...] = (
    (AVersionIsAnnounced(),),
    (ASignatureIsOfItsText(),),
    (NobodyBeginsUnsigned(),),
)
AGREED = (EveryVersionTakesEffect,)
"""Rules about the whole of identity's log."""
