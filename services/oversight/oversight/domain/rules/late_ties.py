"""Were ties that were told after a review looked for until the payment was approved (art. 17)?"""

from collections.abc import Set as AbstractSet
from typing import Final

from oversight.domain.event import Event, earlier
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.detectors import IN_USE, NOTHING, TIED, seen_of, tied_parties
from oversight.domain.rules.risks import about
from oversight.domain.world import Redemption, World

SINCE: Final = "2026-11-24"
"""Payments that were drawn up or approved before this legal date were not asked again."""


class ATieIsHeld(Rule):
    """Parties that turned out to be tied since the review are not paid without being held."""

    id = "tie-not-held"
    articles = (8, 17, 28)
    reads = ("voucher-ledger.RedemptionInstructed", "voucher-ledger.PaymentOrderApproved")
    zh = "兑付 {redemptions} 的交易双方存在关联,未经冻结即列入支付单或获批支付"
    en = "The parties of {redemptions} are tied, which are paid without being held for that"

    def breach(self, event: Event, world: World) -> Breach:
        """Those whose tie must have been seen, and that were never held for one."""
        if event.days()[0] < SINCE:
            return None
        before = earlier(event.recorded_at, IN_USE)
        unheld = sorted(
            id_
            for id_, each in about(event, world)
            if TIED not in each.detectors and _ties(each, event, world, before)
        )
        return {"redemptions": ", ".join(unheld)} if unheld else None


def _ties(redemption: Redemption, event: Event, world: World, before: str) -> AbstractSet[str]:
    """What ties the parties of an order's redemption; a purchase has none."""
    seen = seen_of(redemption, event, world, before)
    return NOTHING if seen is None else tied_parties(seen)
