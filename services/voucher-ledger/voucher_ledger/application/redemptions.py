"""Use cases of redemption (兑付, art. 17, 19)."""

from chassis import clock, context, standing
from chassis.application import Decision
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.redemption import Invoice, Redemption, invoice_id, redemption_id
from voucher_ledger.domain.refusals.redemptions import AlreadyApplied, InvoiceUsed, NotRedeemable
from voucher_ledger.domain.refusals.vouchers import SubjectFrozen
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.presenting import present_redemption


class Redemptions(LedgerBase):
    """Providers are paid what accepted orders owe them."""

    def apply_redemption(
        self, order_id: str, invoice_number: str, contract_sha256: str, evidence_sha256: str
    ) -> Decision:
        """A provider asks to be paid for an accepted order."""
        id_ = queries.redemptions.voucher_of_order(self.database, order_id)
        if id_ is None:
            raise NotRedeemable
        provider = context.current().subject
        seller = standing.of_caller(self.database)
        if seller.frozen:
            raise SubjectFrozen
        voucher = self.load(Voucher, id_)
        redemption = Redemption.apply(
            voucher,
            order_id,
            provider,
            invoice_number,
            contract_sha256,
            evidence_sha256,
            clock.legal_date(),
        )
        if self.find(Redemption, redemption_id(order_id)) is not None:
            raise AlreadyApplied
        if self.find(Invoice, invoice_id(invoice_number)) is not None:
            raise InvoiceUsed(invoice_number=invoice_number)
        invoice = Invoice(number=invoice_number, order_id=order_id)
        return Decision(
            present_redemption(redemption), [redemption, invoice], seen=seller.relied_on
        )

    def review_redemption(self, redemption_id: str, approve: bool, reason: str) -> Decision:
        """A reviewer approves or rejects."""
        redemption = self.load(Redemption, redemption_id)
        redemption.review(approve, context.current().actor, reason)
        return Decision(present_redemption(redemption), [redemption])

    def pay_redemption(self, redemption_id: str, bank_reference: str) -> Decision:
        """The payer records the payment."""
        redemption = self.load(Redemption, redemption_id)
        witnessed = queries.witness.witnessed(self.database, redemption.key, redemption.version)
        redemption.pay(context.current().actor, bank_reference, witnessed)
        return Decision(present_redemption(redemption), [redemption])
