"""Use cases of reconciliation (对账, art. 17, 19): compare, and settle what differs."""

from chassis import clock, context
from chassis.application import Decision
from chassis.domain import Aggregate
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.domain.reconciliation import (
    RULE_VERSION,
    Difference,
    Reconciliation,
    difference_id,
    reconciliation_id,
)
from voucher_ledger.domain.redemption import Redemption, redemption_id
from voucher_ledger.presenting import present_difference, present_reconciliation


class Reconciliations(LedgerBase):
    """What moved since the last time is put side by side."""

    def reconcile(self, number: int | None = None) -> Decision:
        """Compare all orders whose money moved since the reconciliation before.

        `number` is the one that is due; when it was done meanwhile, nothing is done again.
        """
        span = queries.reconciliations.following(self.database)
        if number is not None and number != span.number:
            done = self.load(Reconciliation, reconciliation_id(number))
            return Decision(present_reconciliation(done))
        checked, compared = queries.reconciliations.compared(self.database, span)
        differing = {
            difference_id(order_id, kind, sides): (order_id, kind, sides)
            for order_id, said in compared.items()
            for kind, sides in said.differences().items()
        }
        known = queries.reconciliations.known(self.database, list(differing))
        own = reconciliation_id(span.number)
        found: list[Aggregate] = [
            Difference(
                reconciliation_id=own,
                order_id=order_id,
                kind=kind,
                sides=sides,
                covered=span.covered,
            )
            for id_, (order_id, kind, sides) in sorted(differing.items())
            if id_ not in known
        ]
        done = Reconciliation(
            number=span.number,
            day=clock.legal_date().isoformat(),
            since=span.since,
            covered=span.covered,
            root=span.root,
            orders_seen=span.orders_seen,
            checked=checked,
            found=len(found),
            complete=span.complete,
        )
        seen = {"matching": span.orders_seen} if span.orders_seen >= 0 else {}
        return Decision(
            present_reconciliation(done), [*found, done], rule_version=RULE_VERSION, seen=seen
        )

    def settle_difference(self, difference_id: str, reason: str) -> Decision:
        """A person found out why the sides differ: the payment may go on."""
        difference, who = self.load(Difference, difference_id), context.current().actor
        redemption = self.find(Redemption, redemption_id(difference.order_id))
        if redemption is not None and redemption.payment_order_id is not None:
            self.load(PaymentOrder, redemption.payment_order_id).require_stranger(who)
        difference.settle(who, reason)
        return Decision(present_difference(difference), [difference])
