"""Differences in the reference ledger: what they are, and what they stop (差异)."""

from dataclasses import dataclass

from ledger_model.budgets import DONE
from ledger_model.paying import Paying
from ledger_model.purchasing import Purchasing
from ledger_model.redeeming import SETTLER_APPROVED, Redemption
from ledger_model.reference import Reference

PAID = ("paid", "demanded", "repaid", "written-off")


@dataclass
class Difference:
    """Two sides that said something else of an order."""

    order: str
    is_open: bool = True


class Stopping(Paying):
    """While a difference about it is open, nothing of an order is paid."""

    def __init__(self, reference: Reference, purchasing: Purchasing) -> None:
        super().__init__(reference, purchasing)
        self.differences: dict[str, Difference] = {}
        self.known: frozenset[tuple[str, str, int]] = frozenset()
        """Order, kind, and by how much: each is said once."""

    def differing(self, id_: str, off: int) -> frozenset[tuple[str, str, int]]:
        """What differs when the table says of a redemption so much more than the log."""
        redemption = self.redemptions[id_]
        kinds = {"redemption-differs"}
        if any(
            id_ in order.redemptions and order.state in ("issued", "settled")
            for order in self.payment_orders.values()
            if id_ not in order.back
        ):
            kinds.add("payment-line-differs")
        if redemption.purchase is not None and redemption.state in PAID:
            kinds.add("bank-return-differs")
        return frozenset((redemption.order, kind, off) for kind in kinds)

    def found(self, id_: str, order: str) -> None:
        """A difference was said."""
        self.differences[id_] = Difference(order)

    def settle(self, id_: str, who: str) -> str:
        """A person says why."""
        difference = self.differences[id_]
        redemption = next(r for r in self.redemptions.values() if r.order == difference.order)
        if self.approved_by(redemption, who):
            return SETTLER_APPROVED
        if not difference.is_open:
            return "voucher-ledger.difference-settled"
        difference.is_open = False
        redemption.settlers.add(who)
        return DONE

    def stopped(self, redemption: Redemption) -> bool:
        """Whether a difference about it is open."""
        return any(d.order == redemption.order and d.is_open for d in self.differences.values())
