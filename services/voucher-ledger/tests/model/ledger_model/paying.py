"""Payment orders in the reference ledger: drawn up, approved, answered by the bank (支付单)."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ledger_model.budgets import DONE
from ledger_model.purchasing import Purchasing
from ledger_model.redeeming import WRONG_STATE, Redeeming, Redemption
from ledger_model.reference import Reference

WRONG_ORDER_STATE = "voucher-ledger.wrong-payment-order-state"
PAYEE_FROZEN = "voucher-ledger.payee-frozen"


@dataclass
class PaymentOrder:
    """Redemptions that are paid together."""

    redemptions: tuple[str, ...]
    proposer: str
    total: int
    state: str = "proposed"
    approvers: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    back: set[str] = field(default_factory=set)
    paid: int = 0
    returned: int = 0


class Paying(Redeeming):
    """Public money leaves, and comes back."""

    def __init__(self, reference: Reference, purchasing: Purchasing) -> None:
        super().__init__(reference, purchasing)
        self.payment_orders: dict[str, PaymentOrder] = {}

    def may_propose_payment(self, ids: Sequence[str]) -> str:
        """What drawing up a payment order of these would say."""
        if len(set(ids)) < len(ids):
            return "voucher-ledger.payment-listed-twice"
        found = [self.redemptions[id_] for id_ in ids]
        for redemption in found:
            if redemption.state not in ("publicised", "returned"):
                return WRONG_STATE
            if redemption.hold == "held":
                return "voucher-ledger.held-for-risk"
            if self.ledger.today < str(redemption.payable_from):
                return "voucher-ledger.publicity-runs"
        return self._free(found)

    def proposed(self, id_: str, ids: Sequence[str], who: str) -> None:
        """A payment order was drawn up."""
        found = [self.redemptions[each] for each in ids]
        total = sum(each.fen for each in found)
        self.payment_orders[id_] = PaymentOrder(tuple(ids), who, total)
        for redemption in found:
            redemption.state, redemption.payment_order = "instructed", id_

    def decide_payment(self, id_: str, approve: bool, who: str) -> str:
        """Somebody approves or rejects; the second approval issues it."""
        order = self.payment_orders[id_]
        found = [self.redemptions[each] for each in order.redemptions]
        if approve and any(each.hold == "held" for each in found):
            return "voucher-ledger.held-for-risk"
        if approve and (refused := self._free(found)) != DONE:
            return refused
        if order.state != "proposed":
            return WRONG_ORDER_STATE
        if who == order.proposer:
            return "voucher-ledger.own-payment-order"
        if approve:
            return self._approve(order, found, who)
        order.state = "rejected"
        for redemption in found:
            redemption.state, redemption.payment_order = "publicised", None
        return DONE

    def approved_by(self, redemption: Redemption, who: str) -> bool:
        """Whether somebody approved its payment."""
        order = self.payment_orders.get(redemption.payment_order or "")
        return order is not None and who in order.approvers

    def _approve(self, order: PaymentOrder, found: Sequence[Redemption], who: str) -> str:
        if any(who == each.reviewer for each in found):
            return "voucher-ledger.payment-reviewed-by-approver"
        if any(who in each.settlers for each in found):
            return "voucher-ledger.payment-settled-by-approver"
        if who in order.approvers:
            return "voucher-ledger.payment-approved-twice"
        order.approvers.append(who)
        if len(order.approvers) == 2:
            order.state = "issued"
        return DONE

    def answer(self, id_: str, content: str, returned: Collection[str]) -> str:
        """The bank paid all but these."""
        order = self.payment_orders[id_]
        if content in order.files:
            return DONE
        if order.state != "issued":
            return WRONG_ORDER_STATE
        order.state = "settled"
        order.files.append(content)
        for each in order.redemptions:
            redemption = self.redemptions[each]
            if each in returned:
                order.returned += redemption.fen
                order.back.add(each)
                redemption.state, redemption.payment_order = "returned", None
            else:
                order.paid += redemption.fen
                redemption.state = "paid"
                self._pay(redemption, redemption.fen)
        return DONE

    def take_back(self, id_: str, content: str, redemption_id: str) -> str:
        """The bank sends one payment back that it had made."""
        order, redemption = self.payment_orders[id_], self.redemptions[redemption_id]
        if content in order.files:
            return DONE
        if order.state != "settled":
            return WRONG_ORDER_STATE
        if redemption_id in order.back:
            return "voucher-ledger.bank-return-line-unknown"
        if redemption.state != "paid":
            return WRONG_STATE
        order.files.append(content)
        order.back.add(redemption_id)
        order.paid -= redemption.fen
        order.returned += redemption.fen
        redemption.state, redemption.payment_order = "returned", None
        self._pay(redemption, -redemption.fen)
        return DONE

    def demand(self, id_: str, fen: int, who: str) -> str:
        """Money that was paid is demanded back."""
        redemption = self.redemptions[id_]
        if redemption.state != "paid":
            return WRONG_STATE
        if fen > redemption.fen:
            return "voucher-ledger.demanded-beyond-paid"
        redemption.state, redemption.demander, redemption.demanded = "demanded", who, fen
        return DONE

    def repay(self, id_: str, fen: int, reference: str) -> str:
        """Some of it comes in."""
        redemption = self.redemptions[id_]
        others = (each for each in self.redemptions.values() if each is not redemption)
        if any(reference in each.references for each in others):
            return "voucher-ledger.deposit-used"
        if redemption.state != "demanded":
            return WRONG_STATE
        if reference in redemption.references:
            return "voucher-ledger.instalment-recorded"
        if redemption.repaid + fen > redemption.demanded:
            return "voucher-ledger.repaid-beyond-demand"
        redemption.references.add(reference)
        redemption.repaid += fen
        if redemption.repaid == redemption.demanded:
            redemption.state = "repaid"
        if (purchase := redemption.purchase) is not None:
            self.purchasing.move(purchase.of, "paid", "clawed-back", fen)
            return DONE
        voucher = self.ledger.vouchers[redemption.voucher_id]
        voucher.paid -= fen
        voucher.clawed += fen
        self.ledger.move(voucher.batch.of, "paid", "clawed-back", fen)
        return DONE

    def write_off(self, id_: str, who: str) -> str:
        """The rest is given up."""
        redemption = self.redemptions[id_]
        if redemption.state != "demanded":
            return WRONG_STATE
        if who == redemption.demander:
            return "voucher-ledger.own-demand"
        redemption.state = "written-off"
        redemption.written_off = redemption.demanded - redemption.repaid
        return DONE

    def _pay(self, redemption: Redemption, fen: int) -> None:
        if (purchase := redemption.purchase) is not None:
            self.purchasing.move(purchase.of, "redeemed", "paid", fen)
            return
        voucher = self.ledger.vouchers[redemption.voucher_id]
        voucher.paid += fen
        self.ledger.move(voucher.batch.of, "redeemed", "paid", fen)

    @abstractmethod
    def stopped(self, redemption: Redemption) -> bool:
        """Whether a difference about it is open."""

    def _free(self, found: Sequence[Redemption]) -> str:
        if any(self.stopped(each) for each in found):
            return "voucher-ledger.payment-stopped"
        held = any(each.provider in self.ledger.frozen for each in found)
        return PAYEE_FROZEN if held else DONE
