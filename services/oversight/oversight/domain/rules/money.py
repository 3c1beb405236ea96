"""Is every fen where the events say it is (申报资金真实性, art. 6, 17)?"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from oversight.domain.book import CONTRA
from oversight.domain.derivation import DERIVATIONS
from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


class _AboutPostings(Rule):
    reads: ClassVar[tuple[str, ...]] = tuple(DERIVATIONS)
    articles: ClassVar[tuple[int, ...]] = (8, 17)


class PostingsSumToZero(_AboutPostings):
    """The postings of an event sum to zero (复式记账)."""

    id = "postings-unbalanced"
    zh = "分录借贷不平,差额 {fen} 分"
    en = "The postings do not sum to zero but to {fen} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """What is left over."""
        if event.recorded == event.effect:
            return None  # what is derived always sums to zero
        rest = sum(posting["fen"] for posting in event.data["postings"])
        return {"fen": rest} if rest else None


class EveryPurseIsConserved(_AboutPostings):
    """No event moves money between funds, regions or years without moving the appropriation too.

    For every fund, region and year: appropriated = unissued + issued + reserved + redeemed + paid +
    expired-returned + clawed-back.
    """

    id = "purse-unbalanced"
    zh = "{purse} 的资金不守恒,差额 {fen} 分"
    en = "The money of {purse} is not conserved: {fen} fen too much"

    def breach(self, event: Event, world: World) -> Breach:
        """A purse whose own postings do not sum to zero."""
        if event.recorded == event.effect:
            return None  # what is derived conserves every purse
        purses: dict[str, int] = {}
        for posting in event.data["postings"]:
            name = posting["account"].partition("/")[2]
            purses[name] = purses.get(name, 0) + posting["fen"]
        for name, rest in purses.items():
            if rest:
                return {"purse": name, "fen": rest}
        return None


class MoneyHasAnOrigin(_AboutPostings):
    """Money that moves belongs to a budget, batch, voucher, purchase or redemption in the log."""

    id = "money-without-origin"
    zh = "{type} 所属的预算、批次、创业券或兑付不在日志中"
    en = "{type} belongs to no budget, batch, voucher or redemption in the log"

    def breach(self, event: Event, world: World) -> Breach:
        """Nothing to derive the postings from."""
        return {"type": event.type} if event.effect is None else None


class PostingsFollowFromTheEvent(_AboutPostings):
    """The recorded postings are those that the supervisor derives from what happened."""

    id = "postings-differ"
    zh = "分录与事件内容不符:应为 {derived},实为 {recorded}"
    en = "The postings do not follow from the event: {derived} expected, not {recorded}"

    def breach(self, event: Event, world: World) -> Breach:
        """Both, when they differ."""
        if event.recorded == event.effect:
            return None
        return {"derived": event.effect, "recorded": event.recorded}


class IssuedIsWithinAppropriated(_AboutPostings):
    """At every event: what was issued (or allocated) is not more than was appropriated."""

    id = "issued-beyond-appropriated"
    articles = (17,)
    zh = "发放超出预算:{account} 将为 {fen} 分"
    en = "More is issued than was appropriated: {account} comes to {fen} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """The unissued account that would be overdrawn."""
        for account, fen in (event.effect or {}).items():
            if fen < 0 and account.startswith("unissued/"):
                after = world.book.balance(account) + fen
                if after < 0:
                    return {"account": account, "fen": after}
        return None


class NoAccountIsOverdrawn(_AboutPostings):
    """No bucket but the contra account is ever negative."""

    id = "account-overdrawn"
    zh = "账户透支:{account} 将为 {fen} 分"
    en = "An account is overdrawn: {account} comes to {fen} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """The account that would be negative."""
        for account, fen in (event.effect or {}).items():
            if fen < 0 and not account.startswith(CONTRA + "/"):
                after = world.book.balance(account) + fen
                if after < 0:
                    return {"account": account, "fen": after}
        return None


class GovernmentIsNeverPaid(Rule):
    """No share is set aside for, owed to or paid to a body of the government (art. 6)."""

    id = "government-paid"
    articles = (6,)
    reads = (
        "voucher-ledger.VoucherReserved",
        "voucher-ledger.VoucherRedeemed",
        "voucher-ledger.RedemptionApplied",
        "voucher-ledger.PurchaseProposed",
    )
    zh = "政府所属机构 {provider} 成为收款方"
    en = "{provider}, a body of the government, is to be paid"

    def breach(self, event: Event, world: World) -> Breach:
        """A public agency as the payee."""
        provider = event.data["provider"]
        return {"provider": provider} if provider in world.public_agencies else None


class BalancesAgree(Rule):
    """What the ledger states at a position is what the supervisor rebuilt up to it."""

    id = "balances-differ"
    articles = (6, 8, 17)
    zh = "{account} 余额不符:监理重算 {rebuilt} 分,台账记载 {stated} 分"
    en = "{account}: the supervisor rebuilt {rebuilt} fen, the ledger states {stated} fen"

    @classmethod
    def compare(
        cls,
        position: int | None,
        rebuilt: Iterable[Mapping[str, Any]],
        stated: Iterable[Mapping[str, Any]],
    ) -> list[Finding]:
        """Every account whose two balances differ, in order. A balance not stated is 0."""
        ours, theirs = _by_account(rebuilt), _by_account(stated)
        return [
            cls.finding(
                "voucher-ledger",
                position,
                {
                    "account": account,
                    "rebuilt": ours.get(account, 0),
                    "stated": theirs.get(account, 0),
                },
            )
            for account in sorted(ours | theirs)
            if ours.get(account, 0) != theirs.get(account, 0)
        ]


def _by_account(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {
        f"{bucket}/{row['fund']}/{row['region']}/{row['year']}": fen
        for row in rows
        for bucket, fen in row["balances"].items()
    }


MONEY: tuple[tuple[Rule, ...], ...] = (
    (
        PostingsSumToZero(),
        EveryPurseIsConserved(),
        MoneyHasAnOrigin(),
        PostingsFollowFromTheEvent(),
        IssuedIsWithinAppropriated(),
        NoAccountIsOverdrawn(),
    ),
    (GovernmentIsNeverPaid(),),
)
"""Chains of rules about where money is, and whose it never may be."""
