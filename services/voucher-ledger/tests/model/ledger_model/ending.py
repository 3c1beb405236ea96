"""Commands about ends: vouchers are voided, paid money is clawed back (作废、追缴)."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from chassis import clock
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, SMALL, STAFF, action, pick
from ledger_model.settling import Settling

PAPER = {"reason": "x", "document_number": "皖人社〔2026〕12号"}


def _some(*states: str) -> Callable[[Any], bool]:
    """Whether any redemption is in one of these states."""
    return lambda it: any(each.state in states for each in it.redeeming.redemptions.values())


class Ending(Settling):
    """What went wrong goes back."""

    @action(1, when=lambda it: it.reference.vouchers, fate=FATES, n=SMALL)
    def void(self, fate: Fate, n: int) -> None:
        id_ = pick(self.reference.vouchers, n)
        said = self.reference.void(id_)
        self.agree(said, fate, "void_voucher", voucher_id=id_, **PAPER)

    @action(
        6,
        when=_some("paid", "repaid"),
        fate=FATES,
        n=SMALL,
        fen=st.sampled_from([None, None, 1, 10**6]),
    )
    def demand(self, fate: Fate, n: int, fen: int | None) -> None:
        id_ = self._in_state("paid", n)
        asked = fen or self.redeeming.redemptions[id_].fen
        said = self.redeeming.demand(id_, asked, STAFF[0])
        given = {"redemption_id": id_, "amount_fen": asked, **PAPER}
        due_by = clock.legal_date().isoformat()
        self.agree(said, fate, "demand_repayment", STAFF[0], **given, due_by=due_by)

    @action(
        8,
        when=_some("demanded"),
        fate=FATES,
        n=SMALL,
        whole=st.booleans(),
        reference=st.integers(0, 3),
    )
    def repay(self, fate: Fate, n: int, whole: bool, reference: int) -> None:
        id_ = self._in_state("demanded", n)
        redemption = self.redeeming.redemptions[id_]
        missing = redemption.demanded - redemption.repaid
        fen = max(missing, 1) if whole else missing // 3 + 1
        said = self.redeeming.repay(id_, fen, f"C-{reference}")
        given = {"redemption_id": id_, "amount_fen": fen, "bank_reference": f"C-{reference}"}
        self.agree(said, fate, "record_repayment", STAFF[1], **given)

    @action(2, when=_some("demanded", "repaid"), fate=FATES, n=SMALL, who=SMALL)
    def write_off(self, fate: Fate, n: int, who: int) -> None:
        id_, actor = self._in_state("demanded", n), pick(STAFF, who)
        said = self.redeeming.write_off(id_, actor)
        self.agree(said, fate, "write_off_repayment", actor, redemption_id=id_, **PAPER)

    def _in_state(self, state: str, n: int) -> str:
        found = self.redeeming.redemptions
        ready = [id_ for id_, each in found.items() if each.state == state]
        return str(pick(ready if ready and n < 8 else found, n))
