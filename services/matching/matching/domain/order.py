"""An order (订单): placed, funded by the ledger, delivered, accepted: online throughout (art. 19).

    placed ─▶ funded ─▶ delivered ─▶ accepted
       ├────▶ refused    (by the ledger)
       ├──┬─▶ cancelled  (by the user, before delivery)
          └──┴─▶ lapsed   (by the clock: not delivered, or not accepted, in time)

The user accepts the whole or a part of the price. The voucher then pays the same part of the share
that was reserved, rounded down to whole fen; the ledger gives the rest back to the voucher.

No step takes a date: it happens when it is recorded, so nothing can be back-dated.
"""

from datetime import date
from typing import Any

from chassis.domain import event
from matching.domain.base import MatchingAggregate
from matching.domain.listing import Listing
from matching.domain.refusals import (
    AcceptedTooMuch,
    DeadlinePassed,
    ListingNotAvailable,
    NotForVouchers,
    NotParty,
    PriceChanged,
    SameSubject,
    TooLittleAccepted,
    WrongOrderState,
)

RULE_VERSION = "order/3"
WAITED_FOR = {"funded": "delivery", "delivered": "acceptance"}
"""By state: the step of a party that an order waits for, until a day."""


class Order(MatchingAggregate):
    """A user's order of a listed service, with what was frozen when it was placed."""

    @event("Placed")
    def __init__(
        self,
        listing_id: str,
        listing_revision: int,
        category: str,
        region: str,
        user: str,
        provider: str,
        voucher_id: str,
        price_fen: int,
        fee: dict[str, Any] | None = None,
    ) -> None:
        self.listing_id = listing_id
        self.listing_revision = listing_revision
        self.category = category
        self.region = region
        self.user = user
        self.provider = provider
        self.voucher_id = voucher_id
        self.price_fen = price_fen
        self.fee = fee
        self.voucher_fen: int | None = None
        self.own_fen: int | None = None
        self.accepted_fen: int | None = None
        self.voucher_due_fen: int | None = None
        self.own_due_fen: int | None = None
        self.due_by: str | None = None
        self.state = "placed"
        self.refusal: dict[str, Any] | None = None

    @classmethod
    def place(
        cls,
        user: str,
        listing_id: str,
        listing: Listing | None,
        voucher_id: str,
        price_fen: int,
        today: date,
    ) -> "Order":
        """Order a listing with a voucher (下单).

        Raises `ListingNotAvailable`, `SameSubject`, `NotForVouchers`, `PriceChanged`.
        """
        if listing is None or listing.withdrawn:
            raise ListingNotAvailable(listing_id=listing_id)
        if listing.provider == user:
            raise SameSubject
        if not listing.for_vouchers_on(today):
            raise NotForVouchers(date=today.isoformat())
        if price_fen != listing.price_fen:
            raise PriceChanged(asked_fen=price_fen, listed_fen=listing.price_fen)
        return cls(
            listing_id=listing.listing_id,
            listing_revision=listing.revision,
            category=listing.category,
            region=listing.region,
            user=user,
            provider=listing.provider,
            voucher_id=voucher_id,
            price_fen=price_fen,
            fee=listing.frozen_fee(),
        )

    def fund(self, voucher_fen: int, deliver_by: str) -> bool:
        """The ledger reserved a share; False when the order does not wait for one any more."""
        if self.state != "placed":
            return False
        assert 0 < voucher_fen <= self.price_fen, "the ledger reserved more than the price"
        self._funded(voucher_fen, self.price_fen - voucher_fen, deliver_by)
        return True

    def refuse(self, code: str, grounds: dict[str, Any]) -> bool:
        """The ledger refused to reserve; False when the order does not wait for it any more."""
        if self.state != "placed":
            return False
        self._refused(code, grounds)
        return True

    def deliver(
        self,
        subject: str | None,
        evidence_sha256: str,
        today: date,
        accept_by: str,
        simhash: str | None = None,
    ) -> None:
        """The provider delivered (交付); the user has until a day to accept.

        Raises `NotParty`, `WrongOrderState`, `DeadlinePassed`.
        """
        if subject != self.provider:
            raise NotParty(party="provider", zh_party="服务商")
        self._require("funded")
        self._require_time(today)
        self._delivered(evidence_sha256, accept_by, simhash)

    def accept(self, subject: str | None, accepted_fen: int | None, today: date) -> None:
        """The user accepts what was delivered (验收): so many fen of the price, or all of it.

        Raises `NotParty`, `WrongOrderState`, `DeadlinePassed`, `AcceptedTooMuch`,
        `TooLittleAccepted`.
        """
        self._require_user(subject)
        self._require("delivered")
        self._require_time(today)
        assert self.voucher_fen is not None, "what is delivered was funded"
        accepted = self.price_fen if accepted_fen is None else accepted_fen
        if accepted > self.price_fen:
            raise AcceptedTooMuch(accepted_fen=accepted, price_fen=self.price_fen)
        due = self.voucher_fen * accepted // self.price_fen
        if due < 1:
            raise TooLittleAccepted(
                accepted_fen=accepted, price_fen=self.price_fen, voucher_fen=self.voucher_fen
            )
        self._accepted(self.voucher_id, accepted, due, accepted - due)

    def cancel(self, subject: str | None) -> None:
        """The user cancels before delivery (取消). Raises `NotParty` and `WrongOrderState`."""
        self._require_user(subject)
        self._require("placed", "funded")
        self._cancelled(self.voucher_id)

    def lapse(self, today: date) -> bool:
        """End it when a party did not take its step in time (超时失效); False when it waits on."""
        if self.state not in WAITED_FOR or self.due_by is None or not self._is_late(today):
            return False
        self._lapsed(self.voucher_id, WAITED_FOR[self.state], self.due_by)
        return True

    def _is_late(self, today: date) -> bool:
        return self.due_by is not None and today.isoformat() > self.due_by

    def _require_time(self, today: date) -> None:
        if self._is_late(today):
            raise DeadlinePassed(due_by=self.due_by)

    def _require_user(self, subject: str | None) -> None:
        if subject != self.user:
            raise NotParty(party="user", zh_party="用户")

    def _require(self, *states: str) -> None:
        if self.state not in states:
            raise WrongOrderState(state=self.state, needed=", ".join(states))

    @event("Funded")
    def _funded(self, voucher_fen: int, own_fen: int, deliver_by: str) -> None:
        self.due_by = deliver_by
        self.voucher_fen = voucher_fen
        self.own_fen = own_fen
        self.state = "funded"

    @event("Refused")
    def _refused(self, code: str, grounds: dict[str, Any]) -> None:
        self.refusal = {"code": code, "grounds": grounds}
        self.state = "refused"

    @event("Delivered")
    def _delivered(self, evidence_sha256: str, accept_by: str, simhash: str | None = None) -> None:
        self.due_by = accept_by
        self.state = "delivered"

    @event("Accepted")
    def _accepted(
        self, voucher_id: str, accepted_fen: int, voucher_due_fen: int, own_due_fen: int
    ) -> None:
        self.accepted_fen = accepted_fen
        self.voucher_due_fen = voucher_due_fen
        self.own_due_fen = own_due_fen
        self.state = "accepted"

    @event("Cancelled")
    def _cancelled(self, voucher_id: str) -> None:
        self.state = "cancelled"

    @event("Lapsed")
    def _lapsed(self, voucher_id: str, waited_for: str, due_by: str) -> None:
        self.state = "lapsed"
