"""Use cases of payment orders (支付单, art. 17): drawn up, approved, answered by the bank."""

from chassis import clock, context, standing
from chassis.application import Decision
from chassis.domain import Aggregate
from voucher_ledger import queries
from voucher_ledger.application.parameters import Parameters
from voucher_ledger.domain import bank_return, risks
from voucher_ledger.domain.payment_order import Item, PaymentOrder
from voucher_ledger.domain.redemption import Redemption
from voucher_ledger.domain.refusals.payment_orders import ListedTwice
from voucher_ledger.domain.refusals.reconciliations import PaymentStopped
from voucher_ledger.domain.refusals.redemptions import (
    AwaitingCosignature,
    PayeeBlacklisted,
    PayeeFrozen,
)
from voucher_ledger.domain.refusals.risks import HeldForRisk
from voucher_ledger.domain.refusals.vouchers import GovernmentPayee
from voucher_ledger.presenting import present_payment_order


class PaymentOrders(Parameters):
    """Public money leaves."""

    def propose_payment(self, redemption_ids: list[str]) -> Decision:
        """Put redemptions whose publicity is over into a payment order, all or none.

        Where the parties of any turn out to be tied since its review, those are held, and nothing
        else happens.
        """
        if len(set(redemption_ids)) != len(redemption_ids):
            raise ListedTwice
        redemptions = [self.load(Redemption, id_) for id_ in redemption_ids]
        today = clock.legal_date()
        for redemption in redemptions:
            redemption.require_payable(today)
        if len(queries.witness.covered(self.database, redemption_ids)) < len(redemption_ids):
            raise AwaitingCosignature
        held, seen = self._looked_over(redemptions)
        if held:
            return _held(held, seen)
        items = [
            Item(each.key, each.provider, each.fen, each.next_end_to_end_id) for each in redemptions
        ]
        order = PaymentOrder.propose(context.current().actor, items)
        for redemption in redemptions:
            redemption.instruct(order.key)
        return Decision(present_payment_order(order), [order, *redemptions], seen=seen)

    def decide_payment(self, payment_order_id: str, approve: bool, reason: str) -> Decision:
        """Approve or reject a payment order; a rejection sets its redemptions free.

        Ties are looked for once more, as when it was drawn up.
        """
        order = self.load(PaymentOrder, payment_order_id)
        redemptions = [self.load(Redemption, item.redemption_id) for item in order.items.values()]
        who = context.current().actor
        if not approve:
            order.reject(who, reason)
            for redemption in redemptions:
                redemption.recall(order.key)
            return Decision(present_payment_order(order), [order, *redemptions])
        for redemption in redemptions:
            redemption.require_unheld()
        held, seen = self._looked_over(redemptions)
        if held:
            return _held(held, seen)
        reviewers = set[str]().union(*(redemption.reviewers for redemption in redemptions))
        settled = self._settlers(redemptions)
        order.approve(who, reason, reviewers, settled, clock.timestamp(), clock.legal_date())
        return Decision(present_payment_order(order), [order], seen=seen)

    def import_bank_return(self, payment_order_id: str, content: str) -> Decision:
        """Take over what the bank says, all of the file or nothing; once."""
        order = self.load(PaymentOrder, payment_order_id)
        if bank_return.file_digest(content) in order.files:
            return Decision(present_payment_order(order))
        found = bank_return.parse(content)
        answers = order.take_back(found) if found.late else order.settle(found)
        changed: list[Aggregate] = [order]
        for item, line in answers:
            redemption = self.load(Redemption, item.redemption_id)
            if line.paid:
                redemption.pay(order.key, line.reference)
            else:
                redemption.give_back(order.key, line.reason_code)
            changed.append(redemption)
        return Decision(present_payment_order(order), changed)

    def _settlers(self, redemptions: list[Redemption]) -> dict[str, set[str]]:
        """By redemption: who settled a difference about it, or decided on a hold of it."""
        of = queries.reconciliations.settlers(self.database, [r.order_id for r in redemptions])
        return {r.key: r.hold_deciders | of.get(r.order_id, set()) for r in redemptions}

    def _looked_over(
        self, redemptions: list[Redemption]
    ) -> tuple[list[Redemption], dict[str, int]]:
        """Those that are held now, as their parties turned out to be tied since their review.

        And how far other logs had been seen. Raises as `_require_free` does, as of the same moment
        of identity's log.
        """
        most, _ = self.figure("risk-device-subjects", clock.legal_date())
        while True:
            found, as_of = queries.risks.ties(self.database, [r.key for r in redemptions], most)
            seen = self._require_free(redemptions)
            if all(as_of.get(log) == position for log, position in seen.items()):
                break
        suspect = [each for each in redemptions if each.key in found]
        held = [each for each in suspect if each.suspect_tie(risks.tied(found[each.key], most))]
        return held, as_of

    def _require_free(self, redemptions: list[Redemption]) -> dict[str, int]:
        """Refuse what differs, whose payee is held, and a body of the government for ever (art. 6).

        Returns how far other logs had been seen. Raises `PaymentStopped`, `GovernmentPayee`,
        `PayeeFrozen`, `PayeeBlacklisted`.
        """
        orders = {redemption.order_id: redemption.key for redemption in redemptions}
        for order_id, kinds in queries.reconciliations.stopping(self.database, orders).items():
            raise PaymentStopped(redemption_id=orders[order_id], kinds=kinds)
        payees = {redemption.provider for redemption in redemptions}
        for payee in queries.payment_orders.of_the_government(self.database, payees):
            raise GovernmentPayee(provider=payee)
        held, seen = standing.held_among(self.database, payees)
        for redemption in redemptions:
            cause = held.get(redemption.provider)
            if cause is not None:
                refusal = PayeeBlacklisted if cause == standing.BLACKLISTED else PayeeFrozen
                raise refusal(redemption_id=redemption.key, provider=redemption.provider)
        return seen


def _held(redemptions: list[Redemption], seen: dict[str, int]) -> Decision:
    """The refusal of a payment because of what is held just now; the holds stay."""
    first = redemptions[0]
    refusal = HeldForRisk(redemption_id=first.key, detectors=", ".join(first.detectors))
    return Decision({}, [*redemptions], refusal=refusal, seen=seen)
