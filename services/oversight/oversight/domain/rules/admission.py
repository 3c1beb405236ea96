"""Was everybody verified and admitted as they must be (实名认证、准入, art. 21-26)?"""

from datetime import datetime, timedelta
from typing import Final

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

REGISTRIES: Final = frozenset({"public-security", "market-regulation", "institution-registration"})
ATTESTED, BY_HAND = "net-id", "manual-review"

WINDOW: Final = timedelta(hours=24)
OF_ACCOUNT: Final = 3
OF_NUMBER: Final = 10
"""Wrong names for one number within the window: from one account, from all."""

STEPS: Final = {
    "identity.AdmissionDrafted": ("draft", "rejected"),
    "identity.AdmissionSubmitted": ("draft", "verifying", "rejected", "active"),
    "identity.AdmissionReviewAsked": ("verifying",),
    "identity.AdmissionActivated": ("verifying", "in-review"),
    "identity.AdmissionRejected": ("verifying", "in-review"),
}
"""By event type: the states in which it may happen to a case."""

_DECIDED = ("identity.AdmissionActivated", "identity.AdmissionRejected")
STAFF: Final = frozenset(
    {"operator", "hrss-province", "employment-province", "finance-province", "bureau", "supervisor"}
)


class AVerificationHasItsAnswer(Rule):
    """Nobody is verified but by a registry's match, an attestation, or a review by hand (art. 26).

    A question that no registry answered never passes.
    """

    id = "verified-unanswered"
    articles = (22, 26)
    reads = ("identity.SubjectVerified", "identity.SubjectReverified")
    zh = "主体 {subject} 的实名认证({registry})没有相应的核验结果"
    en = "The subject {subject} was verified ({registry}) without the answer that this needs"

    def breach(self, event: Event, world: World) -> Breach:
        """No match of that number, or no review of that name."""
        registry, outcome = event.data["registry"], event.data["outcome"]
        people, subject = world.people, event.stream
        if event.type == "identity.SubjectReverified":
            held = outcome == "match" and subject in people.standings
        elif registry in REGISTRIES and outcome == "match":
            asked = people.asked.get(subject)
            held = asked is not None and asked.matched
        elif registry == ATTESTED:
            held = outcome == "match"
        else:
            cases = people.of_subject.get(subject, ())
            held = (registry, outcome) == (BY_HAND, "reviewed") and any(
                case.state in ("in-review", "active") and "real-name" in case.matters
                for case in cases
            )
        return None if held else {"subject": subject, "registry": registry}


class NobodyFindsOutANameByTrying(Rule):
    """Wrong names for one number are answered a few times a day, no oftener (art. 26, 36)."""

    id = "guessing-unlimited"
    articles = (26, 36)
    reads = ("identity.VerificationAnswered",)
    zh = "同一号码 24 小时内核验不一致 {misses} 次后仍予答复"
    en = "A wrong name was answered after {misses} others for the same number within 24 hours"

    def breach(self, event: Event, world: World) -> Breach:
        """More wrong names than may be answered."""
        questions = world.people.questions.get(event.stream)
        if questions is None:
            return None
        since = _before(event.data["at"])
        recent = [who for who, at in questions.misses if at > since]
        own = recent.count(event.data["account_id"])
        if own < OF_ACCOUNT and len(recent) < OF_NUMBER:
            return None
        return {"misses": len(recent)}


def _before(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at) - WINDOW
    except ValueError:
        return ""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


class ACaseTakesItsSteps(Rule):
    """A case is submitted, verified, reviewed where that is needed, and decided once."""

    id = "admission-step"
    articles = (22, 25)
    reads = tuple(STEPS)
    zh = "准入申请 {case} 状态为 {state} 时发生 {type}"
    en = "{type} while the case {case} was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """A step out of turn."""
        case = world.people.cases.get(event.stream)
        state = "-" if case is None else case.state
        if state in STEPS[event.type]:
            return None
        return {"case": event.stream, "state": state, "type": event.type}


class AReviewIsMadeByStaff(Rule):
    """What is decided by hand is decided by the operator's staff, in their own name, for a reason.

    What waits for staff is decided by nobody else.
    """

    id = "review-by-others"
    articles = (22, 25)
    reads = _DECIDED
    zh = "准入申请 {case} 的审核人 {reviewer}({role})与要求不符"
    en = "The case {case} was decided by {reviewer} ({role}), who may not"

    def breach(self, event: Event, world: World) -> Breach:
        """Another reviewer than who acted, another role, or none where one is needed."""
        review, case = event.data["review"], world.people.cases.get(event.stream)
        in_review = case is not None and case.state == "in-review"
        if review is None:
            fits = not in_review and event.role not in STAFF
        else:
            fits = in_review and (review["reviewer"], event.role) == (event.actor, "operator")
        if fits:
            return None
        reviewer = "-" if review is None else review["reviewer"]
        return {"case": event.stream, "reviewer": reviewer, "role": event.role or "-"}


class WhatIsReviewedIsWhatWasSubmitted(Rule):
    """A case goes to staff with the document that the matter needs."""

    id = "review-without-document"
    articles = (23, 25)
    reads = ("identity.AdmissionReviewAsked",)
    zh = "准入申请 {case} 的事项 {matter} 缺少相应材料"
    en = "The case {case} went to review about {matter} without its document"

    NEEDED: Final = {
        "real-name": ("identity-document",),
        "capacity": ("own-income",),
        "ownership": ("ownership",),
        "legal-person": ("legal-person",),
        "kind": ("affiliation", "recognition", "certificate"),
    }

    def breach(self, event: Event, world: World) -> Breach:
        """A matter without one of its documents."""
        case = world.people.cases.get(event.stream)
        if case is None:
            return None
        for matter in event.data["matters"]:
            if not case.documents & set(self.NEEDED.get(matter, ())):
                return {"case": event.stream, "matter": matter}
        return None


class OnlyWhoMayChargeAsksAPrice(Rule):
    """Public bodies and civil servants list at price 0 (公共服务机构、公职人员, art. 24)."""

    id = "charged-by-public-body"
    articles = (6, 14, 24)
    reads = ("catalog.ListingPublished",)
    zh = "公共服务机构或公职人员 {provider} 标价 {price} 分"
    en = "{provider}, a public body or civil servant, lists at {price} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """A price of who may not ask one, as far as identity had been seen."""
        standing = world.people.standings.get(event.data["provider"])
        price = event.data["price_fen"]
        if not price or standing is None or standing.charges_at(event.seen("identity")):
            return None
        return {"provider": event.data["provider"], "price": price}


class OnlyActiveProvidersPublish(Rule):
    """Who is suspended, or has left, publishes nothing (art. 10, 21)."""

    id = "published-while-suspended"
    articles = (10, 21)
    reads = ("catalog.ListingPublished",)
    zh = "服务商 {provider} 状态为 {state} 时发布了服务"
    en = "{provider} published while {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another state than active, as far as identity had been seen."""
        standing = world.people.standings.get(event.data["provider"])
        state = "" if standing is None else standing.provider_at(event.seen("identity"))
        if state in ("", "active"):  # who was never admitted is another rule's
            return None
        return {"provider": event.data["provider"], "state": state}


class NoGrantAfterSixty(Rule):
    """Who turned sixty gets no new voucher, once that was seen (16-59周岁, art. 25)."""

    id = "granted-after-sixty"
    articles = (17, 25)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "持券人 {holder} 已年满六十周岁,仍发放了创业券"
    en = "The holder {holder} had turned sixty and was granted a voucher"

    def breach(self, event: Event, world: World) -> Breach:
        """A grant by whoever had seen it."""
        standing = world.people.standings.get(event.data["holder"])
        if standing is None or standing.aged_out is None:
            return None
        if event.seen("identity") < standing.aged_out:
            return None
        return {"holder": event.data["holder"]}


ADMISSION: tuple[tuple[Rule, ...], ...] = (
    (AVerificationHasItsAnswer(),),
    (NobodyFindsOutANameByTrying(),),
    (ACaseTakesItsSteps(), AReviewIsMadeByStaff()),
    (WhatIsReviewedIsWhatWasSubmitted(),),
    (OnlyWhoMayChargeAsksAPrice(),),
    (OnlyActiveProvidersPublish(),),
    (NoGrantAfterSixty(),),
)
