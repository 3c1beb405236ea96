"""Commands about government purchases (政府购买)."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from chassis.domain import new_id
from ledger_model.budgets import DONE, FUND
from ledger_model.comparing import Comparing
from ledger_model.public_money import PLACES, YEARS
from ledger_model.purchasing import BUYING, OFFICES
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, MOSTLY, SELDOM, SMALL, STAFF, action, pick

CLERK, ONE, TWO, INSPECTOR = STAFF
SELLER = "seller"
PRICES = st.sampled_from([1, 30_000, 199_999, 200_000, 3_000_000])


def _digest(what: str) -> str:
    return sha256(what.encode()).hexdigest()


class Buying(Comparing):
    """A department buys, two offices consent, the provider is paid like any other."""

    @action(
        3,
        fate=FATES,
        place=PLACES,
        year=st.sampled_from(YEARS),
        fen=PRICES,
        who=SMALL,
        seller=SMALL,
        tendered=SELDOM,
        fund=st.sampled_from([BUYING] * 7 + [FUND]),
    )
    def propose_purchase(
        self,
        fate: Fate,
        place: str,
        year: int,
        fen: int,
        who: int,
        seller: int,
        tendered: bool,
        fund: str,
    ) -> None:
        provider = pick(self.reference.offers.values(), seller).provider
        terms = {"fund": fund, "region": place, "year": year, "procedure": "inquiry"}
        if tendered:
            terms["procedure"] = "open-tender"
        self._propose_purchase(fate, provider, fen, pick(STAFF, who), **terms)

    def _propose_purchase(
        self, fate: Fate, provider: str, fen: int, who: str, **terms: Any
    ) -> str | None:
        asked = {"fund": BUYING, "year": 2026, "region": "340100", "amount_fen": fen, **terms}
        asked |= {"provider": provider, "title": "x", "procedure_basis": "x", "exemption": None}
        asked |= {"beneficiaries": 30, "beneficiaries_sha256": "b" * 64}
        said = self.purchasing.may_propose_purchase(asked)
        outcome = self.agree(said, fate, "propose_purchase", who, **asked)
        if said != DONE:
            return None
        id_ = str(outcome["result"]["id"])
        self.purchasing.purchase_proposed(id_, asked, who)
        return id_

    @action(
        4,
        when=lambda it: it.purchasing.purchases,
        fate=FATES,
        n=SMALL,
        approve=MOSTLY,
        office=st.sampled_from(OFFICES),
        who=SMALL,
    )
    def decide_purchase(self, fate: Fate, n: int, approve: bool, office: str, who: int) -> None:
        self._consent(fate, self._some_purchase("proposed", n), approve, office, pick(STAFF, who))

    def _consent(self, fate: Fate, id_: str, approve: bool, office: str, who: str) -> None:
        said = self.purchasing.consent(id_, approve, office, who)
        asked = {"purchase_id": id_, "approve": approve, "reason": "x", "document_number": "x"}
        self.agree(said, fate, "decide_purchase", who, None, office, **asked)

    @action(
        3,
        when=lambda it: it.purchasing.purchases,
        fate=FATES,
        n=SMALL,
        change=st.sampled_from([0, 0, -1, 1]),
    )
    def contract(self, fate: Fate, n: int, change: int) -> None:
        id_ = self._some_purchase("consented", n)
        self._contract(fate, id_, max(self.purchasing.purchases[id_].fen + change, 1))

    def _contract(self, fate: Fate, id_: str, fen: int) -> None:
        said = self.purchasing.contract(id_, fen)
        asked = {"purchase_id": id_, "amount_fen": fen, "contract_sha256": _digest(id_)}
        self.agree(said, fate, "contract_purchase", CLERK, **asked)

    @action(
        3, when=lambda it: it.purchasing.purchases, fate=FATES, n=SMALL, who=SMALL, right=MOSTLY
    )
    def deliver(self, fate: Fate, n: int, who: int, right: bool) -> None:
        id_ = self._some_purchase("contracted", n)
        self._deliver(fate, id_, pick((*STAFF, SELLER, SELLER, SELLER), who), right)

    def _deliver(self, fate: Fate, id_: str, who: str, right: bool = True) -> None:
        provider = self.purchasing.purchases[id_].provider if right else new_id()
        said = self.purchasing.deliver(id_, provider, who)
        asked = {"purchase_id": id_, "evidence_sha256": _digest(f"made {id_}")}
        self.agree(said, fate, "deliver_purchase", who, provider, **asked)

    @action(
        3,
        when=lambda it: it.purchasing.purchases,
        fate=FATES,
        n=SMALL,
        part=st.sampled_from([1, 1, 2, 0, -1]),
        who=SMALL,
    )
    def inspect(self, fate: Fate, n: int, part: int, who: int) -> None:
        """All, half, nothing, or more than there is."""
        id_ = self._some_purchase("delivered", n)
        fen = self.purchasing.purchases[id_].fen
        taken = fen // part if part > 0 else (fen + 1) * -part
        self._accept_purchase(fate, id_, taken, pick((*STAFF, INSPECTOR), who))

    def _accept_purchase(self, fate: Fate, id_: str, fen: int, who: str) -> None:
        said = self.purchasing.accept(id_, fen, who)
        asked = {"purchase_id": id_, "accepted_fen": fen, "reason": "x", "opinion_sha256": "e" * 64}
        self.agree(said, fate, "accept_purchase", who, **asked)

    @action(1, when=lambda it: it.purchasing.purchases, fate=FATES, n=SMALL)
    def cancel(self, fate: Fate, n: int) -> None:
        id_ = self._some_purchase("contracted", n)
        said = self.purchasing.cancel(id_)
        self.agree(said, fate, "cancel_purchase", CLERK, purchase_id=id_, reason="x")

    @action(
        3,
        when=lambda it: it.purchasing.purchases,
        fate=FATES,
        n=SMALL,
        invoice=st.integers(0, 5),
        right=MOSTLY,
    )
    def invoice(self, fate: Fate, n: int, invoice: int, right: bool) -> None:
        self._invoice(fate, self._some_purchase("accepted", n), f"2434200000001234567{invoice}",
                      right)  # fmt: skip

    def _invoice(self, fate: Fate, id_: str, number: str, right: bool = True) -> None:
        provider = self.purchasing.purchases[id_].provider if right else new_id()
        said = self.redeeming.may_invoice(provider, id_, number)
        asked = {"purchase_id": id_, "invoice_number": number}
        outcome = self.agree(said, fate, "invoice_purchase", provider, provider, **asked)
        if said == DONE:
            self.redeeming.invoiced(outcome["result"]["id"], id_, number)

    @action(
        5,
        fates=st.tuples(*[FATES] * 3),
        fen=st.sampled_from([30_000, 150_000]),
        stages=st.integers(1, 12),
        returned=st.booleans(),
    )
    def buy(self, fates: tuple[Fate, ...], fen: int, stages: int, returned: bool) -> None:
        """A purchase goes as it should for some stages, if there is money for it."""
        provider = pick(self.reference.offers.values(), 0).provider
        id_ = self._propose_purchase(fates[0], provider, fen, CLERK, procedure="inquiry")
        if id_ is None:
            return
        number = f"2434200000009{len(self.purchasing.purchases):07}"
        steps: tuple[Callable[[Fate], None], ...] = (
            lambda fate: self._consent(fate, id_, True, OFFICES[0], ONE),
            lambda fate: self._consent(fate, id_, True, OFFICES[1], TWO),
            lambda fate: self._contract(fate, id_, fen),
            lambda fate: self._deliver(fate, id_, SELLER),
            lambda fate: self._accept_purchase(fate, id_, fen - stages, INSPECTOR),
            lambda fate: self._invoice(fate, id_, number),
        )
        for n, step in enumerate(steps[:stages]):
            step(fates[n % 3])
        self._clear_purchase(fates, id_, stages - len(steps) + 3, returned)

    def _clear_purchase(self, fates: Sequence[Fate], id_: str, stages: int, returned: bool) -> None:
        for key, redemption in list(self.redeeming.redemptions.items()):
            if redemption.order == id_ and stages > 3:
                self._clear(fates, key, stages, [key] if returned else [])

    def _some_purchase(self, state: str, n: int) -> str:
        found = self.purchasing.purchases
        ready = [id_ for id_, each in found.items() if each.state == state]
        return str(pick(ready if ready and n < 8 else found, n))
