"""Reconciliation (对账): everything agrees, unless somebody changes a table behind the ledger."""

from hypothesis import strategies as st

from ledger_model.budgets import DONE
from ledger_model.ending import Ending
from ledger_model.redeeming import UNPAID
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, SMALL, STAFF, action, pick

Said = frozenset[tuple[str, str, int]]
"""Differences: order, kind, and by how much."""

_TAMPER = "UPDATE redemptions SET fen = fen + %s WHERE id = %s"


class Comparing(Ending):
    """What moved is compared; what differs is settled by somebody."""

    @action(6, fate=FATES, n=SMALL, off=st.sampled_from([0, 1, 1, 2]))
    def reconcile(self, fate: Fate, n: int, off: int) -> None:
        """Somebody asks for it; a table may say something else than the log just then."""
        self.hear_all()
        moved = [id_ for id_, r in self.redeeming.redemptions.items() if self.judge.moved(r.order)]
        if not off or not moved:
            self._compare(fate)
            return
        unpaid = [id_ for id_ in moved if self.redeeming.redemptions[id_].state in UNPAID]
        id_ = pick(unpaid if unpaid and n < 8 else moved, n)
        database = self.replicas.world.ledger.database
        database.execute([(_TAMPER, (off, id_))])
        self._compare(fate, self.redeeming.differing(id_, off))
        database.execute([(_TAMPER, (-off, id_))])

    def _compare(
        self, fate: Fate, differing: frozenset[tuple[str, str, int]] = frozenset()
    ) -> None:
        new = differing - self.redeeming.known
        outcome = self.agree(DONE, fate, "reconcile", STAFF[0])
        assert outcome["result"]["found"] == len(new), "all that differs is said, and nothing else"
        self.redeeming.known |= new
        rows = self.replicas.world.ledger.database.rows(
            "SELECT id, order_id, kind FROM differences WHERE NOT id = ANY(%s)",
            (list(self.redeeming.differences),),
        )
        assert {(row["order_id"], row["kind"]) for row in rows} == {each[:2] for each in new}
        for row in rows:
            self.redeeming.found(row["id"], row["order_id"])

    @action(6, when=lambda it: it.redeeming.differences, fate=FATES, n=SMALL, who=SMALL)
    def settle(self, fate: Fate, n: int, who: int) -> None:
        found, person = self.redeeming.differences, pick(STAFF, who)
        still = [id_ for id_, each in found.items() if each.is_open]
        id_ = pick(still if still and n < 8 else found, n)
        said = self.redeeming.settle(id_, person)
        self.agree(said, fate, "settle_difference", person, difference_id=id_, reason="x")
