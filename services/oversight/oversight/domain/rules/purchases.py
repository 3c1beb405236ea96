"""Did a department buy as the law says, from money of its own (政府购买, art. 6, 18)?"""

from collections.abc import Iterator

from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.purchases import of_purchases
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.parameters import in_force
from oversight.domain.world import World

LEDGER = "voucher-ledger"
_P = f"{LEDGER}.Purchase"
_BEFORE = {
    f"{_P}Consented": ("proposed",),
    f"{_P}Rejected": ("proposed",),
    f"{_P}Contracted": ("consented",),
    f"{_P}Delivered": ("contracted",),
    f"{_P}Accepted": ("delivered",),
    f"{_P}Cancelled": ("proposed", "consented", "contracted"),
    f"{_P}Forfeited": ("accepted",),
}
"""By event type: the states that a purchase may be in before it."""


class APurchaseTakesItsSteps(Rule):
    """Both offices consent, then a contract, a delivery, an acceptance; it ends once."""

    id = "purchase-step"
    articles = (18,)
    reads = tuple(_BEFORE)
    zh = "政府购买状态为 {state} 时发生 {type}"
    en = "{type} while the purchase was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """Out of turn."""
        purchase = world.purchases.get(event.stream)
        state = purchase.state if purchase else "-"
        return None if state in _BEFORE[event.type] else {"state": state, "type": event.type}


class APurchaseHasDistinctPersons(Rule):
    """Who handles it, consents, delivers and accepts are different persons (政府采购法 61).

    Each acts as themself, and each office consents once.
    """

    id = "purchase-persons"
    articles = (18,)
    reads = (
        f"{_P}Proposed",
        f"{_P}Consented",
        f"{_P}Rejected",
        f"{_P}Delivered",
        f"{_P}Accepted",
    )
    zh = "政府购买 {type} 由 {who} 办理,不符合职责分离要求"
    en = "{type} of a purchase was by {who}, who may not"

    def breach(self, event: Event, world: World) -> Breach:
        """Somebody who had another part in it, or in the name of another."""
        purchase, data = world.purchases.get(event.stream), event.data
        names = ("proposer", "approver", "deliverer", "acceptor")
        who = next(data[name] for name in names if name in data)
        good = who == event.actor
        if purchase is not None and event.type != self.reads[0]:
            others = {purchase.proposer}
            if event.type == self.reads[4]:
                others |= {purchase.deliverer}
            else:
                others |= set(purchase.consents.values())
            good = good and who not in others
            if "office" in data:
                good = good and data["office"] == event.role
                good = good and data["office"] not in purchase.consents
        return None if good else {"type": event.type, "who": who}


class FundsNeverMix(Rule):
    """No batch is opened from a purchase fund, and no purchase is paid by another."""

    id = "fund-mixed"
    articles = (17, 18)
    reads = (f"{LEDGER}.BatchOpened", f"{_P}Proposed")
    zh = "资金 {fund} 用于 {type},与其用途不符"
    en = "{type} is of the fund {fund}, which does not pay it"

    def breach(self, event: Event, world: World) -> Breach:
        """A fund of the other kind."""
        fund = event.data["fund"]
        if of_purchases(fund) == (event.type == self.reads[1]):
            return None
        return {"fund": fund, "type": event.type}


class APurchaseIsTendered(Rule):
    """From the threshold in force on, an open tender, or the approval of another method."""

    id = "purchase-untendered"
    articles = (18,)
    reads = (f"{_P}Proposed",)
    zh = "政府购买 {fen} 分,限额 {threshold} 分,方式 {procedure},依据不成立"
    en = "{fen} fen are bought by {procedure}; the threshold is {threshold}, and was not kept"

    def breach(self, event: Event, world: World) -> Breach:
        """Another threshold than was in force, or one that was passed without a tender."""
        data, said = event.data, (event.data["threshold_fen"], event.data["threshold_basis"])
        known = [in_force("purchase-tender-fen", world, day) for day in event.days()]
        tendered = data["procedure"] == "open-tender" or data["exemption"] is not None
        if said in known and (tendered or data["fen"] < said[0]):
            return None
        return {"fen": data["fen"], "threshold": known[0][0], "procedure": data["procedure"]}


class APurchaseIsOfAProvider(Rule):
    """A purchase is of a provider whose admission the decision had seen (art. 18, 22)."""

    id = "purchase-of-stranger"
    articles = (18, 22)
    reads = (f"{_P}Proposed",)
    zh = "政府购买的承接方 {provider} 未被准入"
    en = "{provider}, of whom results are bought, was no admitted provider"

    def breach(self, event: Event, world: World) -> Breach:
        """No admission, or a later one."""
        admitted = world.providers.get(event.data["provider"])
        if admitted is not None and admitted <= event.seen("identity"):
            return None
        return {"provider": event.data["provider"]}


class APurchaseIsOfItsAmounts(Rule):
    """A contract is within its consents and its budget, an acceptance within its contract.

    All that is not owed goes back.
    """

    id = "purchase-differs"
    articles = (18,)
    reads = (f"{_P}Contracted", f"{_P}Accepted", f"{_P}Cancelled", f"{_P}Forfeited")
    zh = "政府购买 {type} 金额 {fen} 分,应为 {right}"
    en = "{type} is of {fen} fen; {right} is right"

    def breach(self, event: Event, world: World) -> Breach:
        """More than there is, or another amount."""
        purchase, data = world.purchases.get(event.stream), event.data
        if purchase is None:
            return None
        fen, right, good = data["fen"], purchase.fen, True
        match event.type.removeprefix(_P):
            case "Contracted":
                budget = world.budget_of.get(purchase.purse)
                set_aside = budget.committed.get(event.stream, 0) if budget else 0
                good, right = fen <= right and fen == set_aside, min(right, set_aside)
            case "Accepted":
                good = fen <= right and fen + data["returned_fen"] == right
            case "Cancelled":
                right = right if purchase.state == "contracted" else 0
                good = fen == right
            case _:
                right = purchase.accepted_fen if purchase.rejected_by is not None else 0
                good = fen == right
        return None if good else {"type": event.type, "fen": fen, "right": right}


class TheContractIsWhatWasSigned(Rule):
    """The redemption of a purchase hands in the contract that was signed for it."""

    id = "contract-differs"
    articles = (18,)
    reads = (f"{LEDGER}.RedemptionApplied",)
    zh = "政府购买 {purchase} 的合同摘要为 {signed},兑付申请为 {given}"
    en = "The contract of purchase {purchase} is {signed}, and its redemption hands in {given}"

    def breach(self, event: Event, world: World) -> Breach:
        """Both digests."""
        id_, given = event.data["order_id"], event.data["contract_sha256"]
        purchase = world.purchases.get(id_)
        if purchase is None or purchase.contract == given:
            return None
        return {"purchase": id_, "signed": purchase.contract or "-", "given": given}


class WhatIsRefusedIsForfeited(Rule):
    """Once the redemption of a purchase was refused for good, nothing of it is owed."""

    id = "purchase-still-owed"
    articles = (18,)
    zh = "政府购买 {purchase} 的兑付已否决,{fen} 分仍未退回"
    en = "The redemption of purchase {purchase} was refused, and its {fen} fen never went back"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every accepted purchase whose redemption was refused."""
        for id_, purchase in world.purchases.items():
            refused = purchase.state == "accepted" and purchase.rejected_by is not None
            if refused and not world.unfinished_by(purchase.rejected_by):
                found = {"purchase": id_, "fen": purchase.accepted_fen}
                yield cls.finding(LEDGER, None, found)


PURCHASES: tuple[tuple[Rule, ...], ...] = (
    (APurchaseTakesItsSteps(),),
    (APurchaseHasDistinctPersons(),),
    (FundsNeverMix(),),
    (APurchaseIsTendered(),),
    (APurchaseIsOfAProvider(),),
    (APurchaseIsOfItsAmounts(),),
    (TheContractIsWhatWasSigned(),),
)
"""Chains of rules about government purchases."""
