"""Commands about redemptions and their payment (兑付、抽查、公示、支付)."""

from collections.abc import Sequence

from hypothesis import strategies as st

from chassis.domain import new_id
from ledger_model.budgets import DONE
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, MOSTLY, SMALL, STAFF, action, pick
from ledger_model.using import Using
from voucher_ledger.clearing import draw_due
from voucher_ledger.domain.payment_file import yuan
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.testing import bank_answer

REVIEWER, FIRST, SECOND, AUDITOR = STAFF


class Settling(Using):
    """Providers are paid."""

    @action(
        6,
        when=lambda it: it.reference.vouchers,
        fates=st.tuples(*[FATES] * 3),
        n=SMALL,
        listing=SMALL,
        stages=st.integers(2, 7),
        returned=st.booleans(),
    )
    def order(
        self, fates: tuple[Fate, ...], n: int, listing: int, stages: int, returned: bool
    ) -> None:
        """An order goes as it should for some stages, if its voucher pays of it."""
        one, two, three = fates
        order = self._reserve(one, n, 6 + listing, 0)
        if order is None:
            return
        self._close_order(two, order, accepted=True)
        if stages > 2:
            self._apply(three, order, f"2434200000001234{len(self.orders):04}")
        for id_, redemption in list(self.redeeming.redemptions.items()):
            if redemption.order == order and stages > 3:
                self._clear(fates, id_, stages, [id_] if returned else [])

    def _clear(self, fates: Sequence[Fate], id_: str, stages: int, returned: list[str]) -> None:
        one, two, three = fates
        self._review(one, id_, approve=True, who=REVIEWER)
        if self.redeeming.redemptions[id_].hold == "held" and stages > 4:
            self._decide_hold(two, id_, release=True, actor=AUDITOR)
        if stages > 4:
            self.cosign()
            self._draw(two)
            if self.redeeming.redemptions[id_].state == "sampled":
                self._audit(three, id_, passed=True, who=AUDITOR)
        if stages > 5:
            order = self._propose(one, [id_], REVIEWER)
            for fate, who in ((two, FIRST), (three, SECOND)):
                if order is not None:
                    self._decide(fate, order, approve=True, who=who)
            if order is not None and stages > 6:
                self._answer(one, order, returned)

    @action(
        3, when=lambda it: it.orders, fate=FATES, n=SMALL, invoice=st.integers(0, 5), right=MOSTLY
    )
    def apply(self, fate: Fate, n: int, invoice: int, right: bool) -> None:
        order = pick(self.orders, n)[0]
        self._apply(fate, order, f"2434200000001234567{invoice}", right)

    def _apply(self, fate: Fate, order: str, number: str, right: bool = True) -> None:
        provider = self.reference.providers[order] if right else new_id()
        said = self.redeeming.may_apply(provider, order, number)
        papers = self.replicas.world.papers(order, number)
        outcome = self.agree(said, fate, "apply_redemption", provider, provider, **papers)
        if said == DONE:
            self.redeeming.applied(outcome["result"]["id"], provider, order, number)

    @action(
        3, when=lambda it: it.redeeming.redemptions, fate=FATES, n=SMALL, approve=MOSTLY, who=SMALL
    )
    def review(self, fate: Fate, n: int, approve: bool, who: int) -> None:
        self._review(fate, pick(self.redeeming.redemptions, n), approve, pick(STAFF, who))

    def _review(self, fate: Fate, id_: str, approve: bool, who: str) -> None:
        said = self.redeeming.review(id_, approve, who)
        asked = {"redemption_id": id_, "approve": approve, "reason": "x"}
        self.agree(said, fate, "review_redemption", who, **asked)

    @action(3, when=lambda it: it.redeeming.redemptions, fate=FATES, cosigned=MOSTLY, by=SMALL)
    def draw(self, fate: Fate, cosigned: bool, by: int) -> None:
        """The sample is drawn: by the ledger itself, or because somebody asked for it."""
        if cosigned:
            self.cosign()
        self._draw(fate, by_hand=by % 3 == 0)

    def _draw(self, fate: Fate, by_hand: bool = False) -> None:
        self.seal()
        due = self.redeeming.due()
        if by_hand:
            outcome = self.agree(DONE, fate, "draw_sample", REVIEWER)
            assert outcome["result"]["considered"] == len(due)
        else:
            self.tick(fate, lambda world: draw_due(world.ledger, world.commands))
        if due:
            rows = self.replicas.world.ledger.database.rows(
                "SELECT id, state FROM redemptions WHERE id = ANY(%s)", (due,)
            )
            self.redeeming.drawn({row["id"]: row["state"] == "sampled" for row in rows})

    @action(
        3, when=lambda it: it.redeeming.redemptions, fate=FATES, n=SMALL, passed=MOSTLY, who=SMALL
    )
    def audit(self, fate: Fate, n: int, passed: bool, who: int) -> None:
        found = self.redeeming.redemptions
        drawn = [id_ for id_, each in found.items() if each.state == "sampled"]
        self._audit(fate, pick(drawn if drawn and n < 8 else found, n), passed, pick(STAFF, who))

    def _audit(self, fate: Fate, id_: str, passed: bool, who: str) -> None:
        said = self.redeeming.audit(id_, passed, who)
        asked = {"redemption_id": id_, "passed": passed, "reason": "x", "report_sha256": "d" * 64}
        self.agree(said, fate, "audit_redemption", who, **asked)

    @action(
        4,
        when=lambda it: any(each.hold for each in it.redeeming.redemptions.values()),
        fate=FATES,
        n=SMALL,
        release=MOSTLY,
        who=SMALL,
    )
    def decide_hold(self, fate: Fate, n: int, release: bool, who: int) -> None:
        found = self.redeeming.redemptions
        held = [id_ for id_, each in found.items() if each.hold == "held"]
        self._decide_hold(
            fate, pick(held if held and n < 8 else found, n), release, pick(STAFF, who)
        )

    def _decide_hold(self, fate: Fate, id_: str, release: bool, actor: str) -> None:
        said = self.redeeming.decide_hold(id_, release, actor)
        asked = {"redemption_id": id_, "release": release, "reason": "x"}
        self.agree(said, fate, "decide_hold", actor, **asked)

    @action(
        4,
        when=lambda it: it.redeeming.redemptions,
        fate=FATES,
        picks=st.lists(SMALL, min_size=1, max_size=3),
        who=SMALL,
    )
    def propose_payment(self, fate: Fate, picks: list[int], who: int) -> None:
        found = self.redeeming.redemptions
        ready = [id_ for id_, each in found.items() if each.state in ("publicised", "returned")]
        some = [pick(ready if ready and n < 8 else found, n) for n in picks]
        once = picks[0] % 3
        self._propose(fate, list(dict.fromkeys(some)) if once else some, pick(STAFF, who))

    def _propose(self, fate: Fate, ids: list[str], who: str) -> str | None:
        said = self.redeeming.may_propose_payment(ids)
        outcome = self.agree(said, fate, "propose_payment", who, redemption_ids=ids)
        if said != DONE:
            return None
        id_ = str(outcome["result"]["id"])
        self.redeeming.proposed(id_, ids, who)
        return id_

    @action(
        5,
        when=lambda it: it.redeeming.payment_orders,
        fate=FATES,
        n=SMALL,
        approve=MOSTLY,
        who=SMALL,
    )
    def decide_payment(self, fate: Fate, n: int, approve: bool, who: int) -> None:
        self._decide(fate, self._some_order("proposed", n), approve, pick(STAFF, who))

    def _decide(self, fate: Fate, id_: str, approve: bool, who: str) -> None:
        said = self.redeeming.decide_payment(id_, approve, who)
        asked = {"payment_order_id": id_, "approve": approve, "reason": "x"}
        self.agree(said, fate, "decide_payment", who, **asked)

    @action(
        4,
        when=lambda it: it.redeeming.payment_orders,
        fate=FATES,
        n=SMALL,
        back=st.integers(0, 7),
        kind=st.sampled_from(["answer", "answer", "late", "again", "spoiled"]),
    )
    def bank_returns(self, fate: Fate, n: int, back: int, kind: str) -> None:
        """The bank answers, sends a payment back later, or sends nonsense."""
        id_ = self._some_order("settled" if kind == "late" else "issued", n)
        order = self.redeeming.payment_orders[id_]
        if kind == "late":
            self._take_back(fate, id_, pick(order.redemptions, back))
        elif kind == "again" and order.files:
            self._import(fate, id_, order.files[0], DONE)
        elif kind == "spoiled":
            content = self._file(id_, ()).rpartition("\nD,")[0]
            self._import(fate, id_, content, "voucher-ledger.bank-return-total-wrong")
        else:
            self._answer(fate, id_, [x for k, x in enumerate(order.redemptions) if back >> k & 1])

    def _answer(self, fate: Fate, id_: str, returned: Sequence[str]) -> None:
        content = self._file(id_, returned)
        said = self.redeeming.answer(id_, content, returned)
        self._import(fate, id_, content, said)

    def _take_back(self, fate: Fate, id_: str, redemption: str) -> None:
        items = self.replicas.world.ledger.load(PaymentOrder, id_).items.values()
        item = next(item for item in items if item.redemption_id == redemption)
        fen = yuan(item.fen)
        content = f"R,{id_},1,{fen}\nD,{item.end_to_end_id},{fen},RETURNED,,AC04\n"
        said = self.redeeming.take_back(id_, content, redemption)
        self._import(fate, id_, content, said)

    def _import(self, fate: Fate, id_: str, content: str, said: str) -> None:
        asked = {"payment_order_id": id_, "content": content}
        self.agree(said, fate, "import_bank_return", "payer", **asked)

    def _file(self, id_: str, returned: Sequence[str]) -> str:
        order = self.replicas.world.ledger.load(PaymentOrder, id_)
        return bank_answer(order, dict.fromkeys(returned, "AC01"))

    def _some_order(self, state: str, n: int) -> str:
        found = self.redeeming.payment_orders
        ready = [id_ for id_, each in found.items() if each.state == state]
        return str(pick(ready if ready and n < 8 else found, n))
