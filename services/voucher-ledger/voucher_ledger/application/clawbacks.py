"""Use cases of clawback (追缴, art. 17, 28): paid money is demanded back."""

from collections.abc import Mapping
from typing import ClassVar

from chassis import clock, context
from chassis.application import Decision
from chassis.domain import Refusal
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.redemption import Redemption
from voucher_ledger.domain.refusals.clawbacks import DepositUsed
from voucher_ledger.presenting import present_clawback


class Clawbacks(LedgerBase):
    """省人社厅 demands; 省财政厅 records what comes in, and decides what is written off."""

    refusals: ClassVar[Mapping[str, type[Refusal]]] = {"deposits_reference": DepositUsed}

    def demand_repayment(
        self,
        redemption_id: str,
        amount_fen: int,
        reason: str,
        document_number: str,
        due_by: str,
    ) -> Decision:
        """Demand money back that was paid for a redemption."""
        redemption, today = self.load(Redemption, redemption_id), clock.legal_date()
        who = context.current().actor
        redemption.demand(amount_fen, who, reason, document_number, due_by, today)
        return Decision(present_clawback(redemption), [redemption])

    def record_repayment(
        self, redemption_id: str, amount_fen: int, bank_reference: str
    ) -> Decision:
        """Record an instalment that came in: a deposit of the bank counts for one demand."""
        redemption = self.load(Redemption, redemption_id)
        booked = queries.clawbacks.booked_for(self.database, bank_reference)
        if booked not in (None, redemption.key):
            raise DepositUsed
        redemption.repay(amount_fen, bank_reference)
        return Decision(present_clawback(redemption), [redemption])

    def write_off_repayment(
        self, redemption_id: str, reason: str, document_number: str
    ) -> Decision:
        """Write off what is still missing."""
        redemption = self.load(Redemption, redemption_id)
        redemption.write_off(context.current().actor, reason, document_number)
        return Decision(present_clawback(redemption), [redemption])
