"""Use cases of batches (批次, art. 17)."""

from datetime import date, timedelta
from typing import Any

from chassis import clock
from chassis.application import Decision
from voucher_ledger.application.budget import Budgets
from voucher_ledger.application.parameters import Parameters
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import is_purchase_fund
from voucher_ledger.domain.budget import Budget, budget_id
from voucher_ledger.domain.lease import ISSUE, Allotment
from voucher_ledger.domain.parameter import ISSUER
from voucher_ledger.domain.refusals.budget import AppropriationExceeded
from voucher_ledger.domain.refusals.purchases import WrongFund

TERM_FIGURES = {
    "face_fen": "face-fen",
    "rate_bp": "rate-bp",
    "item_cap_fen": "item-cap-fen",
    "user_cap_fen": "user-cap-fen",
}
"""Which parameter stands for a term that the issuer does not say."""


class Batches(Budgets, Parameters):
    """Batches are opened and closed."""

    def open_batch(
        self, fund: str, year: int, region: str, amount_fen: int, **terms: Any
    ) -> Decision:
        """Open a batch out of its region's budget. Refused beyond what is free there.

        What its lists name twice counts once.
        """
        if is_purchase_fund(fund):
            raise WrongFund(fund=fund)
        budget = self.find(Budget, budget_id(fund, year, region))
        if budget is None:
            raise AppropriationExceeded(asked_fen=amount_fen, left_fen=0)
        today, purse = clock.legal_date(), {"fund": fund, "year": year, "region": region}
        terms = self._figures(terms, today)
        for name in ("categories", "target_kinds"):
            terms[name] = [*dict.fromkeys(terms[name])]
        batch = Batch.open(today, **purse, amount_fen=amount_fen, **terms)
        budget.commit(batch.key, amount_fen)
        allotment = Allotment(
            kind=ISSUE, batch_id=batch.key, category=None, year=None, fen=amount_fen
        )
        opened = {"id": batch.key, **purse, "amount_fen": amount_fen, **terms}
        result = {**opened, "granted_fen": 0, "granted": 0, "state": batch.state}
        return Decision(result, [budget, batch, allotment])

    def close_batch(self, batch_id: str) -> Decision:
        """Grant no more of a batch; what it did not issue is free in its budget again."""
        batch = self.load(Batch, batch_id)
        purse = batch.purse
        budget = self.load(Budget, budget_id(purse.fund, purse.year, purse.region))
        before = budget.committed_fen
        changed = self.close_one(batch, budget)
        released = before - budget.committed_fen
        result = {"id": batch_id, "state": batch.state, "released_fen": released}
        return Decision(result, [*changed, budget])

    def _figures(self, terms: dict[str, Any], today: date) -> dict[str, Any]:
        """The terms with every figure: the issuer's, or the parameter in force, with its basis."""
        found, basis = dict(terms), dict[str, str]()
        for term, name in TERM_FIGURES.items():
            if found.get(term) is None:
                found[term], basis[term] = self.figure(name, today)
            else:
                basis[term] = ISSUER
        if found["user_cap_fen"] == 0:
            found["user_cap_fen"] = None
        for term, name, start in (
            ("use_by", "use-within-days", today.isoformat()),
            ("redeem_by", "redeem-within-days", ""),
        ):
            if found.get(term) is None:
                days, basis[term] = self.figure(name, today)
                begin = date.fromisoformat(start or found["use_by"])
                found[term] = (begin + timedelta(days=days)).isoformat()
            else:
                basis[term] = ISSUER
        return {**found, "figures": basis}
