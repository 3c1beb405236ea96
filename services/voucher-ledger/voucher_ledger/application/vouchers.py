"""Use cases of vouchers: claimed, voided, expired, and shares that lapse (art. 17, 19)."""

from chassis import clock, context, standing
from chassis.application import Decision
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.refusals.vouchers import SubjectFrozen
from voucher_ledger.domain.voucher import NOT_APPLIED, Voucher
from voucher_ledger.presenting import present_voucher


class Vouchers(LedgerBase):
    """What holders and their orders do with vouchers."""

    def claim_voucher(self, voucher_id: str) -> Decision:
        """The holder claims a voucher."""
        subject = context.current().subject
        holder = standing.of_caller(self.database)
        if holder.frozen:
            raise SubjectFrozen
        voucher = self.load(Voucher, voucher_id)
        voucher.claim(subject)
        return Decision(present_voucher(voucher), [voucher], seen=holder.relied_on)

    def expire_vouchers(self, voucher_ids: list[str]) -> Decision:
        """Give back what is left of these vouchers, of each that is past its use-by date."""
        today = clock.legal_date()
        vouchers = [self.find(Voucher, id_) for id_ in voucher_ids]
        expired = [voucher for voucher in vouchers if voucher and voucher.expire(today)]
        return Decision({"expired": [voucher.key for voucher in expired]}, expired)

    def void_voucher(self, voucher_id: str, reason: str, document_number: str) -> Decision:
        """Who issued a voucher makes it worthless."""
        voucher = self.load(Voucher, voucher_id)
        voucher.void(reason, document_number)
        return Decision(present_voucher(voucher), [voucher])

    def lapse_shares(self, orders: dict[str, str]) -> Decision:
        """Give back what nobody asked for in time: shares by order, each with its voucher."""
        vouchers: dict[str, Voucher] = {}
        lapsed: list[str] = []
        for order_id, voucher_id in orders.items():
            if voucher_id not in vouchers:
                vouchers[voucher_id] = self.load(Voucher, voucher_id)
            if vouchers[voucher_id].lapse(order_id, NOT_APPLIED):
                lapsed.append(order_id)
        return Decision({"lapsed": lapsed}, list(vouchers.values()))
