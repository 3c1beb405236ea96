"""Redemption (兑付): applied, reviewed, paid."""

from datetime import date
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain import book
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Bucket, Postings, Purse
from voucher_ledger.domain.refusals.redemptions import (
    AwaitingCosignature,
    NotRedeemable,
    RedeemByPassed,
    WrongRedemptionState,
)
from voucher_ledger.domain.voucher import Voucher


def redemption_id(order_id: str) -> str:
    """The stream of an order's redemption: there is one."""
    return stream_id("redemption", order_id)


def invoice_id(number: str) -> str:
    """The stream of an invoice number: it can be used once."""
    return stream_id("invoice", number)


class Invoice(LedgerAggregate):
    """An invoice number that was used (发票号码)."""

    @event("Used")
    def __init__(self, number: str, order_id: str) -> None:
        self.number = number
        self.order_id = order_id

    @staticmethod
    def create_id(number: str) -> UUID:
        """One stream per number."""
        return UUID(invoice_id(number))


class Redemption(LedgerAggregate):
    """What a provider is owed for one order's voucher share, in fen."""

    @event("Applied")
    def __init__(
        self,
        order_id: str,
        voucher_id: str,
        provider: str,
        fund: str,
        year: int,
        region: str,
        fen: int,
        invoice_number: str,
        contract_sha256: str,
        evidence_sha256: str,
    ) -> None:
        self.order_id = order_id
        self.voucher_id = voucher_id
        self.provider = provider
        self.purse = Purse(fund, region, year)
        self.fen = fen
        self.invoice_number = invoice_number
        self.state = "applied"

    @staticmethod
    def create_id(order_id: str) -> UUID:
        """One stream per order."""
        return UUID(redemption_id(order_id))

    @classmethod
    def apply(
        cls,
        voucher: Voucher,
        order_id: str,
        provider: str | None,
        invoice_number: str,
        contract_sha256: str,
        evidence_sha256: str,
        today: date,
    ) -> "Redemption":
        """Apply for an accepted order. Raises `NotRedeemable`, `RedeemByPassed`."""
        if order_id not in voucher.redeemed or voucher.providers[order_id] != provider:
            raise NotRedeemable
        if today.isoformat() > voucher.redeem_by:
            raise RedeemByPassed(redeem_by=voucher.redeem_by)
        return cls(
            order_id=order_id,
            voucher_id=voucher.key,
            provider=provider,
            fund=voucher.purse.fund,
            year=voucher.purse.year,
            region=voucher.purse.region,
            fen=voucher.redeemed[order_id],
            invoice_number=invoice_number,
            contract_sha256=contract_sha256,
            evidence_sha256=evidence_sha256,
        )

    def review(self, approve: bool, reviewer: str, reason: str) -> None:
        """Approve or reject. Raises `WrongRedemptionState`."""
        self._require("applied")
        if approve:
            self._approved(reviewer, reason)
        else:
            self._rejected(reviewer, reason)

    def pay(self, payer: str, bank_reference: str, witnessed: bool) -> None:
        """Record the payment. `witnessed`: a cosigned checkpoint covers the approval.

        Raises `WrongRedemptionState`, `AwaitingCosignature`.
        """
        self._require("approved")
        if not witnessed:
            raise AwaitingCosignature
        postings = book.move(self.purse, Bucket.REDEEMED, Bucket.PAID, self.fen)
        self._paid(payer, bank_reference, self.fen, postings)

    def _require(self, state: str) -> None:
        if self.state != state:
            raise WrongRedemptionState(state=self.state, needed=state)

    @event("Approved")
    def _approved(self, reviewer: str, reason: str) -> None:
        self.state = "approved"

    @event("Rejected")
    def _rejected(self, reviewer: str, reason: str) -> None:
        self.state = "rejected"

    @event("Paid")
    def _paid(self, payer: str, bank_reference: str, fen: int, postings: Postings) -> None:
        self.state = "paid"
