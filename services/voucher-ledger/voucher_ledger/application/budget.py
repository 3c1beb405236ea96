"""Use cases of the budget (预算, art. 17)."""

from chassis.application import Decision
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.budget import Appropriation, appropriation_id


class Budgets(LedgerBase):
    """Public money before it is anybody's."""

    def appropriate_budget(
        self, fund: str, year: int, amount_fen: int, document_number: str
    ) -> Decision:
        """Add money to a fund's year, opening it at the first time."""
        appropriation = self.find(Appropriation, appropriation_id(fund, year))
        if appropriation is None:
            appropriation = Appropriation(fund=fund, year=year)
        appropriation.appropriate(amount_fen, document_number)
        result = {
            "id": appropriation.key,
            "fund": fund,
            "year": year,
            "appropriated_fen": appropriation.appropriated_fen,
            "allocated_fen": appropriation.allocated_fen,
        }
        return Decision(result, [appropriation])
