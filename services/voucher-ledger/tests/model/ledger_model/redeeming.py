"""Redemption in the reference ledger: applied, reviewed, paid (兑付)."""

from dataclasses import dataclass

from ledger_model.budgets import DONE
from ledger_model.reference import Reference

NOT_REDEEMABLE = "voucher-ledger.not-redeemable"
WRONG_STATE = "voucher-ledger.wrong-redemption-state"


@dataclass
class Redemption:
    """A redemption of an order's share."""

    order: str
    voucher_id: str
    provider: str
    fen: int
    state: str = "applied"
    cosigned: bool = False


class Redeeming:
    """What providers ask and get."""

    def __init__(self, reference: Reference) -> None:
        self._ledger = reference
        self.redemptions: dict[str, Redemption] = {}
        self._invoices: set[str] = set()

    def may_apply(self, provider: str, order: str, invoice: str) -> str:
        """What applying would say."""
        having = [each for each in self._ledger.vouchers.values() if order in each.orders]
        if not having:
            return NOT_REDEEMABLE
        if provider in self._ledger.frozen:
            return "voucher-ledger.subject-frozen"
        voucher = having[0]
        if order not in voucher.redeemed or self._ledger.providers[order] != provider:
            return NOT_REDEEMABLE
        if self._ledger.today > voucher.batch.terms["redeem_by"]:
            return "voucher-ledger.redeem-by-passed"
        if any(each.order == order for each in self.redemptions.values()):
            return "voucher-ledger.redemption-exists"
        return "voucher-ledger.invoice-used" if invoice in self._invoices else DONE

    def applied(self, id_: str, provider: str, order: str, invoice: str) -> None:
        """A provider asked for an accepted order's share."""
        vouchers = self._ledger.vouchers.items()
        voucher_id, voucher = next(each for each in vouchers if order in each[1].orders)
        self._invoices.add(invoice)
        self.redemptions[id_] = Redemption(order, voucher_id, provider, voucher.redeemed[order])

    def review(self, id_: str, approve: bool) -> str:
        """A reviewer approves or rejects."""
        redemption = self.redemptions[id_]
        if redemption.state != "applied":
            return WRONG_STATE
        redemption.state = "approved" if approve else "rejected"
        return DONE

    def cosign(self) -> None:
        """The supervisor has witnessed everything so far."""
        for redemption in self.redemptions.values():
            redemption.cosigned = redemption.cosigned or redemption.state == "approved"

    def pay(self, id_: str) -> str:
        """The payer records the payment."""
        redemption = self.redemptions[id_]
        if redemption.state != "approved":
            return WRONG_STATE
        if not redemption.cosigned:
            return "voucher-ledger.awaiting-cosignature"
        redemption.state = "paid"
        voucher = self._ledger.vouchers[redemption.voucher_id]
        voucher.paid += redemption.fen
        self._ledger.move(voucher.batch.of, "redeemed", "paid", redemption.fen)
        return DONE
