"""Commands about orders (预留、核销)."""

from hypothesis import strategies as st

from chassis.domain import new_id
from ledger_model.budgets import DONE
from ledger_model.granting import Granting
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, SELDOM, SMALL, action, pick
from voucher_ledger.domain.voucher import Voucher
from voucher_ledger.testing import ACCEPTED_AT, evidence_of, signed_proof, signed_refund

SOON = "2026-01-01T00:00:59.999999Z"
"""Within a minute of the deliveries."""

TEXTS = st.sampled_from([None, None, None, "0" * 16, "0" * 15 + "7", "0" * 15 + "f"])
"""SimHashes of what is delivered: most deliveries are no text; two are alike, the third is not."""


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

    @action(
        6,
        when=lambda it: it.orders,
        fate=FATES,
        n=st.integers(0, 99),
        accepted=st.booleans(),
        hasty=SELDOM,
        text=TEXTS,
    )
    def accept_or_cancel(
        self, fate: Fate, n: int, accepted: bool, hasty: bool, text: str | None
    ) -> None:
        self._close_order(fate, pick(self.orders, n)[0], accepted, hasty, text)

    def _close_order(
        self,
        fate: Fate,
        order: str,
        accepted: bool,
        hasty: bool = False,
        text: str | None = None,
    ) -> None:
        id_ = dict(self.orders)[order]
        name = "redeem_voucher" if accepted else "release_voucher"
        change = self.reference.redeem if accepted else self.reference.release
        if accepted:
            world = self.replicas.world
            delivered = {"evidence_sha256": evidence_of(order), "simhash": text}
            world.hear("matching.OrderDelivered", order, **delivered)
            self.redeeming.delivered(order, text)
        said = change(id_, order)
        self.agree(said, fate, name, voucher_id=id_, order_id=order)
        if accepted and said == DONE:
            if hasty:
                self.redeeming.hasty.add(order)
            self._pay_own_share(fate, order, id_, SOON if hasty else ACCEPTED_AT)

    def _pay_own_share(self, fate: Fate, order: str, id_: str, accepted_at: str) -> None:
        """The user pays the rest themself, and the payment institution says so."""
        world = self.replicas.world
        price = world.ledger.load(Voucher, id_).prices[order]
        own = world.owe(order, id_, price, accepted_at)
        self.judge.heard.append((world.heard, order))
        if own:
            late = self.reference.today > self.reference.vouchers[id_].batch.terms["redeem_by"]
            said = "voucher-ledger.own-payment-late" if late else DONE
            proof = signed_proof(order, own)
            self.agree(said, fate, "record_own_payment", proof=proof)
            if said == DONE:
                self.redeeming.own_paid[order] = own

    @action(
        5,
        when=lambda it: it.redeeming.own_paid,
        fate=FATES,
        n=SMALL,
        part=st.sampled_from([1, 1, 2, 3]),
        number=st.integers(0, 2),
    )
    def refund(self, fate: Fate, n: int, part: int, number: int) -> None:
        """A user gets some, most or more of their own share back: the institution says so."""
        paid = self.redeeming.own_paid
        order = pick(paid, n) if n < 9 else pick(self.orders, n)[0]
        fen, reference = paid.get(order, 1) * part // 2 + 1, f"R-{order}-{number}"
        said = self.redeeming.refund(order, fen, reference)
        proof = signed_refund(order, fen, reference=reference)
        self.agree(said, fate, "record_refund", proof=proof)
