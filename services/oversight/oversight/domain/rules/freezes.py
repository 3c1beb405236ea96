"""Did a freeze hold (帐号冻结, art. 35)?"""

from oversight.domain.accounts import Freeze
from oversight.domain.event import Event, earlier
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.envelope import MAY
from oversight.domain.world import World

PARTIES = frozenset({"user", "provider"})
IN_USE = 5
"""Seconds within which a freeze has to be heard of everywhere."""


class NobodySignsInToAFrozenAccount(Rule):
    """No session is opened in an account while it is frozen.

    One that was being opened at that moment is of an earlier epoch, and void.
    """

    id = "frozen-sign-in"
    articles = (35,)
    reads = ("identity.SessionOpened",)
    zh = "帐号 {account} 冻结期间仍被登录"
    en = "The account {account} was signed in to while it was frozen"

    def breach(self, event: Event, world: World) -> Breach:
        """A session that is not void."""
        account = world.accounts.get(event.data["account_id"])
        if account is None or account.case_id is None or event.data["epoch"] < account.epoch:
            return None
        return {"account": event.data["account_id"]}


class NothingIsDoneInAFrozenAccount(Rule):
    """No user or provider trades from an account that is frozen, whatever gateway they came by."""

    id = "acted-while-frozen"
    articles = (27, 35)
    reads = tuple(
        type_ for type_, may in MAY.items() if may & PARTIES and not type_.startswith("identity.")
    )
    zh = "帐号 {actor} 冻结期间作出 {type}"
    en = "{actor} did {type} while that account was frozen"

    def breach(self, event: Event, world: World) -> Breach:
        """A freeze of the account that the decision had seen, or could not have missed."""
        if event.role not in PARTIES:
            return None
        for freeze in world.staff.accounts_frozen.get(event.actor, ()):
            if _holds(freeze, event):
                return {"actor": event.actor, "type": event.type}
        return None


class AFreezeHoldsVouchers(Rule):
    """While an account of theirs is frozen, nobody claims, uses, redeems or is paid vouchers.

    Nothing is bought of them either.
    """

    id = "frozen-voucher-used"
    articles = (35,)
    reads = (
        "voucher-ledger.VoucherClaimed",
        "voucher-ledger.VoucherReserved",
        "voucher-ledger.RedemptionApplied",
        "voucher-ledger.RedemptionInstructed",
        "voucher-ledger.PurchaseProposed",
        "voucher-ledger.PurchaseContracted",
    )
    zh = "主体 {subject} 的帐号冻结期间发生 {type}"
    en = "{type} by {subject} while an account of theirs was frozen"

    def breach(self, event: Event, world: World) -> Breach:
        """A freeze that the decision had seen, or could not have missed."""
        if event.type in (self.reads[2], self.reads[4]):
            subject = event.data["provider"]
        elif event.type == self.reads[5]:
            purchase = world.purchases.get(event.stream)
            subject = purchase.provider if purchase else ""
        elif event.type == self.reads[3]:
            redemption = world.redemptions.get(event.stream)
            subject = redemption.provider if redemption else ""
        else:
            voucher = world.vouchers.get(event.stream)
            subject = voucher.holder if voucher else ""
        for freeze in world.staff.freezes.get(subject, ()):
            if _holds(freeze, event):
                return {"subject": subject, "type": event.type}
        return None


def _holds(freeze: Freeze, event: Event) -> bool:
    seen = event.seen("identity")
    if seen >= freeze.since:
        return seen < freeze.until
    # that a decision had not seen it counts for as long as that can be
    at = event.recorded_at
    return freeze.since_at < earlier(at, IN_USE) and at <= freeze.until_at
