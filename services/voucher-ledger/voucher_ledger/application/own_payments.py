"""Use cases of users' own shares (自付部分, art. 17, 19)."""

from collections.abc import Mapping
from typing import ClassVar

from chassis import clock
from chassis.application import Decision
from chassis.domain import Aggregate, Refusal
from chassis.settings import Settings
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain import risks
from voucher_ledger.domain.own_payment import OwnPayment, Proof, own_payment_id
from voucher_ledger.domain.redemption import Redemption, redemption_id
from voucher_ledger.domain.refusals.own_payments import (
    OwnPaymentNotDue,
    OwnPaymentProvenBefore,
    OwnPaymentUnknown,
    PaymentReferenceUsed,
)
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.institution import Institution
from voucher_ledger.presenting import present_receipt, present_refund


class OwnPayments(LedgerBase):
    """The payment institution evidences what users pay themselves."""

    refusals: ClassVar[Mapping[str, type[Refusal]]] = {
        "own_payments_reference": PaymentReferenceUsed,
        "refunds_reference": PaymentReferenceUsed,
    }

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        keys = settings.payment_institution_keys
        self.institution = Institution(settings.payment_institution_url, keys)

    def record_own_payment(self, proof: str) -> Decision:
        """Take the institution's proof that a user paid their own share of an order."""
        found = Proof.read(self.institution.signed(proof))
        found.require_past(clock.now())
        order_id, database = found.order_id, self.database
        voucher_id = queries.redemptions.voucher_of_order(database, order_id)
        if voucher_id is None or found.payment_id != own_payment_id(order_id):
            raise OwnPaymentUnknown(payment_id=found.payment_id)
        before = self.find(OwnPayment, own_payment_id(order_id))
        if before is not None:
            raise OwnPaymentProvenBefore(order_id=order_id, reference=before.reference)
        own_fen, seen = queries.own_payments.own_share(database, order_id)
        if own_fen is None:
            raise OwnPaymentNotDue(order_id=order_id)
        voucher = self.load(Voucher, voucher_id)
        payment = OwnPayment.prove(found, voucher, own_fen, clock.legal_date())
        return Decision(present_receipt(payment), [payment], seen=seen)

    def record_refund(self, proof: str) -> Decision:
        """Take the institution's notice that a user got back of their own share.

        What was applied for and is not paid yet is held at once.
        """
        notice = Proof.refund(self.institution.signed(proof))
        notice.require_past(clock.now())
        payment = self.find(OwnPayment, own_payment_id(notice.order_id))
        if payment is None or notice.payment_id != payment.key:
            raise OwnPaymentUnknown(payment_id=notice.payment_id)
        payment.refund(notice)
        changed: list[Aggregate] = [payment]
        redemption = self.find(Redemption, redemption_id(notice.order_id))
        if redemption is not None and redemption.suspect_anew(risks.refunded(payment.refunds)):
            changed.append(redemption)
        return Decision(present_refund(payment, notice), changed)
