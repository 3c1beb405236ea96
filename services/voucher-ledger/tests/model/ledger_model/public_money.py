"""Commands about public money before it is anybody's (预算)."""

from hypothesis import strategies as st

from ledger_model.budgets import DONE, FUND, PROVINCE, Budgets, Transfer
from ledger_model.purchasing import BUYING
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
FUNDS = st.sampled_from([FUND, FUND, FUND, BUYING])
PLACES = st.sampled_from((PROVINCE, "340100", "340200"))
MONEY = st.sampled_from([1, 60_000, 200_000, 450_001, 1_000_000])


class PublicMoney(Setting):
    """Money is appropriated, allocated, transferred, frozen, and its year closed."""

    def money(self, fund: str) -> Budgets:
        """Where the money of a fund is."""
        return self.reference if fund == FUND else self.purchasing

    @action(2, fate=FATES, year=st.sampled_from(YEARS), fen=MONEY, fund=FUNDS)
    def appropriate(self, fate: Fate, year: int, fen: int, fund: str = FUND) -> None:
        paper = {"source": "provincial", "document_number": "皖财社〔2026〕1号"}
        asked = {"fund": fund, "year": year, "amount_fen": fen, **paper}
        self.agree(self.money(fund).appropriate(year, fen), fate, "appropriate_budget", **asked)

    @action(3, fate=FATES, region=PLACES, year=st.sampled_from(YEARS), fen=MONEY, fund=FUNDS)
    def allocate(self, fate: Fate, region: str, year: int, fen: int, fund: str = FUND) -> None:
        asked = {"fund": fund, "year": year, "region": region, "amount_fen": fen}
        said = self.money(fund).allocate((region, year), fen)
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

    @action(2, fate=FATES, n=SMALL, frozen=SELDOM, fund=FUNDS)
    def freeze_or_unfreeze(self, fate: Fate, n: int, frozen: bool, fund: str) -> None:
        money = self.money(fund)
        budgets = money.budgets
        still = [of for of, budget in budgets.items() if budget.state == "frozen"]
        of = pick(still if still and not frozen else budgets, n)
        name = "freeze_budget" if frozen else "unfreeze_budget"
        said = money.freeze(of) if frozen else money.unfreeze(of)
        self.agree(said, fate, name, budget_id=the_budget(of, fund), reason="x")

    @action(3, fate=FATES, n=SMALL, remainder=st.sampled_from(["carry-over", "return"]), fund=FUNDS)
    def close_year(self, fate: Fate, n: int, remainder: str, fund: str) -> None:
        money, year = self.money(fund), int(self.reference.today[:4])
        budgets = money.budgets
        over = [of for of, each in budgets.items() if of[1] < year and each.state == "open"]
        of = pick(over if over and n < 8 else budgets, n)
        said = money.close_year(of, remainder)
        asked = {"budget_id": the_budget(of, fund), "remainder": remainder, "document_number": "x"}
        self.agree(said, fate, "close_budget", **asked)
