"""Did operator and provider agree on the fees that orders were made under (art. 6, 15)?"""

from oversight.domain.event import Event
from oversight.domain.fees import PROVIDER, content_digest
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

OPENED, PROPOSED, SIGNED, DECLINED, WITHDRAWN = (
    f"catalog.FeeSchedule{name}"
    for name in ("Opened", "Proposed", "Signed", "Declined", "Withdrawn")
)
IN_FORCE = "2018-01-01"
"""The Measures (art. 40)."""


class AScheduleTakesItsSteps(Rule):
    """proposed → signed or declined by the other side, or withdrawn by its own; one at a time."""

    id = "fee-schedule-step"
    articles = (15,)
    reads = (OPENED, PROPOSED, SIGNED, DECLINED, WITHDRAWN)
    zh = "收费方案 {type} 不合程序:第 {number} 版,{side}"
    en = "{type} is out of turn: version {number}, {side}"

    def breach(self, event: Event, world: World) -> Breach:
        """A second beginning, another number, nothing that waits, or the wrong side."""
        data = event.data
        number, side = data.get("number", "-"), data.get("side", "-")
        said = {"type": event.type, "number": number, "side": side}
        if event.type == OPENED:
            return said if data["provider"] in world.fees_of else None
        fees = world.fees.get(event.stream)
        if fees is None:
            return said
        waiting = fees.waiting
        if event.type == PROPOSED:
            good = waiting is None and number == len(fees.versions) + 1
        else:
            own = event.type == WITHDRAWN
            good = waiting is not None and number == waiting.number
            good = good and waiting is not None and (side == waiting.side) == own
        return None if good else said


class ASideSpeaksForItself(Rule):
    """The operator's staff speak for the operator, accounts of the provider for the provider."""

    id = "fee-schedule-side"
    articles = (15,)
    reads = (PROPOSED, SIGNED, DECLINED, WITHDRAWN)
    zh = "{actor}(身份 {role})以 {side} 一方名义处理收费方案"
    en = "{actor}, as {role}, spoke for the {side} about a fee schedule"

    def breach(self, event: Event, world: World) -> Breach:
        """Another role, another provider's account, or a signature in another's name."""
        data, fees = event.data, world.fees.get(event.stream)
        side, role, actor = data["side"], event.role, event.actor
        account = world.accounts.get(actor)
        foreign = (
            side == PROVIDER
            and fees is not None
            and account is not None
            and account.subject != fees.provider
        )
        if side == role and not foreign and data.get("signer", actor) == actor:
            return None
        return {"actor": actor, "role": role or "-", "side": side}


class TwoPersonsSign(Rule):
    """Two accounts sign for the two sides, and not one person's (双方签署)."""

    id = "fee-schedule-one-signer"
    articles = (15,)
    reads = (SIGNED,)
    zh = "收费方案第 {number} 版双方由同一人签署:{signer}"
    en = "One person signed version {number} for both sides: {signer}"

    def breach(self, event: Event, world: World) -> Breach:
        """The account of the proposal, or another of the same person."""
        fees, signer = world.fees.get(event.stream), event.data["signer"]
        waiting = fees.waiting if fees is not None else None
        if waiting is None:
            return None
        first, second = (_person(each, world) for each in (waiting.signer, signer))
        if first != second:
            return None
        return {"number": waiting.number, "signer": signer}


class WhatIsSignedIsWhatItSays(Rule):
    """Both sides sign the digest of what the version says."""

    id = "fee-schedule-digest"
    articles = (15,)
    reads = (PROPOSED, SIGNED)
    zh = "收费方案签署的摘要应为 {expected},记为 {given}"
    en = "The digest that was signed is {given}; the version has {expected}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another digest."""
        fees, given = world.fees.get(event.stream), event.data["content_sha256"]
        if fees is None:
            return None
        if event.type == PROPOSED:
            expected = content_digest(fees.provider, event.data)
        elif fees.waiting is not None:
            expected = fees.waiting.content_sha256
        else:
            return None
        return None if given == expected else {"expected": expected, "given": given}


class AScheduleIsForDaysToCome(Rule):
    """A version holds for days that were not past when each side signed it (art. 40)."""

    id = "fee-schedule-retroactive"
    articles = (15, 40)
    reads = (PROPOSED, SIGNED)
    zh = "收费方案自 {valid_from} 起生效,于 {day} 签署"
    en = "A fee schedule holds from {valid_from} and was signed on {day}"

    def breach(self, event: Event, world: World) -> Breach:
        """A day that was past."""
        day, fees = event.days()[0], world.fees.get(event.stream)
        waiting = fees.waiting if fees is not None else None
        if event.type == PROPOSED:
            valid_from = event.data["valid_from"]
        elif waiting is not None:
            valid_from = waiting.valid_from
        else:
            return None
        if valid_from >= max(day, IN_FORCE):
            return None
        return {"valid_from": valid_from, "day": day}


class TheGovernmentSharesInNoFee(Rule):
    """No fee is agreed with a public agency (art. 6)."""

    id = "fee-of-the-government"
    articles = (6, 15)
    reads = (OPENED,)
    zh = "与公共服务机构 {provider} 约定收费"
    en = "Fees are agreed with the public agency {provider}"

    def breach(self, event: Event, world: World) -> Breach:
        """The agency."""
        provider = event.data["provider"]
        return {"provider": provider} if provider in world.public_agencies else None


class TheOrderFrozeItsFee(Rule):
    """An order freezes the version in force that it saw, with both parts of its price, or none."""

    id = "order-off-fee"
    articles = (15,)
    reads = ("matching.OrderPlaced",)
    zh = "订单冻结的收费方案为 {found},应为 {expected}"
    en = "The order froze {found}; the fee schedule gives {expected}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another version, rate or part."""
        data = event.data
        found, fees = data.get("fee"), world.fees_of.get(data["provider"])
        if fees is None:
            return {"found": found, "expected": "-"} if found else None
        versions = [fees.on(day, event.seen("catalog")) for day in event.days()]
        expected = [
            None if each is None else each.fee(data["category"], data["price_fen"])
            for each in versions
        ]
        if found in expected:
            return None
        return {"found": found or "-", "expected": expected[-1] or "-"}


def _person(account: str, world: World) -> str:
    """Who is behind an account, as far as is known; the account itself where nobody is."""
    known = world.accounts.get(account)
    return (known.officer or account) if known is not None else account


FEES: tuple[tuple[Rule, ...], ...] = (
    (AScheduleTakesItsSteps(),),
    (ASideSpeaksForItself(),),
    (TwoPersonsSign(),),
    (WhatIsSignedIsWhatItSays(),),
    (AScheduleIsForDaysToCome(),),
    (TheGovernmentSharesInNoFee(),),
    (TheOrderFrozeItsFee(),),
)
"""The chains of rules about fees."""
