"""Redemption in the reference ledger: applied, reviewed, drawn, audited, publicised (兑付)."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger_model.budgets import DONE
from ledger_model.purchasing import Purchase, Purchasing
from ledger_model.reference import Reference
from ledger_model.suspecting import REFUNDED, Suspecting
from voucher_ledger.testing import evidence_of

NOT_REDEEMABLE = "voucher-ledger.not-redeemable"
SETTLER_APPROVED = "voucher-ledger.settler-approved-payment"
WRONG_STATE = "voucher-ledger.wrong-redemption-state"
PAY_WITHIN = 30
UNPAID = ("approved", "sampled", "publicised", "instructed", "returned")
ENDED = ("paid", "rejected", "demanded", "repaid", "written-off")


@dataclass
class Redemption:
    """A redemption of an order's share."""

    order: str
    voucher_id: str
    provider: str
    fen: int
    pay_by: str
    state: str = "applied"
    reviewer: str = ""
    cosigned_before: int = 0
    """How many cosignatures there were when it was approved."""

    payable_from: str | None = None
    payment_order: str | None = None
    overdue: bool = False
    hold: str | None = None
    detectors: list[str] = field(default_factory=list)
    settlers: set[str] = field(default_factory=set)
    """Who decided on a hold of it, or settled a difference about it."""

    demander: str = ""
    demanded: int = 0
    repaid: int = 0
    written_off: int = 0
    references: set[str] = field(default_factory=set)
    purchase: Purchase | None = None


class Redeeming(Suspecting, ABC):
    """What providers ask for, until it can be paid."""

    def __init__(self, reference: Reference, purchasing: Purchasing) -> None:
        super().__init__(reference)
        self.purchasing = purchasing
        self.redemptions: dict[str, Redemption] = {}
        self.publicity_days = 0
        self._invoices: set[str] = set()
        self._cosigned = 0
        self._round_began: int | None = None

    def may_apply(self, provider: str, order: str, invoice: str) -> str:
        """What applying would say."""
        having = [each for each in self.ledger.vouchers.values() if order in each.orders]
        if not having:
            return NOT_REDEEMABLE
        if provider in self.ledger.frozen:
            return "voucher-ledger.subject-frozen"
        voucher = having[0]
        if order not in voucher.redeemed or self.ledger.providers[order] != provider:
            return NOT_REDEEMABLE
        if self.ledger.today > voucher.batch.terms["redeem_by"]:
            return "voucher-ledger.redeem-by-passed"
        if any(each.order == order for each in self.redemptions.values()):
            return "voucher-ledger.redemption-exists"
        return "voucher-ledger.invoice-used" if invoice in self._invoices else DONE

    def applied(self, id_: str, provider: str, order: str, invoice: str) -> None:
        """A provider asked for an accepted order's share."""
        vouchers = self.ledger.vouchers.items()
        voucher_id, voucher = next(each for each in vouchers if order in each[1].orders)
        self._invoices.add(invoice)
        voucher.asked.add(order)
        fen, pay_by = voucher.redeemed[order], self._after(PAY_WITHIN)
        self.redemptions[id_] = Redemption(order, voucher_id, provider, fen, pay_by)

    def may_invoice(self, provider: str, id_: str, invoice: str) -> str:
        """What asking to be paid for a purchase would say."""
        purchase = self.purchasing.purchases[id_]
        if provider in self.ledger.frozen:
            return "voucher-ledger.subject-frozen"
        if purchase.state != "accepted" or purchase.provider != provider:
            return NOT_REDEEMABLE
        if any(each.order == id_ for each in self.redemptions.values()):
            return "voucher-ledger.redemption-exists"
        return "voucher-ledger.invoice-used" if invoice in self._invoices else DONE

    def invoiced(self, id_: str, purchase_id: str, invoice: str) -> None:
        """A provider asked to be paid for a purchase."""
        purchase, pay_by = self.purchasing.purchases[purchase_id], self._after(PAY_WITHIN)
        self._invoices.add(invoice)
        told = purchase_id, purchase_id, purchase.provider, purchase.accepted, pay_by
        self.redemptions[id_] = Redemption(*told, purchase=purchase)

    def review(self, id_: str, approve: bool, who: str) -> str:
        """A reviewer approves or rejects; with the first approval of all a round begins."""
        redemption = self.redemptions[id_]
        if redemption.state != "applied":
            return WRONG_STATE
        if not approve:
            self._refuse(redemption)
        else:
            redemption.state = "approved"
            hits = self._hits(redemption)
            redemption.detectors += [hit for hit in hits if hit not in redemption.detectors]
            redemption.hold = "held" if redemption.detectors else None
            redemption.reviewer, redemption.cosigned_before = who, self._cosigned
            if self._round_began is None:
                self._round_began = self._cosigned
        return DONE

    def _hits(self, redemption: Redemption) -> list[str]:
        if redemption.purchase is not None:
            ordered = {evidence_of(order) for order in self.texts}
            return self.purchasing.suspicions(redemption.purchase, ordered)
        made = {each.made for each in self.purchasing.purchases.values()}
        bought = ["deliverable-bought"] if evidence_of(redemption.order) in made else []
        return self.suspicions(redemption.order) + bought

    def refund(self, order: str, fen: int, reference: str) -> str:
        """A user got back of their own share: what is not paid is held."""
        if (said := self.give_back(order, fen, reference)) != DONE:
            return said
        for redemption in self.redemptions.values():
            if redemption.order == order and redemption.state in ("applied", *UNPAID):
                redemption.hold = "held"
                redemption.detectors.append(REFUNDED)
        return DONE

    @abstractmethod
    def approved_by(self, redemption: Redemption, who: str) -> bool:
        """Whether somebody approved its payment."""

    def decide_hold(self, id_: str, release: bool, who: str) -> str:
        """A person decides on what is held."""
        redemption = self.redemptions[id_]
        if self.approved_by(redemption, who):
            return SETTLER_APPROVED
        if redemption.hold != "held":
            return "voucher-ledger.not-held"
        if who == redemption.reviewer:
            return "voucher-ledger.hold-decider-reviewed"
        if redemption.state not in UNPAID or (redemption.state == "instructed" and not release):
            return WRONG_STATE
        redemption.hold = "released" if release else "refused"
        redemption.settlers.add(who)
        if not release:
            self._refuse(redemption)
        return DONE

    def cosign(self) -> None:
        """The supervisor has witnessed everything so far."""
        self._cosigned += 1

    def due(self) -> list[str]:
        """What a draw would be about now: what the first cosignature that counts covers."""
        waiting = {id_: r.cosigned_before for id_, r in self._in("approved")}
        if self._round_began is None or not waiting:
            return []
        first = max(self._round_began, min(waiting.values())) + 1
        if first > self._cosigned:
            return []
        return sorted(id_ for id_, before in waiting.items() if before < first)

    def drawn(self, sampled: dict[str, bool]) -> None:
        """A draw was about these; the next round begins."""
        assert sorted(sampled) == self.due()
        self._round_began = self._cosigned
        for id_, selected in sampled.items():
            self.redemptions[id_].state = "sampled"
            if not selected:
                self._publicise(self.redemptions[id_])

    def audit(self, id_: str, passed: bool, who: str) -> str:
        """Somebody says what the audit found."""
        redemption = self.redemptions[id_]
        if redemption.state != "sampled":
            return WRONG_STATE
        if who == redemption.reviewer:
            return "voucher-ledger.auditor-reviewed"
        if passed:
            self._publicise(redemption)
        else:
            self._refuse(redemption)
        return DONE

    def _refuse(self, redemption: Redemption) -> None:
        redemption.state = "rejected"
        if redemption.purchase is not None:
            self.purchasing.forfeit(redemption.purchase)
            return
        voucher = self.ledger.vouchers[redemption.voucher_id]
        self.ledger.owed_no_more(voucher, redemption.order)

    def flag(self) -> None:
        """What is unpaid after its last day is noted."""
        for redemption in self.redemptions.values():
            if redemption.state not in ENDED:
                redemption.overdue |= self.ledger.today > redemption.pay_by

    def _publicise(self, redemption: Redemption) -> None:
        redemption.state, redemption.payable_from = "publicised", self._after(self.publicity_days)

    def _after(self, days: int) -> str:
        return (date.fromisoformat(self.ledger.today) + timedelta(days=days)).isoformat()

    def _in(self, state: str) -> Iterator[tuple[str, Redemption]]:
        return ((id_, r) for id_, r in self.redemptions.items() if r.state == state)
