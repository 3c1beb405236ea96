"""Did what is not used, not owed or not due go back to its year (作废、失效、追缴, art. 17)?"""

from collections.abc import Iterator

from oversight.domain.event import Event, legal_day
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.expiry import LEDGER, days_after
from oversight.domain.world import Voucher, World

LAPSE_DAYS = 1
"""A share that nobody asked for lapses so many days after its redeem-by date, and on no day
before; one day more is allowed."""


class AVoidTakesAllThatIsLeft(Rule):
    """A voucher that holds something is voided once, and all that is available goes back."""

    id = "void-differs"
    articles = (17, 28)
    reads = ("voucher-ledger.VoucherVoided",)
    zh = "作废状态为 {state}、余额 {left} 分的创业券,退回 {fen} 分"
    en = "A voucher that was {state} with {left} fen left was voided, and {fen} fen went back"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount, or nothing to void."""
        voucher, fen = world.vouchers.get(event.stream), event.data["fen"]
        if voucher is None:
            return None
        if voucher.state in ("granted", "claimed") and fen == voucher.available_fen:
            return None
        return {"state": voucher.state, "left": voucher.available_fen, "fen": fen}


class WhatComesBackToAVoidedVoucherGoesOn(Rule):
    """What an order gives back to a voided voucher, and nothing else, goes on to its year."""

    id = "returned-not-voided"
    articles = (17,)
    reads = ("voucher-ledger.VoucherReturned",)
    zh = "创业券状态 {state}、余额 {left} 分,却退回年度 {fen} 分"
    en = "{fen} fen went back to the year from a voucher that was {state} with {left} fen left"

    def breach(self, event: Event, world: World) -> Breach:
        """A voucher that is not voided, or another amount."""
        voucher, fen = world.vouchers.get(event.stream), event.data["fen"]
        if voucher is None:
            return None
        if voucher.state == "voided" and fen == voucher.available_fen:
            return None
        return {"state": voucher.state, "left": voucher.available_fen, "fen": fen}


class AVoidedVoucherHoldsNothing(Rule):
    """Nothing is left of a voided voucher."""

    id = "voided-left"
    articles = (17,)
    zh = "已作废的创业券 {voucher} 尚有余额 {left} 分"
    en = "{left} fen are left of voucher {voucher}, which was voided"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every voided voucher with something left."""
        for id_, voucher in world.vouchers.items():
            if voucher.state != "voided" or voucher.available_fen <= 0:
                continue
            if not world.unfinished_by(voucher.changed_by):
                left = {"voucher": id_, "left": voucher.available_fen}
                yield cls.finding(LEDGER, voucher.position, left)


class AShareLapsesWhenItMay(Rule):
    """A share lapses when its redemption was refused for good, or after nobody asked in time."""

    id = "share-lapsed-early"
    articles = (17,)
    reads = ("voucher-ledger.VoucherShareLapsed",)
    zh = "订单 {order_id} 的应付款({owed})因 {why} 失效 {fen} 分,与日志不符"
    en = "{fen} fen of order {order_id} ({owed} owed) lapsed because {why}, which is not so"

    def breach(self, event: Event, world: World) -> Breach:
        """Another amount or provider, or no reason in the log."""
        voucher, data = world.vouchers.get(event.stream), event.data
        if voucher is None:
            return None
        name, why = data["order_id"], data["why"]
        owed = voucher.redeemed.get(name)
        if why == "rejected":
            founded = name in voucher.rejected
        else:
            founded = name not in voucher.applied and event.days()[1] > _last_day(voucher)
        if founded and owed == (data["fen"], data["provider"]):
            return None
        return {"order_id": name, "owed": owed or "-", "why": why, "fen": data["fen"]}


class NothingIsOwedForEver(Rule):
    """What was refused for good, or not asked for in time, is owed no more."""

    id = "share-never-lapsed"
    articles = (17,)
    zh = "订单 {order_id} 的应付款 {fen} 分应退回年度({why}),至 {day} 仍未退回"
    en = "{fen} fen of order {order_id} were to go back ({why}), and have not by {day}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every share that is owed though it should have lapsed."""
        today = legal_day(world.latest)
        for voucher in world.vouchers.values():
            if not voucher.redeemed:
                continue
            late = today > days_after(_last_day(voucher), 1)
            for name, (fen, _) in voucher.redeemed.items():
                refused = name in voucher.rejected and not world.unfinished_by(voucher.changed_by)
                if refused or (late and name not in voucher.applied):
                    why = "rejected" if refused else "not-applied"
                    said = {"order_id": name, "fen": fen, "why": why, "day": today}
                    yield cls.finding(LEDGER, voucher.redeemed_at, said)


def _last_day(voucher: Voucher) -> str:
    """The last legal date on which a share that nobody asked for is owed."""
    return days_after(voucher.batch.terms["redeem_by"], LAPSE_DAYS)


class ADemandIsOfWhatWasPaid(Rule):
    """Money is demanded back once, of a redemption that was paid, and no more than that."""

    id = "demand-differs"
    articles = (17, 28)
    reads = ("voucher-ledger.RedemptionDemanded",)
    zh = "兑付状态 {state}、金额 {paid} 分,追缴 {fen} 分,期限 {due_by}"
    en = "{fen} fen are demanded back by {due_by}; the redemption is {state}, of {paid} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """Not paid, too much, or due in the past."""
        redemption, data = world.redemptions.get(event.stream), event.data
        state, paid = (redemption.state, redemption.fen) if redemption else ("-", 0)
        in_time = data["due_by"] >= event.days()[0]
        if state == "paid" and data["fen"] <= paid and in_time:
            return None
        return {"state": state, "paid": paid, "fen": data["fen"], "due_by": data["due_by"]}


class AnInstalmentIsOfItsDemand(Rule):
    """What comes back was demanded and was missing; a deposit of the bank counts once in all."""

    id = "instalment-differs"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionRepaid",)
    zh = "追缴状态 {state}、尚欠 {missing} 分,登记到账 {fen} 分(流水 {reference})"
    en = "{fen} fen came in ({reference}) while {missing} fen were missing and it was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """No demand, more than is missing, or a deposit that was booked for any demand."""
        redemption, data = world.redemptions.get(event.stream), event.data
        if redemption is None:
            return None  # `MoneyHasAnOrigin` has said so
        reference, missing = data["bank_reference"], redemption.missing_fen
        known = reference in world.deposits
        if redemption.state == "demanded" and data["fen"] <= missing and not known:
            return None
        told = {"state": redemption.state, "missing": missing}
        return {**told, "fen": data["fen"], "reference": reference}


class AWriteOffIsByAnother(Rule):
    """What is missing is written off by somebody else than who demanded it, all of it, once."""

    id = "write-off-step"
    articles = (17,)
    reads = ("voucher-ledger.RedemptionWrittenOff",)
    zh = "追缴状态 {state}、尚欠 {missing} 分,由 {decider} 核销 {fen} 分"
    en = "{decider} wrote off {fen} fen; {missing} fen were missing, and it was {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """No demand, another amount, or who demanded it."""
        redemption, data = world.redemptions.get(event.stream), event.data
        state, missing, demander = "-", 0, ""
        if redemption is not None:
            state, missing = redemption.state, redemption.missing_fen
            demander = redemption.demander
        kept = state == "demanded" and data["fen"] == missing
        if kept and data["decider"] != demander:
            return None
        told = {"state": state, "missing": missing, "fen": data["fen"]}
        return {**told, "decider": data["decider"]}


ENDS: tuple[tuple[Rule, ...], ...] = (
    (AVoidTakesAllThatIsLeft(),),
    (WhatComesBackToAVoidedVoucherGoesOn(),),
    (AShareLapsesWhenItMay(),),
    (ADemandIsOfWhatWasPaid(),),
    (AnInstalmentIsOfItsDemand(),),
    (AWriteOffIsByAnother(),),
)
"""Chains of rules about ends."""

LEFT = (AVoidedVoucherHoldsNothing, NothingIsOwedForEver)
"""Rules about what is left at the end."""
