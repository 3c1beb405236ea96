"""Commands about orders and redemptions (预留、核销、兑付)."""

from hypothesis import strategies as st

from chassis.domain import new_id
from ledger_model.budgets import DONE
from ledger_model.granting import Granting
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, MOSTLY, SMALL, action, pick


class Using(Granting):
    """Vouchers pay for orders, and providers are paid."""

    @action(
        8,
        when=lambda it: it.reference.vouchers,
        fate=FATES,
        n=SMALL,
        listing=st.integers(0, 20),
        odd=st.integers(0, 15),
    )
    def reserve(self, fate: Fate, n: int, listing: int, odd: int) -> None:
        self._reserve(fate, n, listing, odd)

    def _reserve(self, fate: Fate, n: int, listing: int, odd: int) -> str | None:
        reference = self.reference
        offered = pick(reference.offers, listing if listing < 6 else listing % 2)
        order, id_ = new_id(), pick(reference.vouchers, n)
        if odd == 1 and self.orders:
            order, id_ = pick(self.orders, n)
        user = pick(reference.users, n) if odd == 2 else reference.vouchers[id_].holder
        price = reference.offers[offered].price + (odd == 3)
        said = reference.share(id_, order, offered, user, price)
        asked = {"voucher_id": id_, "order_id": order, "listing_id": offered, "user": user}
        code = said if isinstance(said, str) else DONE
        outcome = self.agree(code, fate, "reserve_voucher", **asked, price_fen=price)
        if isinstance(said, str):
            return None
        left = reference.vouchers[id_].available - said
        assert outcome["result"]["available_fen"] == left, "the share is the smallest bound"
        reference.reserve(id_, order, offered, said)
        self.orders.append((order, id_))
        return order

    @action(
        5,
        when=lambda it: it.reference.vouchers,
        fates=st.tuples(*[FATES] * 5),
        n=SMALL,
        listing=SMALL,
        stages=st.integers(2, 5),
    )
    def order(self, fates: tuple[Fate, ...], n: int, listing: int, stages: int) -> None:
        """An order goes as it should for some stages, if its voucher pays of it."""
        order = self._reserve(fates[0], n, 6 + listing, 0)
        if order is None:
            return
        self._close_order(fates[1], order, accepted=True)
        if stages > 2:
            self._apply(fates[2], order, f"2434200000001234{len(self.orders):04}")
        for id_, redemption in list(self.redeeming.redemptions.items()):
            if redemption.order == order:
                self._review(fates[3], id_, approve=stages > 3)
                if stages == 5:
                    self._pay(fates[4], id_, cosigned=True)

    @action(6, when=lambda it: it.orders, fate=FATES, n=st.integers(0, 99), accepted=st.booleans())
    def accept_or_cancel(self, fate: Fate, n: int, accepted: bool) -> None:
        self._close_order(fate, pick(self.orders, n)[0], accepted)

    def _close_order(self, fate: Fate, order: str, accepted: bool) -> None:
        id_ = dict(self.orders)[order]
        name = "redeem_voucher" if accepted else "release_voucher"
        change = self.reference.redeem if accepted else self.reference.release
        self.agree(change(id_, order), fate, name, voucher_id=id_, order_id=order)

    @action(
        3, when=lambda it: it.orders, fate=FATES, n=SMALL, invoice=st.integers(0, 5), right=MOSTLY
    )
    def apply(self, fate: Fate, n: int, invoice: int, right: bool) -> None:
        order = pick(self.orders, n)[0]
        self._apply(fate, order, f"2434200000001234567{invoice}", right)

    def _apply(self, fate: Fate, order: str, number: str, right: bool = True) -> None:
        provider = self.reference.providers[order] if right else new_id()
        said = self.redeeming.may_apply(provider, order, number)
        papers = {"contract_sha256": "a" * 64, "evidence_sha256": "b" * 64}
        asked = {"order_id": order, "invoice_number": number, **papers}
        outcome = self.agree(said, fate, "apply_redemption", provider, provider, **asked)
        if said == DONE:
            self.redeeming.applied(outcome["result"]["id"], provider, order, number)

    @action(3, when=lambda it: it.redeeming.redemptions, fate=FATES, n=SMALL, approve=MOSTLY)
    def review(self, fate: Fate, n: int, approve: bool) -> None:
        self._review(fate, pick(self.redeeming.redemptions, n), approve)

    def _review(self, fate: Fate, id_: str, approve: bool) -> None:
        said = self.redeeming.review(id_, approve)
        asked = {"redemption_id": id_, "approve": approve, "reason": "x"}
        self.agree(said, fate, "review_redemption", "reviewer", **asked)

    @action(
        3, when=lambda it: it.redeeming.redemptions, fate=FATES, n=SMALL, cosigned=st.booleans()
    )
    def pay(self, fate: Fate, n: int, cosigned: bool) -> None:
        self._pay(fate, pick(self.redeeming.redemptions, n), cosigned)

    def _pay(self, fate: Fate, id_: str, cosigned: bool) -> None:
        if cosigned:
            self.cosign()
        said = self.redeeming.pay(id_)
        asked = {"redemption_id": id_, "bank_reference": "B1"}
        self.agree(said, fate, "pay_redemption", "payer", **asked)
