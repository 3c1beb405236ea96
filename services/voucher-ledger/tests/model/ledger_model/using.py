"""Commands about orders (预留、核销)."""

from hypothesis import strategies as st

from chassis.domain import new_id
from ledger_model.budgets import DONE
from ledger_model.granting import Granting
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, SMALL, action, pick
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.testing import evidence_of, signed_proof


class Using(Granting):
    """Vouchers pay for orders."""

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

    @action(6, when=lambda it: it.orders, fate=FATES, n=st.integers(0, 99), accepted=st.booleans())
    def accept_or_cancel(self, fate: Fate, n: int, accepted: bool) -> None:
        self._close_order(fate, pick(self.orders, n)[0], accepted)

    def _close_order(self, fate: Fate, order: str, accepted: bool) -> None:
        id_ = dict(self.orders)[order]
        name = "redeem_voucher" if accepted else "release_voucher"
        change = self.reference.redeem if accepted else self.reference.release
        if accepted:
            world = self.replicas.world
            world.hear("matching.OrderDelivered", order, evidence_sha256=evidence_of(order))
        said = change(id_, order)
        self.agree(said, fate, name, voucher_id=id_, order_id=order)
        if accepted and said == DONE:
            self._pay_own_share(fate, order, id_)

    def _pay_own_share(self, fate: Fate, order: str, id_: str) -> None:
        """The user pays the rest themself, and the payment institution says so."""
        world = self.replicas.world
        price = world.ledger.load(Voucher, id_).prices[order]
        if own := world.owe(order, id_, price):
            late = self.reference.today > self.reference.vouchers[id_].batch.terms["redeem_by"]
            said = "voucher-ledger.own-payment-late" if late else DONE
            proof = signed_proof(order, own)
            self.agree(said, fate, "record_own_payment", proof=proof)
