"""Did public money leave as two persons approved it, and is it where the bank says (art. 17)?"""

from hashlib import sha256
from typing import Any

from oversight.domain.clearing import PaymentOrder
from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

APPROVERS = 2


class APaymentOrderIsOfWhatCanBePaid(Rule):
    """A payment order is of redemptions whose publicity is over, each once, to the fen."""

    id = "payment-order-differs"
    articles = (17,)
    reads = ("voucher-ledger.PaymentOrderProposed",)
    zh = "支付单内容与兑付不符:{what}"
    en = "The payment order is not of what can be paid: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """The first payment that is out of turn or differs, or another total."""
        items, day = event.data["items"], event.days()[1]
        for item in items:
            redemption = world.redemptions.get(item["redemption_id"])
            if redemption is None or redemption.state not in ("publicised", "returned"):
                return {"what": item["redemption_id"]}
            owed = redemption.fen, redemption.provider
            if day < redemption.payable_from or (item["fen"], item["provider"]) != owed:
                return {"what": item["redemption_id"]}
        total = sum(item["fen"] for item in items)
        once = len({item["redemption_id"] for item in items}) == len(items)
        if total == event.data["total_fen"] and once:
            return None
        return {"what": f"{event.data['total_fen']} / {total}"}


class AnInstructionIsOfItsOrder(Rule):
    """A redemption is in a payment order that names it; it leaves a rejected one alone."""

    id = "instruction-differs"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionInstructed", "voucher-ledger.RedemptionRecalled")
    zh = "{type} 与支付单 {order} 不符"
    en = "{type} does not fit the payment order {order}"

    def breach(self, event: Event, world: World) -> Breach:
        """No such order, not in it, under another end-to-end id, or out of turn."""
        id_ = event.data["payment_order_id"]
        order, redemption = world.payment_orders.get(id_), world.redemptions.get(event.stream)
        good = order is not None and redemption is not None and event.stream in order.items
        if good and order is not None and redemption is not None:
            if event.type == self.reads[0]:
                item = order.items[event.stream]
                good = (
                    order.state == "proposed"
                    and redemption.state in ("publicised", "returned")
                    and item["end_to_end_id"] == event.data["end_to_end_id"]
                )
            else:
                good = order.state == "rejected" and redemption.order == id_
        return None if good else {"type": event.type, "order": id_}


class ADecisionOnAPaymentIsByOthers(Rule):
    """Who drew up a payment order, or reviewed one of its redemptions, does not decide on it.

    Everybody decides as themself.
    """

    id = "payment-step"
    articles = (17,)
    reads = ("voucher-ledger.PaymentOrderApproved", "voucher-ledger.PaymentOrderRejected")
    zh = "支付单审批不合规:状态 {state},审批 {approver}"
    en = "Decided on a payment order that is {state}, by {approver}, who may not"

    def breach(self, event: Event, world: World) -> Breach:
        """A decision out of turn, twice by one, or by somebody who had a part in it."""
        order, approver = world.payment_orders.get(event.stream), event.data["approver"]
        if order is None:
            return {"state": "-", "approver": approver}
        before = {order.proposer, *order.approvers}
        for id_ in order.items.keys() & world.redemptions.keys():
            redemption = world.redemptions[id_]
            before |= {redemption.reviewer}
        if order.state == "proposed" and approver not in before and approver == event.actor:
            return None
        return {"state": order.state, "approver": approver}


class WhoSettlesDoesNotApprove(Rule):
    """Who settles a difference about a redemption, or its hold, does not approve its payment.

    Whichever of the two came first.
    """

    id = "settled-and-approved"
    articles = (17, 19)
    reads = (
        "voucher-ledger.PaymentOrderApproved",
        "voucher-ledger.DifferenceSettled",
        "voucher-ledger.RedemptionHoldReleased",
        "voucher-ledger.RedemptionHoldRefused",
    )
    zh = "{who} 既处理兑付 {redemption} 的对账差异或风险冻结,又审批其支付"
    en = "{who} settled a difference or a hold of redemption {redemption}, and approved its payment"

    def breach(self, event: Event, world: World) -> Breach:
        """The first redemption about which one person did both."""
        known = world.reconciling
        if event.type == self.reads[0]:
            order, who = world.payment_orders.get(event.stream), event.data["approver"]
            for id_ in order.items if order is not None else ():
                if (redemption := world.redemptions.get(id_)) is not None:
                    settlers = known.settlers.get(redemption.of[1], frozenset())
                    if who in settlers | redemption.hold_deciders:
                        return {"who": who, "redemption": id_}
            return None
        id_, who = event.stream, event.data["decider"]
        if event.type == self.reads[1]:
            id_ = _redemption_of(known.order_of.get(event.stream, ""), world)
        redemption = world.redemptions.get(id_)
        order = world.payment_orders.get(redemption.order) if redemption is not None else None
        if order is None or order.state == "rejected" or who not in order.approvers:
            return None
        return {"who": who, "redemption": id_}


def _redemption_of(order_id: str, world: World) -> str:
    """The redemption of an order or of a purchase; empty when there is none."""
    of = world.orders.get(order_id) or world.purchases.get(order_id)
    return of.redemption if of is not None else ""


class APaymentHasTwoApprovers(Rule):
    """The payment file is made once two distinct persons approved it (invariant 7)."""

    id = "paid-without-second-approval"
    articles = (17,)
    reads = ("voucher-ledger.PaymentOrderIssued",)
    zh = "支付文件生成时仅有 {count} 人审批,支付单状态 {state}"
    en = "The payment file was made with {count} approvals, of an order that was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """Fewer approvals, or out of turn."""
        order = world.payment_orders.get(event.stream)
        count = len(set(order.approvers)) if order else 0
        state = order.state if order else "-"
        if count == APPROVERS and state == "proposed":
            return None
        return {"count": count, "state": state}


class ThePaymentFileIsWhatWasApproved(Rule):
    """The hash of the payment file is that of the file which the order gives, written again."""

    id = "payment-file-differs"
    articles = (8, 17)
    reads = ("voucher-ledger.PaymentOrderIssued",)
    zh = "支付文件的散列与支付单不符:应为 {expected}"
    en = "The payment file is not what the order gives: {expected} expected"

    def breach(self, event: Event, world: World) -> Breach:
        """Another hash."""
        order = world.payment_orders.get(event.stream)
        if order is None:
            return None
        written = _file(event.stream, order, event.data["execute_on"]).encode()
        expected = sha256(written).hexdigest()
        return None if event.data["csv_sha256"] == expected else {"expected": expected}


class ABankReturnIsOfItsOrder(Rule):
    """What the bank says is of an order that it had: all of it at first, parts that came back."""

    id = "bank-return-differs"
    articles = (17,)
    reads = ("voucher-ledger.PaymentOrderSettled", "voucher-ledger.PaymentOrderReversed")
    zh = "回盘与支付单不符:{what}"
    en = "The bank return does not fit its payment order: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """Out of turn, of other payments, or with other sums."""
        order, data = world.payment_orders.get(event.stream), event.data
        first = event.type == self.reads[0]
        if order is None or order.state != ("issued" if first else "settled"):
            return {"what": order.state if order else "-"}
        back = set(data["returned"])
        if not back <= order.items.keys() - order.returned or len(back) != len(data["returned"]):
            return {"what": ", ".join(sorted(back - order.items.keys())) or "-"}
        fen = sum(order.items[id_]["fen"] for id_ in back)
        said = (data["paid_fen"], data["returned_fen"]) if first else (data["fen"],)
        right = (order.total_fen - fen, fen) if first else (fen,)
        return None if said == right else {"what": f"{said} / {right}"}


class WhatTheBankSaidIsBooked(Rule):
    """A redemption is paid or sent back as the bank said of its payment order."""

    id = "booked-off-return"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionPaid", "voucher-ledger.RedemptionReturned")
    zh = "{type} 与银行回盘不符:支付单 {order},状态 {state}"
    en = "{type} is not what the bank said of {order}; the redemption was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """No answer, another answer, another order, or out of turn."""
        id_ = event.data["payment_order_id"]
        order, redemption = world.payment_orders.get(id_), world.redemptions.get(event.stream)
        if redemption is None:
            return None  # `MoneyHasAnOrigin` has said so
        state, paid = redemption.state, event.type == self.reads[0]
        allowed = ("instructed", "paid")
        good = (
            order is not None
            and redemption.order == id_
            and order.state == "settled"
            and event.stream in order.items
            and paid == (event.stream not in order.returned)
            and state in (allowed[:1] if paid else allowed)
        )
        return None if good else {"type": event.type, "order": id_, "state": state}


def _file(id_: str, order: PaymentOrder, execute_on: str) -> str:
    """The payment file of an order as CSV, written from the log alone."""
    rows: list[list[Any]] = [["H", id_, len(order.items), _yuan(order.total_fen), execute_on]]
    for _, item in sorted(order.items.items()):
        rows.append(["D", item["end_to_end_id"], item["provider"], _yuan(item["fen"])])
    return "".join(",".join(map(str, row)) + "\r\n" for row in rows)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
