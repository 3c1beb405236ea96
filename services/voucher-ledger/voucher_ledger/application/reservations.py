"""Use cases of reservations: a share of an order is set aside, owed, or goes back (art. 17, 19)."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

from chassis import clock, context, standing
from chassis.application import Decision
from chassis.domain import Aggregate, new_id
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.allowance import Allowance, allowance_id
from voucher_ledger.domain.batch import Batch, Caps
from voucher_ledger.domain.lease import (
    CATEGORY,
    Allotment,
    BudgetShare,
    allotment_id,
)
from voucher_ledger.domain.refusals.vouchers import (
    CategoryCapReached,
    NotReserved,
    NotWhitelisted,
    SubjectBlacklisted,
    SubjectFrozen,
    YearlyCapReached,
)
from voucher_ledger.domain.share import RULE_VERSION, Terms
from voucher_ledger.domain.voucher import Order, Voucher
from voucher_ledger.leasing import Held, TooLittleLeft
from voucher_ledger.presenting import present_voucher

ACCEPTANCE_RULE = "acceptance/1"


class Reservations(LedgerBase):
    """Shares of orders are reserved within every cap, and redeemed or released."""

    def reserve_voucher(
        self, voucher_id: str, order_id: str, listing_id: str, user: str, price_fen: int
    ) -> Decision:
        """Set the voucher's share of an order aside, within every cap."""
        voucher = self.load(Voucher, voucher_id)
        offer, held_for, seen = queries.reservation.offer(self.database, listing_id, user)
        today = clock.legal_date()
        if offer is None:
            raise NotWhitelisted(date=today.isoformat())
        if held_for == standing.BLACKLISTED:
            raise SubjectBlacklisted
        if held_for is not None:
            raise SubjectFrozen
        order, caps = Order(order_id, user, price_fen), self._caps(voucher.batch_id)
        voucher.require_payable(order, offer, today)
        allowance = self._allowance(caps, voucher, today)
        left = None if allowance is None else caps.user_left(allowance.used_fen)
        terms = voucher.terms(order, offer, left)
        with ExitStack() as stack:
            changed: list[Aggregate] = []
            quota: BudgetShare | None = None
            if offer.category in caps.categories:
                held = stack.enter_context(self._quota(voucher, offer.category, terms, today))
                changed, quota = held.changed, held.share
                terms = replace(terms, category_left_fen=quota.left_fen)
            voucher.reserve(
                order,
                offer.provider,
                terms,
                quota.key if quota else None,
                allowance.key if allowance else None,
            )
            if quota is not None:
                quota.draw(terms.share(), order_id, [])
            if allowance is not None:
                allowance.use(terms.share(), order_id)
                changed = [*changed, allowance]
            return Decision(
                present_voucher(voucher),
                [*changed, voucher],
                rule_version=RULE_VERSION,
                seen=seen,
                held=stack.pop_all(),
            )

    def quote_voucher(self, voucher_id: str, listing_id: str) -> dict[str, Any]:
        """What the caller's voucher would pay of a listing now. Raises what reserving would."""
        user = context.current().subject or ""
        offer, _, _ = queries.reservation.offer(self.database, listing_id, user)
        price = 0 if offer is None else offer.price_fen
        decision = self.reserve_voucher(voucher_id, new_id(), listing_id, user, price)
        try:
            reserved: Any = decision.aggregates[-1].pending_events[-1]
        finally:
            decision.give_up()
        return {
            "voucher_id": voucher_id,
            "listing_id": listing_id,
            "price_fen": price,
            "voucher_fen": reserved.fen,
            "own_fen": price - reserved.fen,
            "calculation": reserved.calculation,
            "rule_version": decision.rule_version,
        }

    def redeem_voucher(
        self, voucher_id: str, order_id: str, accepted_fen: int | None = None
    ) -> Decision:
        """The order was accepted, whole or so many fen of its price: that part is owed.

        The rest of the share goes back to its voucher, and counts towards no cap.
        """
        voucher = self.load(Voucher, voucher_id)
        rest = voucher.redeem(order_id, accepted_fen)
        changed = self.restore_caps(voucher, order_id, rest) if rest else []
        return Decision(present_voucher(voucher), [*changed, voucher], rule_version=ACCEPTANCE_RULE)

    def release_voucher(self, voucher_id: str, order_id: str) -> Decision:
        """The order was cancelled: its share goes back to the voucher, if it had one."""
        voucher = self.load(Voucher, voucher_id)
        try:
            fen = voucher.release(order_id)
        except NotReserved:
            return Decision(present_voucher(voucher))
        changed = self.restore_caps(voucher, order_id, fen)
        return Decision(present_voucher(voucher), [*changed, voucher])

    def restore_caps(self, voucher: Voucher, order_id: str, fen: int) -> list[Aggregate]:
        """What an order does not need after all counts towards no cap; returns what changed."""
        counted, changed = voucher.caps[order_id], list[Aggregate]()
        if counted.quota_share is not None:
            quota = self.load(BudgetShare, counted.quota_share)
            quota.restore(fen, order_id)
            changed.append(quota)
        if counted.allowance is not None:
            allowance = self.load(Allowance, counted.allowance)
            allowance.restore(fen, order_id)
            changed.append(allowance)
        return changed

    def _caps(self, batch_id: str) -> Caps:
        """A batch's caps, which never change."""
        found = self._known_caps.get(batch_id)
        if found is None:
            found = self._known_caps[batch_id] = self.load(Batch, batch_id).caps
        return found

    def _allowance(self, caps: Caps, voucher: Voucher, today: date) -> Allowance | None:
        if caps.user_fen is None:
            return None
        fund, user = voucher.purse.fund, voucher.holder
        allowance = self.find(Allowance, allowance_id(fund, user, today.year))
        allowance = allowance or Allowance(fund=fund, user=user, year=today.year)
        if allowance.used_fen >= caps.user_fen:
            raise YearlyCapReached(year=today.year, cap_fen=caps.user_fen)
        return allowance

    def _quota(self, voucher: Voucher, category: str, terms: Terms, today: date) -> Held:
        batch_id, cap = voucher.batch_id, self._caps(voucher.batch_id).categories[category]
        key = allotment_id(CATEGORY, batch_id, category, today.year)

        def opened() -> Allotment:
            return Allotment(
                kind=CATEGORY, batch_id=batch_id, category=category, year=today.year, fen=cap
            )

        try:
            return self.take_share(key, terms.share(), 1, opened)
        except TooLittleLeft as error:
            raise CategoryCapReached(category=category, year=today.year, cap_fen=cap) from error
