"""The reference ledger: government purchases, from money of their own (政府购买, art. 6, 18)."""

from dataclasses import dataclass, field
from typing import Any, Final

from ledger_model.budgets import DONE, GONE, TOO_MUCH, Budgets, Year
from ledger_model.reference import Reference

BUYING: Final = "ZFGM-PX"
TENDER: Final = 200_000
"""From so many fen on, an open tender."""

OFFICES: Final = ("hrss-province", "finance-province")
WRONG_STATE: Final = "voucher-ledger.wrong-purchase-state"
OWN: Final = "voucher-ledger.own-purchase"


@dataclass
class Purchase:
    """What a department buys, and who did what of it."""

    of: Year
    provider: str
    fen: int
    proposer: str
    state: str = "proposed"
    consents: dict[str, str] = field(default_factory=dict)
    deliverer: str = ""
    accepted: int = 0


class Purchasing(Budgets):
    """The money of purchases, beside that of vouchers, and what becomes of it."""

    def __init__(self, reference: Reference) -> None:
        super().__init__()
        self.ledger = reference
        self.purchases: dict[str, Purchase] = {}

    def may_propose_purchase(self, asked: dict[str, Any]) -> str:
        """What asking for the consents would say."""
        if asked["fund"] != BUYING:
            return "voucher-ledger.wrong-fund"
        budget = self.budgets.get((asked["region"], asked["year"]))
        if budget is None:
            return TOO_MUCH
        if budget.state != "open":
            return GONE
        if asked["amount_fen"] > budget.free:
            return TOO_MUCH
        if (refused := self._active(asked["provider"])) != DONE:
            return refused
        other = asked["procedure"] != "open-tender" and asked["exemption"] is None
        too_much = other and asked["amount_fen"] >= TENDER
        return "voucher-ledger.tender-required" if too_much else DONE

    def purchase_proposed(self, id_: str, asked: dict[str, Any], who: str) -> None:
        """A department asked."""
        of = asked["region"], asked["year"]
        self.purchases[id_] = Purchase(of, asked["provider"], asked["amount_fen"], who)

    def consent(self, id_: str, approve: bool, office: str, who: str) -> str:
        """One of the two offices decides."""
        purchase = self.purchases[id_]
        if purchase.state != "proposed":
            return WRONG_STATE
        if who == purchase.proposer or who in purchase.consents.values():
            return OWN
        if office in purchase.consents:
            return "voucher-ledger.consent-given"
        if not approve:
            purchase.state = "rejected"
            return DONE
        purchase.consents[office] = who
        if len(purchase.consents) == len(OFFICES):
            purchase.state = "consented"
        return DONE

    def contract(self, id_: str, fen: int) -> str:
        """The contract sets the money aside."""
        purchase = self.purchases[id_]
        if (refused := self._active(purchase.provider)) != DONE:
            return refused
        if purchase.state != "consented":
            return WRONG_STATE
        if fen > purchase.fen:
            return "voucher-ledger.beyond-consent"
        budget = self.budgets[purchase.of]
        if budget.state != "open":
            return GONE
        if fen > budget.free:
            return TOO_MUCH
        budget.committed += fen
        purchase.state, purchase.fen = "contracted", fen
        self.move(purchase.of, "unissued", "reserved", fen)
        return DONE

    def deliver(self, id_: str, provider: str, who: str) -> str:
        """The provider delivers."""
        purchase = self.purchases[id_]
        if purchase.state != "contracted":
            return WRONG_STATE
        if provider != purchase.provider:
            return "voucher-ledger.not-the-provider"
        if who == purchase.proposer or who in purchase.consents.values():
            return OWN
        purchase.state, purchase.deliverer = "delivered", who
        return DONE

    def accept(self, id_: str, fen: int, who: str) -> str:
        """The department accepts all, a part, or nothing: the rest goes back to its year."""
        purchase = self.purchases[id_]
        if purchase.state != "delivered":
            return WRONG_STATE
        if who in (purchase.proposer, purchase.deliverer):
            return OWN
        if fen > purchase.fen:
            return "voucher-ledger.beyond-contract"
        purchase.state, purchase.accepted = "accepted" if fen else "refused", fen
        self.move(purchase.of, "reserved", "redeemed", fen)
        self.move(purchase.of, "reserved", "expired-returned", purchase.fen - fen)
        return DONE

    def cancel(self, id_: str) -> str:
        """The department ends it before a delivery."""
        purchase = self.purchases[id_]
        if purchase.state not in ("proposed", "consented", "contracted"):
            return WRONG_STATE
        if purchase.state == "contracted":
            self.move(purchase.of, "reserved", "expired-returned", purchase.fen)
        purchase.state = "cancelled"
        return DONE

    def forfeit(self, purchase: Purchase) -> None:
        """Its redemption was refused for good."""
        purchase.state = "forfeited"
        self.move(purchase.of, "redeemed", "expired-returned", purchase.accepted)

    def _active(self, provider: str) -> str:
        offers = self.ledger.offers.values()
        kind = next((o.provider_kind for o in offers if o.provider == provider), None)
        if kind == "public-agency":
            return "voucher-ledger.government-payee"
        if kind is None:
            return "voucher-ledger.provider-not-active"
        return "voucher-ledger.payee-frozen" if provider in self.ledger.frozen else DONE
