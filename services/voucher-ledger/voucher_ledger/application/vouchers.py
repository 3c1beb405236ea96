"""Use cases of vouchers: claimed, reserved, redeemed, released (art. 17, 19)."""

from chassis import clock, context
from chassis.application import Decision
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.refusals.vouchers import NotReserved, NotWhitelisted
from voucher_ledger.domain.share import RULE_VERSION
from voucher_ledger.domain.voucher import Voucher


class Vouchers(LedgerBase):
    """What holders and their orders do with vouchers."""

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
        offer, seen = queries.reservation.offer(self.database, listing_id)
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
