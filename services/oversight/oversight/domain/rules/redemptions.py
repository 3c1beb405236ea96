"""Was public money paid for what was accepted, once, by two persons (art. 17, 19)?"""

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


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
        order = before.get(number)
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
        if asked == owed:
            return None
        return {"order_id": data["order_id"], "owed": owed or "-", "asked": asked}


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


class ARedemptionIsReviewedOnce(Rule):
    """A redemption is approved or rejected once, after it was applied for."""

    id = "review-step"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionApproved", "voucher-ledger.RedemptionRejected")
    zh = "兑付申请状态为 {state} 时发生 {type}"
    en = "{type} while the redemption was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """A review out of turn."""
        redemption = world.redemptions.get(event.stream)
        state = redemption.state if redemption else "-"
        return None if state == "applied" else {"state": state, "type": event.type}


class APaymentHasASecondApprover(Rule):
    """A redemption is paid once, after another account approved it (invariant 7)."""

    id = "paid-without-second-approval"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionPaid",)
    zh = "支付未经另一帐号审核:状态 {state},审核 {reviewer},支付 {payer}"
    en = "Paid without approval by another account: {state}, reviewer {reviewer}, payer {payer}"

    def breach(self, event: Event, world: World) -> Breach:
        """No approval, or the payer's own."""
        redemption = world.redemptions.get(event.stream)
        if redemption is None:
            return None
        reviewer, payer = redemption.reviewer, event.data["payer"]
        if redemption.state == "approved" and payer not in ("", reviewer):
            return None
        return {"state": redemption.state, "reviewer": reviewer or "-", "payer": payer}


class APaymentIsWhatWasApproved(Rule):
    """What is paid is what was applied for and approved, to the fen."""

    id = "payment-differs"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionPaid",)
    zh = "批准 {approved} 分,支付 {paid} 分"
    en = "{approved} fen were approved, {paid} fen were paid"

    def breach(self, event: Event, world: World) -> Breach:
        """Both amounts, when they differ."""
        redemption = world.redemptions.get(event.stream)
        if redemption is None or redemption.fen == event.data["fen"]:
            return None
        return {"approved": redemption.fen, "paid": event.data["fen"]}
