"""The reference ledger: batches, grants, and what vouchers pay; see `ledger_model.budgets`."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from ledger_model.budgets import DONE, GONE, TOO_MUCH, Batch, Budgets, Offer, Voucher, Year


class Reference(Budgets):
    """Vouchers, from their batch to the provider."""

    def may_open(self, of: Year, terms: dict[str, Any]) -> str:
        """What opening a batch would say."""
        if of not in self.budgets:
            return TOO_MUCH
        if not self.today <= terms["use_by"] <= terms["redeem_by"]:
            return "voucher-ledger.dates-out-of-order"
        if terms["face_fen"] > terms["amount_fen"]:
            return "voucher-ledger.face-exceeds-batch"
        if set(terms["category_caps"]) - set(terms["categories"]):
            return "voucher-ledger.category-cap-unknown"
        budget = self.budgets[of]
        if budget.state != "open":
            return GONE
        return TOO_MUCH if terms["amount_fen"] > budget.free else DONE

    def opened(self, id_: str, of: Year, terms: dict[str, Any]) -> None:
        """A batch was opened."""
        self.budgets[of].committed += terms["amount_fen"]
        self.batches[id_] = Batch(of, terms, terms["amount_fen"])

    def close_batch(self, id_: str) -> str:
        """Grant no more of it."""
        batch = self.batches[id_]
        if batch.state != "open":
            return "voucher-ledger.batch-closed"
        self._close(batch)
        return DONE

    def standing(self, id_: str, holder: str) -> str:
        """Why somebody gets no voucher of a batch, or `done`."""
        batch, user = self.batches[id_], self.users.get(holder)
        if user is None:
            return "not-admitted"
        if not user.verified:
            return "not-verified"
        region = batch.terms["target_region"]
        digits = region[:2] if region.endswith("0000") else region[:4]
        if not user.region.startswith(digits):
            return "outside-region"
        if user.kind not in batch.terms["target_kinds"]:
            return "other-kind"
        has = any(v.holder == holder and v.batch_id == id_ for v in self.vouchers.values())
        return "granted-before" if has else DONE

    def may_grant(self, id_: str, holders: set[str]) -> str:
        """What granting to these would say."""
        batch = self.batches[id_]
        if batch.state != "open":
            return "voucher-ledger.batch-closed"
        found = {self.standing(id_, holder) for holder in holders} - {DONE}
        for code, refusal in (
            ("not-admitted", "voucher-ledger.holder-not-admitted"),
            ("granted-before", "voucher-ledger.already-granted"),
        ):
            if code in found:
                return refusal
        if found:
            return "voucher-ledger.holder-not-eligible"
        if len(holders) * batch.terms["face_fen"] > batch.left:
            return "voucher-ledger.batch-exhausted"
        frozen = self.budgets[batch.of].state == "frozen"
        return "voucher-ledger.allotment-stands-still" if frozen else DONE

    def grant(self, voucher_id: str, id_: str, holder: str) -> None:
        """A voucher of a batch is somebody's."""
        batch = self.batches[id_]
        face = batch.terms["face_fen"]
        batch.left -= face
        self.vouchers[voucher_id] = Voucher(batch, id_, holder, face)
        self.move(batch.of, "unissued", "issued", face)

    def drawn_of(self) -> dict[tuple[str, str | None, int | None], int]:
        """What was drawn of every amount that many draw from: batches' money, and their caps."""
        granted: Counter[tuple[str, str | None, int | None]] = Counter()
        for voucher in self.vouchers.values():
            granted[voucher.batch_id, None, None] += voucher.batch.terms["face_fen"]
        return dict(granted) | {key: fen for key, fen in self.drawn.items() if fen}

    def claim(self, voucher_id: str, who: str) -> str:
        """The holder claims."""
        voucher = self.vouchers[voucher_id]
        if who in self.frozen:
            return "voucher-ledger.subject-frozen"
        if who != voucher.holder:
            return "voucher-ledger.not-holder"
        if voucher.state != "granted":
            return "voucher-ledger.not-claimable"
        voucher.state = "claimed"
        return DONE

    def share(self, voucher_id: str, order: str, listing: str, user: str, price: int) -> int | str:
        """What a voucher pays of an order now: an amount, or why nothing."""
        voucher, offer = self.vouchers[voucher_id], self.offers.get(listing)
        if offer is None:
            return "voucher-ledger.not-whitelisted"
        if (refused := self._refusal(voucher, order, offer, user, price)) != DONE:
            return refused
        terms, year = voucher.batch.terms, int(self.today[:4])
        bounds: list[int] = [
            price * terms["rate_bp"] // 10_000,
            terms["item_cap_fen"],
            price * offer.rate_bp // 10_000,
            offer.cap,
            voucher.available,
        ]
        if cap := terms["user_cap_fen"]:
            left = cap - self.used[user, year]
            if left <= 0:
                return "voucher-ledger.yearly-cap-reached"
            bounds.append(left)
        if min(bounds) <= 0:
            return "voucher-ledger.balance-exhausted"
        if (most := terms["category_caps"].get(offer.category)) is not None:
            left = most - self.drawn[voucher.batch_id, offer.category, year]
            if left <= 0:
                return "voucher-ledger.category-cap-reached"
            bounds.append(left)
        return min(bounds)

    def _refusal(self, voucher: Voucher, order: str, offer: Offer, user: str, price: int) -> str:
        whitelisted = (offer.valid_from or "9") <= self.today <= (offer.valid_until or "")
        usable = voucher.state == "claimed" and self.today <= voucher.batch.terms["use_by"]
        for refused, code in (
            (user in self.frozen, "subject-frozen"),
            (user != voucher.holder, "not-holder"),
            (offer.provider == user, "same-subject"),
            (offer.provider_kind is None, "payee-unknown"),
            (offer.provider_kind == "public-agency", "government-payee"),
            (order in voucher.orders, "already-reserved"),
            (not usable, "not-usable"),
            (not whitelisted, "not-whitelisted"),
            (offer.category not in voucher.batch.terms["categories"], "category-not-covered"),
            (price != offer.price, "price-changed"),
        ):
            if refused:
                return f"voucher-ledger.{code}"
        return DONE

    def reserve(self, voucher_id: str, order: str, listing: str, fen: int) -> None:
        """An order's share is set aside, and counts towards the caps of this year."""
        voucher, year = self.vouchers[voucher_id], int(self.today[:4])
        terms, category = voucher.batch.terms, self.offers[listing].category
        voucher.available -= fen
        voucher.reserved[order] = fen
        voucher.orders.add(order)
        self.providers[order] = self.offers[listing].provider
        self.move(voucher.batch.of, "issued", "reserved", fen)
        user_year = (voucher.holder, year) if terms["user_cap_fen"] else None
        capped = category in terms["category_caps"]
        quota = (voucher.batch_id, category, year) if capped else None
        self.counted[order] = user_year, quota
        self._count(order, fen)

    def _count(self, order: str, fen: int) -> None:
        user_year, quota = self.counted[order]
        if user_year is not None:
            self.used[user_year] += fen
        if quota is not None:
            self.drawn[quota] += fen

    def release(self, voucher_id: str, order: str) -> str:
        """The order was cancelled: its share goes back to its voucher and its caps."""
        voucher = self.vouchers[voucher_id]
        fen = voucher.reserved.pop(order, 0)
        if fen:
            voucher.available += fen
            self.move(voucher.batch.of, "reserved", "issued", fen)
            self._count(order, -fen)
            if voucher.state == "voided":
                self._to_its_year(voucher, fen)
        return DONE

    def void(self, voucher_id: str) -> str:
        """Who issued it makes it worthless."""
        voucher = self.vouchers[voucher_id]
        if voucher.state not in ("granted", "claimed"):
            return "voucher-ledger.not-voidable"
        voucher.state = "voided"
        self._to_its_year(voucher, voucher.available)
        return DONE

    def _to_its_year(self, voucher: Voucher, fen: int) -> None:
        voucher.available -= fen
        voucher.expired += fen
        self.move(voucher.batch.of, "issued", "expired-returned", fen)

    def owed_no_more(self, voucher: Voucher, order: str) -> None:
        """An owed share goes back to its year."""
        fen = voucher.redeemed.pop(order)
        voucher.expired += fen
        self.move(voucher.batch.of, "redeemed", "expired-returned", fen)

    def lapse(self) -> None:
        """Nobody asked for it by its redeem-by date, nor on the day after."""
        yesterday = (date.fromisoformat(self.today) - timedelta(days=1)).isoformat()
        for voucher in self.vouchers.values():
            if voucher.batch.terms["redeem_by"] < yesterday:
                for order in voucher.redeemed.keys() - voucher.asked:
                    self.owed_no_more(voucher, order)

    def redeem(self, voucher_id: str, order: str) -> str:
        """The order was accepted: its share is owed."""
        voucher = self.vouchers[voucher_id]
        if order not in voucher.reserved:
            return "voucher-ledger.not-reserved"
        fen = voucher.redeemed[order] = voucher.reserved.pop(order)
        if voucher.state == "claimed" and not voucher.reserved and not voucher.available:
            voucher.state = "used"
        self.move(voucher.batch.of, "reserved", "redeemed", fen)
        return DONE

    def expire(self) -> None:
        """What is left of every voucher after its use-by date goes back to its year."""
        for voucher in self.vouchers.values():
            if voucher.available and self.today > voucher.batch.terms["use_by"]:
                fen, voucher.available, voucher.state = voucher.available, 0, "expired"
                voucher.expired += fen
                self.move(voucher.batch.of, "issued", "expired-returned", fen)
