"""Was public money paid for what was accepted, once, by two persons (art. 17, 19)?"""

from collections.abc import Iterator

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.reading.redemptions import plain
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.expiry import days_after
from oversight.domain.rules.parameters import in_force
from oversight.domain.world import World

LEDGER = "voucher-ledger"
SETTLED = ("paid", "rejected", "demanded", "repaid", "written-off")
NEAR_DAYS = 15
"""Applied for so few days before the redeem-by date: an audit is likelier."""


class AnInvoiceIsUsedOnce(Rule):
    """One invoice pays for one order."""

    id = "invoice-reused"
    articles = (17,)
    reads = ("voucher-ledger.InvoiceUsed", "voucher-ledger.RedemptionApplied")
    zh = "发票 {number} 已用于订单 {order_id}"
    en = "Invoice {number} was used for order {order_id} before"

    def breach(self, event: Event, world: World) -> Breach:
        """The order that it was used for."""
        if event.type == self.reads[0]:
            number, before = event.data["number"], world.invoices
        else:
            number, before = event.data["invoice_number"], world.applied_invoices
        order = before.get(plain(number))
        return None if order is None else {"number": number, "order_id": order}


class ARedemptionIsOfARedeemedShare(Rule):
    """A redemption asks, once, for what its order's voucher owes its provider."""

    id = "redemption-off-share"
    articles = (17, 19)
    reads = ("voucher-ledger.RedemptionApplied",)
    zh = "订单 {order_id} 的兑付申请与核销不符:核销 {owed},申请 {asked}"
    en = "The redemption of order {order_id} is not what is owed: {owed}, asked {asked}"

    def breach(self, event: Event, world: World) -> Breach:
        """What is owed and what was asked."""
        data = event.data
        voucher = world.vouchers.get(data["voucher_id"])
        asked = (data["fen"], data["provider"], f"{data['fund']}/{data['region']}/{data['year']}")
        owed: tuple[object, ...] = ()
        if voucher is not None and data["order_id"] in voucher.redeemed.keys() - voucher.applied:
            owed = (*voucher.redeemed[data["order_id"]], voucher.purse)
        purchase = world.purchases.get(data["order_id"])
        if purchase is not None and purchase.state == "accepted" and not purchase.redemption:
            owed = purchase.accepted_fen, purchase.provider, purchase.purse
        if asked == owed:
            return None
        return {"order_id": data["order_id"], "owed": owed or "-", "asked": asked}


class TheEvidenceIsThatOfTheDelivery(Rule):
    """A redemption hands in the evidence with which its order was delivered."""

    id = "evidence-differs"
    articles = (17, 19)
    reads = ("voucher-ledger.RedemptionApplied",)
    zh = "订单 {order_id} 交付凭证摘要为 {delivered},兑付申请为 {given}"
    en = "Order {order_id} was delivered with evidence {delivered}; the redemption says {given}"

    def breach(self, event: Event, world: World) -> Breach:
        """Both digests."""
        name, given = event.data["order_id"], event.data["evidence_sha256"]
        order, purchase = world.orders.get(name), world.purchases.get(name)
        if order is None and purchase is None:
            return None
        delivered = purchase.evidence if purchase else order.evidence_sha256 if order else ""
        if delivered == given:
            return None
        return {"order_id": name, "delivered": delivered or "-", "given": given}


class ARedemptionIsInTime(Rule):
    """A provider applies by the redeem-by date of the voucher (兑付截止日, invariant 5)."""

    id = "redemption-late"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionApplied",)
    zh = "兑付申请日 {day} 晚于截止日 {redeem_by}"
    en = "The redemption was applied for on {day}, after {redeem_by}"

    def breach(self, event: Event, world: World) -> Breach:
        """The two dates."""
        voucher = world.vouchers.get(event.data["voucher_id"])
        if voucher is None:
            return None
        day, redeem_by = event.days()[0], voucher.batch.terms["redeem_by"]
        return {"day": day, "redeem_by": redeem_by} if day > redeem_by else None


class ARedemptionSaysItsTerms(Rule):
    """What makes an audit likelier, and the last day of its clock, are what the rules give."""

    id = "redemption-terms-differ"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionApplied",)
    zh = "兑付申请的风险因素或付款期限不符:{said},应为 {given}"
    en = "The redemption says {said} of its risks and last day; {given} is right"

    def breach(self, event: Event, world: World) -> Breach:
        """Other risks, or another day."""
        data, voucher = event.data, world.vouchers.get(event.data["voucher_id"])
        if voucher is None and data["order_id"] not in world.purchases:
            return None
        said, given = (sorted(data["risks"]), data["pay_by"]), []
        for day in event.days():
            found: list[tuple[str, bool]] = []
            if voucher is not None:
                terms = voucher.batch.terms
                near = days_after(day, NEAR_DAYS) >= terms["redeem_by"]
                found = [("at-cap", data["fen"] >= terms["item_cap_fen"]), ("near-deadline", near)]
            within, _ = in_force("pay-within-days", world, day)
            given.append(([name for name, there in found if there], days_after(day, within)))
        return None if said in given else {"said": said, "given": given[0]}


class ARedemptionIsReviewedOnce(Rule):
    """A redemption is approved or rejected once, or rejected after its audit or a risk hold."""

    id = "review-step"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionApproved", "voucher-ledger.RedemptionRejected")
    zh = "兑付申请状态为 {state} 时发生 {type}"
    en = "{type} while the redemption was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """A review out of turn."""
        redemption = world.redemptions.get(event.stream)
        state = redemption.state if redemption else "-"
        failed = redemption is not None and redemption.audited is False and state == "sampled"
        refused = redemption is not None and redemption.hold == "refused"
        ended = failed or (refused and state in ("approved", "sampled", "publicised"))
        if state == "applied" or (ended and event.type == self.reads[1]):
            return None
        return {"state": state, "type": event.type}


class APaymentIsWhatWasApproved(Rule):
    """What is paid or sent back is what was applied for and approved, to the fen."""

    id = "payment-differs"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionPaid", "voucher-ledger.RedemptionReturned")
    zh = "批准 {approved} 分,支付或退回 {paid} 分"
    en = "{approved} fen were approved, {paid} fen were paid or sent back"

    def breach(self, event: Event, world: World) -> Breach:
        """Both amounts, when they differ."""
        redemption = world.redemptions.get(event.stream)
        if redemption is None or redemption.fen == event.data["fen"]:
            return None
        return {"approved": redemption.fen, "paid": event.data["fen"]}


class AFlagOfDelayIsTrue(Rule):
    """A redemption is flagged as overdue after its last day, while it is not paid."""

    id = "overdue-early"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionOverdue",)
    zh = "兑付付款期限为 {pay_by},状态 {state},却于 {day} 标记超期"
    en = "Flagged as overdue on {day}; it was {state}, to be paid by {pay_by}"

    def breach(self, event: Event, world: World) -> Breach:
        """A flag too early, or of what is settled."""
        redemption, day = world.redemptions.get(event.stream), event.days()[1]
        if redemption is None:
            return None
        late = day > redemption.pay_by == event.data["pay_by"]
        if late and redemption.state not in SETTLED:
            return None
        return {"pay_by": redemption.pay_by, "state": redemption.state, "day": day}


class FundsAreNotHeldBack(Rule):
    """Once the logs go on past its last day, no redemption is left unpaid (超期未付)."""

    id = "payment-overdue"
    articles = (17,)
    zh = "兑付 {redemption} 应于 {pay_by} 前支付,至 {day} 仍为 {state}"
    en = "Redemption {redemption} was to be paid by {pay_by}; on {day} it is {state}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every redemption that is neither paid nor rejected, a day after its last."""
        today = legal_day(world.latest)
        for id_, redemption in world.redemptions.items():
            if redemption.state in SETTLED or not redemption.pay_by:
                continue
            if today > days_after(redemption.pay_by, 1):
                said = {"redemption": id_, "pay_by": redemption.pay_by}
                found = {**said, "day": today, "state": redemption.state}
                yield cls.finding(LEDGER, None, found)


REDEMPTIONS: tuple[tuple[Rule, ...], ...] = (
    (AnInvoiceIsUsedOnce(),),
    (ARedemptionIsOfARedeemedShare(),),
    (TheEvidenceIsThatOfTheDelivery(),),
    (ARedemptionIsInTime(),),
    (ARedemptionSaysItsTerms(),),
    (ARedemptionIsReviewedOnce(),),
)
"""Chains about a redemption until it was reviewed."""
