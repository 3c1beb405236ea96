"""A voucher (电子创业券): granted, claimed, reserved for orders, redeemed by acceptance.

There is no command that transfers one (invariant 4). A reservation that is released goes back to
the same voucher, hence to its own batch and its own expiry (invariant 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.domain import event, stream_id, stream_ids
from voucher_ledger.domain import book, eligibility
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import Bucket, Postings, Purse
from voucher_ledger.domain.eligibility import Standing
from voucher_ledger.domain.expiry import EXPIRED, is_due
from voucher_ledger.domain.refusals.vouchers import (
    AlreadyReserved,
    BalanceExhausted,
    CategoryNotCovered,
    GovernmentPayee,
    NotClaimable,
    NotHolder,
    NotReserved,
    NotUsable,
    NotVoidable,
    NotWhitelisted,
    PayeeUnknown,
    PriceChanged,
    SameSubject,
)
from voucher_ledger.domain.share import Terms

VOIDED = "voided"
REJECTED, NOT_APPLIED = "rejected", "not-applied"
"""Why a share is owed no more."""

PUBLIC_AGENCY = "public-agency"
"""A provider that is of the government (art. 23): it is never paid (art. 6)."""


def voucher_id(batch_id: str, holder: str) -> str:
    """The stream of a holder's voucher of a batch: there is one."""
    return stream_id("voucher", batch_id, holder)


def voucher_ids(batch_id: str, holders: Iterable[str]) -> list[str]:
    """The same for many holders."""
    return stream_ids(holders, "voucher", batch_id)


def carried(batch: Batch) -> dict[str, Any]:
    """What every voucher of a batch carries over from it."""
    return {
        "batch_id": batch.key,
        "fund": batch.purse.fund,
        "year": batch.purse.year,
        "region": batch.purse.region,
        "face_fen": batch.face_fen,
        "rate_bp": batch.rate_bp,
        "item_cap_fen": batch.item_cap_fen,
        "categories": sorted(batch.categories),
        "use_by": batch.use_by,
        "redeem_by": batch.redeem_by,
    }


def decided(standing: Standing) -> dict[str, Any]:
    """The decision that somebody is eligible, as a voucher's first event keeps it."""
    return {"rule": eligibility.RULE_VERSION, "inputs": standing.as_inputs()}


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing as the ledger has learnt it: what it costs, and on which terms vouchers pay."""

    provider: str
    category: str
    price_fen: int
    valid_from: str | None
    valid_until: str | None
    rate_bp: int
    cap_fen: int
    provider_kind: str | None
    """One of the four of art. 23; none while its admission has not been heard of."""

    may_charge: bool | None
    """Whether it may ask a price: no body of the government may, whatever its kind (art. 6, 14)."""

    def whitelisted_on(self, day: date) -> bool:
        """True when vouchers may pay for it on that day (art. 17)."""
        if self.valid_from is None or self.valid_until is None:
            return False
        return self.valid_from <= day.isoformat() <= self.valid_until


@dataclass(frozen=True, slots=True)
class Order:
    """An order that a voucher is to pay a share of; its price in fen."""

    id: str
    user: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Towards which caps an order's share counts: the quota's share and the allowance, by id."""

    quota_share: str | None
    allowance: str | None


class Voucher(LedgerAggregate):
    """One holder's voucher of one batch. Amounts in fen, dates in Asia/Shanghai."""

    @event("Granted")
    def __init__(  # noqa: PLR0913 - an event says all its facts
        self,
        batch_id: str,
        holder: str,
        fund: str,
        year: int,
        region: str,
        face_fen: int,
        rate_bp: int,
        item_cap_fen: int,
        categories: list[str],
        use_by: str,
        redeem_by: str,
        eligibility: dict[str, Any],
        run_id: str | None,
    ) -> None:
        self.batch_id = batch_id
        self.holder = holder
        self.purse = Purse(fund, region, year)
        self.face_fen = face_fen
        self.rate_bp = rate_bp
        self.item_cap_fen = item_cap_fen
        self.categories = frozenset(categories)
        self.use_by = use_by
        self.redeem_by = redeem_by
        self.state = "granted"
        self.available_fen = face_fen
        self.reserved: dict[str, int] = {}
        self.providers: dict[str, str] = {}
        self.prices: dict[str, int] = {}
        self.redeemed: dict[str, int] = {}
        self.caps: dict[str, Counted] = {}

    if TYPE_CHECKING:
        Granted: type[Any]
        """The event class that `@event` makes of `__init__`: for grants in bulk."""

    @staticmethod
    def create_id(batch_id: str, holder: str) -> UUID:
        """One stream per batch and holder."""
        return UUID(voucher_id(batch_id, holder))

    @classmethod
    def grant(cls, batch: Batch, holder: str, standing: Standing) -> "Voucher":
        """Grant a voucher of a batch (发放); the inputs of the decision are kept."""
        return cls(holder=holder, eligibility=decided(standing), run_id=None, **carried(batch))

    def claim(self, subject: str | None) -> None:
        """Claim it (领取). Raises `NotHolder` and `NotClaimable`."""
        if subject != self.holder:
            raise NotHolder
        if self.state != "granted":
            raise NotClaimable(state=self.state)
        self._claimed()

    def require_payable(self, order: Order, offer: Offer, today: date) -> None:
        """Refuse an order that the voucher cannot pay a share of.

        Raises `NotHolder`, `SameSubject`, `PayeeUnknown`, `GovernmentPayee`, `AlreadyReserved`,
        `NotUsable`, `NotWhitelisted`, `CategoryNotCovered`, `PriceChanged`.
        """
        self._require_parties(order.user, offer)
        self._require_covered(order, offer, today)

    def terms(self, order: Order, offer: Offer, yearly_left: int | None) -> Terms:
        """What bounds the share of an order's price, but for the cap on its category.

        Raises `BalanceExhausted`.
        """
        terms = Terms(
            price_fen=order.price_fen,
            batch_rate_bp=self.rate_bp,
            batch_cap_fen=self.item_cap_fen,
            item_rate_bp=offer.rate_bp,
            item_cap_fen=offer.cap_fen,
            balance_fen=self.available_fen,
            yearly_left_fen=yearly_left,
        )
        if terms.share() <= 0:
            raise BalanceExhausted
        return terms

    def reserve(
        self,
        order: Order,
        provider: str,
        terms: Terms,
        quota_share: str | None = None,
        allowance: str | None = None,
    ) -> None:
        """Set the share of an order's price aside (预留); the caps it counts towards are named."""
        share = terms.share()
        postings = book.move(self.purse, Bucket.ISSUED, Bucket.RESERVED, share)
        self._reserved(
            order.id, provider, share, terms.calculation(), quota_share, allowance, postings
        )

    def release(self, order_id: str) -> int:
        """Give a reservation back (释放): to this voucher, with its own expiry (invariant 6).

        A voided voucher keeps nothing: what comes back goes on to its year (invariant 8).
        Returns how much it was, in fen. Raises `NotReserved`.
        """
        fen = self._share_of(order_id)
        postings = book.move(self.purse, Bucket.RESERVED, Bucket.ISSUED, fen)
        self._released(order_id, fen, postings)
        if self.state == VOIDED:
            onwards = book.move(self.purse, Bucket.ISSUED, Bucket.EXPIRED_RETURNED, fen)
            self._returned(order_id, fen, onwards)
        return fen

    def redeem(self, order_id: str, accepted_fen: int | None = None) -> int:
        """The user accepted so many fen of the price, or all of it (核销).

        The same part of the share is owed to the provider, rounded down to whole fen; the rest is
        released: to this voucher, with its own expiry. Returns that rest, in fen. Raises
        `NotReserved`.
        """
        fen, due = self._share_of(order_id), self._due(order_id, accepted_fen)
        postings = book.move(self.purse, Bucket.RESERVED, Bucket.REDEEMED, due)
        self._redeemed(order_id, self.providers[order_id], due, postings)
        return self.release(order_id) if due < fen else 0

    def expire(self, today: date) -> bool:
        """Give back what is left after the use-by date (过期); False when nothing is due."""
        if not is_due(self.use_by, self.available_fen, today):
            return False
        fen = self.available_fen
        postings = book.move(self.purse, Bucket.ISSUED, Bucket.EXPIRED_RETURNED, fen)
        self._expired(fen, self.use_by, postings)
        return True

    def void(self, reason: str, document_number: str) -> None:
        """Make it worthless, by decision of who issued it (作废). Raises `NotVoidable`.

        What is available goes back to its year (invariant 8). What is reserved stays reserved: its
        order was placed in time, and its provider may have delivered.
        """
        if self.state not in ("granted", "claimed"):
            raise NotVoidable(state=self.state)
        fen = self.available_fen
        postings = book.move(self.purse, Bucket.ISSUED, Bucket.EXPIRED_RETURNED, fen) if fen else []
        self._voided(fen, reason, document_number, postings)

    def lapse(self, order_id: str, why: str) -> bool:
        """An order's share is owed no more (应付失效): it goes back to its year (invariant 8).

        False when nothing is owed for it any more.
        """
        fen = self.redeemed.get(order_id)
        if fen is None:
            return False
        postings = book.move(self.purse, Bucket.REDEEMED, Bucket.EXPIRED_RETURNED, fen)
        self._share_lapsed(order_id, self.providers[order_id], fen, why, postings)
        return True

    def _require_parties(self, user: str, offer: Offer) -> None:
        if user != self.holder:
            raise NotHolder
        if offer.provider == user:
            raise SameSubject
        if offer.provider_kind is None:
            raise PayeeUnknown(provider=offer.provider)
        if offer.provider_kind == PUBLIC_AGENCY or not offer.may_charge:
            raise GovernmentPayee(provider=offer.provider)

    def _require_covered(self, order: Order, offer: Offer, today: date) -> None:
        if order.id in self.providers:
            raise AlreadyReserved
        if self.state != "claimed" or today.isoformat() > self.use_by:
            raise NotUsable(state=self.state, use_by=self.use_by)
        if not offer.whitelisted_on(today):
            raise NotWhitelisted(date=today.isoformat())
        if offer.category not in self.categories:
            raise CategoryNotCovered(category=offer.category)
        if order.price_fen != offer.price_fen:
            raise PriceChanged(asked_fen=order.price_fen, listed_fen=offer.price_fen)

    def _due(self, order_id: str, accepted_fen: int | None) -> int:
        fen, price = self._share_of(order_id), self.prices[order_id]
        accepted = price if accepted_fen is None else accepted_fen
        assert 0 < accepted <= price, "matching accepts a part of the price"
        return fen * accepted // price

    def _share_of(self, order_id: str) -> int:
        if order_id not in self.reserved:
            raise NotReserved
        return self.reserved[order_id]

    @event("Claimed")
    def _claimed(self) -> None:
        self.state = "claimed"

    @event("Reserved")
    def _reserved(
        self,
        order_id: str,
        provider: str,
        fen: int,
        calculation: dict[str, Any],
        quota_share: str | None,
        allowance: str | None,
        postings: Postings,
    ) -> None:
        self.available_fen -= fen
        self.reserved[order_id] = fen
        self.providers[order_id] = provider
        self.prices[order_id] = calculation["price_fen"]
        self.caps[order_id] = Counted(quota_share, allowance)

    @event("Released")
    def _released(self, order_id: str, fen: int, postings: Postings) -> None:
        self.available_fen += fen
        del self.reserved[order_id]

    @event("Redeemed")
    def _redeemed(self, order_id: str, provider: str, fen: int, postings: Postings) -> None:
        self.reserved[order_id] -= fen
        if not self.reserved[order_id]:
            del self.reserved[order_id]
        self.redeemed[order_id] = fen
        if self.state == "claimed" and not self.reserved and not self.available_fen:
            self.state = "used"

    @event("Expired")
    def _expired(self, fen: int, use_by: str, postings: Postings) -> None:
        self.available_fen = 0
        self.state = EXPIRED

    @event("Voided")
    def _voided(self, fen: int, reason: str, document_number: str, postings: Postings) -> None:
        self.available_fen -= fen
        self.state = VOIDED

    @event("Returned")
    def _returned(self, order_id: str, fen: int, postings: Postings) -> None:
        self.available_fen -= fen

    @event("ShareLapsed")
    def _share_lapsed(
        self, order_id: str, provider: str, fen: int, why: str, postings: Postings
    ) -> None:
        del self.redeemed[order_id]
