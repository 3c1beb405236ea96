"""The ledger's use cases: load, decide, hand over the decision."""

from typing import ClassVar

from chassis import clock, context
from chassis.application import Application, Decision
from chassis.projection import Projector
from voucher_ledger import queries
from voucher_ledger.domain.budget import Appropriation, Batch, appropriation_id
from voucher_ledger.domain.redemption import Invoice, Redemption, invoice_id, redemption_id
from voucher_ledger.domain.refusals import (
    AlreadyApplied,
    AlreadyGranted,
    AppropriationExceeded,
    HolderNotAdmitted,
    InvoiceUsed,
    NotRedeemable,
    NotReserved,
    NotWhitelisted,
)
from voucher_ledger.domain.share import RULE_VERSION
from voucher_ledger.domain.voucher import Voucher, voucher_id
from voucher_ledger.projections import PROJECTOR


class Ledger(Application):
    """Public money: appropriated, issued, reserved, redeemed, paid."""

    log = "voucher-ledger"
    projector: ClassVar[Projector] = PROJECTOR

    def appropriate_budget(
        self, fund: str, year: int, amount_fen: int, document_number: str
    ) -> Decision:
        """Add money to a fund's year, opening it at the first time."""
        appropriation = self.find(Appropriation, appropriation_id(fund, year))
        if appropriation is None:
            appropriation = Appropriation(fund=fund, year=year)
        appropriation.appropriate(amount_fen, document_number)
        result = {
            "id": appropriation.key,
            "fund": fund,
            "year": year,
            "appropriated_fen": appropriation.appropriated_fen,
            "allocated_fen": appropriation.allocated_fen,
        }
        return Decision(result, [appropriation])

    def open_batch(
        self, fund: str, year: int, region: str, amount_fen: int, **terms: object
    ) -> Decision:
        """Open a batch out of an appropriation. Refused beyond what is left of it."""
        appropriation = self.find(Appropriation, appropriation_id(fund, year))
        if appropriation is None:
            raise AppropriationExceeded(asked_fen=amount_fen, left_fen=0)
        batch = Batch.open(
            clock.legal_date(),
            fund=fund,
            year=year,
            region=region,
            amount_fen=amount_fen,
            **terms,
        )
        appropriation.allocate(batch.key, region, amount_fen)
        result = {
            "id": batch.key,
            "fund": fund,
            "year": year,
            "region": region,
            "amount_fen": amount_fen,
            "granted_fen": 0,
            "granted": 0,
            **terms,
        }
        return Decision(result, [appropriation, batch])

    def grant_vouchers(self, batch_id: str, holders: list[str]) -> Decision:
        """Grant a voucher to each holder, or to none when one of them may not have it."""
        batch = self.load(Batch, batch_id)
        wanted = sorted(set(holders))
        admitted, seen = queries.users_among(self.database, wanted)
        if missing := [holder for holder in wanted if holder not in admitted]:
            raise HolderNotAdmitted(holders=", ".join(missing[:20]))
        ids = {holder: voucher_id(batch_id, holder) for holder in wanted}
        if having := queries.holders_of(self.database, list(ids.values())):
            raise AlreadyGranted(holders=", ".join(sorted(having)[:20]))
        batch.grant(len(wanted))
        vouchers = [Voucher.grant(batch, holder) for holder in wanted]
        result = {
            "batch_id": batch_id,
            "vouchers": [{"id": ids[holder], "holder": holder} for holder in wanted],
            "granted_fen": len(wanted) * batch.face_fen,
        }
        return Decision(result, [batch, *vouchers], seen=seen)

    def claim_voucher(self, voucher_id: str) -> Decision:
        """The holder claims a voucher."""
        voucher = self.load(Voucher, voucher_id)
        voucher.claim(context.current().subject)
        return Decision(present_voucher(voucher), [voucher])

    def reserve_voucher(
        self, voucher_id: str, order_id: str, listing_id: str, user: str, price_fen: int
    ) -> Decision:
        """Set the voucher's share of an order aside."""
        voucher = self.load(Voucher, voucher_id)
        offer, seen = queries.offer(self.database, listing_id)
        today = clock.legal_date()
        if offer is None:
            raise NotWhitelisted(date=today.isoformat())
        voucher.reserve(order_id, user, offer, price_fen, today)
        return Decision(present_voucher(voucher), [voucher], rule_version=RULE_VERSION, seen=seen)

    def redeem_voucher(self, voucher_id: str, order_id: str) -> Decision:
        """The order was accepted: its share is owed to the provider."""
        voucher = self.load(Voucher, voucher_id)
        voucher.redeem(order_id)
        return Decision(present_voucher(voucher), [voucher])

    def release_voucher(self, voucher_id: str, order_id: str) -> Decision:
        """The order was cancelled: its share goes back to the voucher, if it had one."""
        voucher = self.load(Voucher, voucher_id)
        try:
            voucher.release(order_id)
        except NotReserved:
            return Decision(present_voucher(voucher))
        return Decision(present_voucher(voucher), [voucher])

    def expire_vouchers(self, voucher_ids: list[str]) -> Decision:
        """Give back what is left of these vouchers, of each that is past its use-by date."""
        today = clock.legal_date()
        vouchers = [self.find(Voucher, id_) for id_ in voucher_ids]
        expired = [voucher for voucher in vouchers if voucher and voucher.expire(today)]
        return Decision({"expired": [voucher.key for voucher in expired]}, expired)

    def apply_redemption(
        self, order_id: str, invoice_number: str, contract_sha256: str, evidence_sha256: str
    ) -> Decision:
        """A provider asks to be paid for an accepted order."""
        id_ = queries.voucher_of_order(self.database, order_id)
        if id_ is None:
            raise NotRedeemable
        voucher = self.load(Voucher, id_)
        redemption = Redemption.apply(
            voucher,
            order_id,
            context.current().subject,
            invoice_number,
            contract_sha256,
            evidence_sha256,
            clock.legal_date(),
        )
        if self.find(Redemption, redemption_id(order_id)) is not None:
            raise AlreadyApplied
        if self.find(Invoice, invoice_id(invoice_number)) is not None:
            raise InvoiceUsed(invoice_number=invoice_number)
        invoice = Invoice(number=invoice_number, order_id=order_id)
        return Decision(present_redemption(redemption), [redemption, invoice])

    def review_redemption(self, redemption_id: str, approve: bool, reason: str) -> Decision:
        """A reviewer approves or rejects."""
        redemption = self.load(Redemption, redemption_id)
        redemption.review(approve, context.current().actor, reason)
        return Decision(present_redemption(redemption), [redemption])

    def pay_redemption(self, redemption_id: str, bank_reference: str) -> Decision:
        """The payer records the payment."""
        redemption = self.load(Redemption, redemption_id)
        witnessed = queries.witnessed(self.database, redemption.key, redemption.version)
        redemption.pay(context.current().actor, bank_reference, witnessed)
        return Decision(present_redemption(redemption), [redemption])


def present_voucher(voucher: Voucher) -> dict[str, object]:
    """A voucher as `VoucherView` shows it."""
    return {
        "id": voucher.key,
        "batch_id": voucher.batch_id,
        "holder": voucher.holder,
        "region": voucher.purse.region,
        "state": voucher.state,
        "face_fen": voucher.face_fen,
        "available_fen": voucher.available_fen,
        "reserved_fen": sum(voucher.reserved.values()),
        "redeemed_fen": sum(voucher.redeemed.values()),
        "use_by": voucher.use_by,
    }


def present_redemption(redemption: Redemption) -> dict[str, object]:
    """A redemption as `RedemptionView` shows it."""
    return {
        "id": redemption.key,
        "order_id": redemption.order_id,
        "voucher_id": redemption.voucher_id,
        "provider": redemption.provider,
        "region": redemption.purse.region,
        "fen": redemption.fen,
        "invoice_number": redemption.invoice_number,
        "state": redemption.state,
    }
