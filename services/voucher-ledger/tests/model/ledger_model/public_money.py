"""Commands about public money before it is anybody's (预算)."""

from hypothesis import strategies as st

from ledger_model.budgets import DONE, FUND, PROVINCE, Transfer
from ledger_model.replicas import Fate
from ledger_model.setting import (
    FATES,
    MOSTLY,
    SELDOM,
    SMALL,
    STAFF,
    Setting,
    action,
    pick,
    the_budget,
)

YEARS = (2026, 2027)
PLACES = st.sampled_from((PROVINCE, "340100", "340200"))
MONEY = st.sampled_from([1, 60_000, 200_000, 450_001, 1_000_000])


class PublicMoney(Setting):
    """Money is appropriated, allocated, transferred, frozen, and its year closed."""

    @action(2, fate=FATES, year=st.sampled_from(YEARS), fen=MONEY)
    def appropriate(self, fate: Fate, year: int, fen: int) -> None:
        paper = {"source": "provincial", "document_number": "皖财社〔2026〕1号"}
        asked = {"fund": FUND, "year": year, "amount_fen": fen, **paper}
        self.agree(self.reference.appropriate(year, fen), fate, "appropriate_budget", **asked)

    @action(3, fate=FATES, region=PLACES, year=st.sampled_from(YEARS), fen=MONEY)
    def allocate(self, fate: Fate, region: str, year: int, fen: int) -> None:
        asked = {"fund": FUND, "year": year, "region": region, "amount_fen": fen}
        said = self.reference.allocate((region, year), fen)
        self.agree(said, fate, "allocate_budget", **asked, document_number="x")

    @action(2, fate=FATES, source=PLACES, taker=PLACES, fen=MONEY, who=st.sampled_from(STAFF))
    def propose_transfer(self, fate: Fate, source: str, taker: str, fen: int, who: str) -> None:
        asked = {"fund": FUND, "year": 2026, "source_region": source, "target_region": taker}
        transfer = Transfer((source, 2026), (taker, 2026), fen, who)
        said = self.reference.may_propose(transfer)
        more = {"amount_fen": fen, "reason": "x"}
        outcome = self.agree(said, fate, "propose_transfer", who, **asked, **more)
        if said == DONE:
            self.reference.transfers[outcome["result"]["id"]] = transfer

    @action(
        4, when=lambda it: it.reference.transfers, fate=FATES, n=SMALL, approve=MOSTLY, who=SMALL
    )
    def decide_transfer(self, fate: Fate, n: int, approve: bool, who: int) -> None:
        id_, person = pick(self.reference.transfers, n), STAFF[who % 3]
        said = self.reference.decide(id_, approve, person)
        asked = {"transfer_id": id_, "approve": approve, "reason": "x"}
        self.agree(said, fate, "decide_transfer", person, **asked)

    @action(2, fate=FATES, n=SMALL, frozen=SELDOM)
    def freeze_or_unfreeze(self, fate: Fate, n: int, frozen: bool) -> None:
        budgets = self.reference.budgets
        still = [of for of, budget in budgets.items() if budget.state == "frozen"]
        of = pick(still if still and not frozen else budgets, n)
        name = "freeze_budget" if frozen else "unfreeze_budget"
        said = self.reference.freeze(of) if frozen else self.reference.unfreeze(of)
        self.agree(said, fate, name, budget_id=the_budget(of), reason="x")

    @action(3, fate=FATES, n=SMALL, remainder=st.sampled_from(["carry-over", "return"]))
    def close_year(self, fate: Fate, n: int, remainder: str) -> None:
        budgets, year = self.reference.budgets, int(self.reference.today[:4])
        over = [of for of, each in budgets.items() if of[1] < year and each.state == "open"]
        of = pick(over if over and n < 8 else budgets, n)
        said = self.reference.close_year(of, remainder)
        asked = {"budget_id": the_budget(of), "remainder": remainder, "document_number": "x"}
        self.agree(said, fate, "close_budget", **asked)
