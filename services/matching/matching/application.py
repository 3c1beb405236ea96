"""Matching's use cases: load, decide, hand over the decision."""

from typing import Any, ClassVar

from chassis import clock, context, standing
from chassis.application import Application, Decision
from chassis.projection import Projector
from matching import queries
from matching.domain.deadline import ACCEPT, DELIVER, last_day
from matching.domain.order import RULE_VERSION, Order
from matching.domain.refusals import ProviderNotAdmitted, UserNotAdmitted
from matching.projections import PROJECTOR


class Matching(Application):
    """Orders: placed, funded, delivered, accepted. Entirely online (art. 19)."""

    log = "matching"
    projector: ClassVar[Projector] = PROJECTOR

    def place_order(self, listing_id: str, voucher_id: str, price_fen: int) -> Decision:
        """An admitted user orders a whitelisted listing at its listed price."""
        subject = context.current().subject
        user = standing.of_caller(self.database)
        if subject is None or not user.may_use:
            raise UserNotAdmitted
        today = clock.legal_date()
        listing, seen = queries.offered(self.database, listing_id, today.isoformat())
        seen |= user.relied_on
        order = Order.place(subject, listing_id, listing, voucher_id, price_fen, today)
        return Decision(present(order), [order], rule_version=RULE_VERSION, seen=seen)

    def deliver_order(
        self, order_id: str, evidence_sha256: str, simhash: str | None = None
    ) -> Decision:
        """The provider says that it delivered, with the evidence's digest."""
        subject = context.current().subject
        provider = standing.of_caller(self.database)
        if not provider.may_complete:
            raise ProviderNotAdmitted
        order, today = self.load(Order, order_id), clock.legal_date()
        settings, known = queries.settings(self.database, ACCEPT)
        accept_by = last_day(ACCEPT, settings, today)
        order.deliver(subject, evidence_sha256, today, accept_by, simhash)
        seen = {**known, **provider.relied_on}
        return Decision(present(order), [order], rule_version=RULE_VERSION, seen=seen)

    def accept_order(self, order_id: str, accepted_fen: int | None = None) -> Decision:
        """The user accepts what was delivered: so many fen of the price, or all of it."""
        order = self.load(Order, order_id)
        order.accept(context.current().subject, accepted_fen, clock.legal_date())
        return Decision(present(order), [order], rule_version=RULE_VERSION)

    def cancel_order(self, order_id: str) -> Decision:
        """The user cancels before delivery."""
        order = self.load(Order, order_id)
        order.cancel(context.current().subject)
        return Decision(present(order), [order], rule_version=RULE_VERSION)

    def fund_order(self, order_id: str, voucher_fen: int) -> Decision:
        """The ledger reserved a share. An order that does not wait for it stays as it is."""
        order, today = self.find(Order, order_id), clock.legal_date()
        settings, seen = queries.settings(self.database, DELIVER)
        if order is None or not order.fund(voucher_fen, last_day(DELIVER, settings, today)):
            return Decision({})
        return Decision(present(order), [order], rule_version=RULE_VERSION, seen=seen)

    def lapse_orders(self, order_ids: list[str]) -> Decision:
        """End each of these orders whose party did not take its step in time."""
        today = clock.legal_date()
        orders = [self.find(Order, id_) for id_ in order_ids]
        lapsed = [order for order in orders if order is not None and order.lapse(today)]
        return Decision(
            {"lapsed": [order.key for order in lapsed]}, lapsed, rule_version=RULE_VERSION
        )

    def refuse_order(self, order_id: str, code: str, grounds: dict[str, Any]) -> Decision:
        """The ledger refused to reserve. An order that does not wait for it stays as it is."""
        order = self.find(Order, order_id)
        if order is None or not order.refuse(code, grounds):
            return Decision({})
        return Decision(present(order), [order], rule_version=RULE_VERSION)


def present(order: Order) -> dict[str, Any]:
    """An order as `OrderView` shows it."""
    return {
        "id": order.key,
        "listing_id": order.listing_id,
        "listing_revision": order.listing_revision,
        "category": order.category,
        "region": order.region,
        "user": order.user,
        "provider": order.provider,
        "voucher_id": order.voucher_id,
        "price_fen": order.price_fen,
        "fee": order.fee,
        "voucher_fen": order.voucher_fen,
        "own_fen": order.own_fen,
        "accepted_fen": order.accepted_fen,
        "voucher_due_fen": order.voucher_due_fen,
        "own_due_fen": order.own_due_fen,
        "state": order.state,
        "due_by": order.due_by,
        "refusal": order.refusal,
    }
