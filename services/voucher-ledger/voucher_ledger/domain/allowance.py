"""A user's yearly allowance (用户年度限额): what all their vouchers of a fund pay in a year."""

from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate


def allowance_id(fund: str, user: str, year: int) -> str:
    """The stream of a user's year with a fund: there is one."""
    return stream_id("allowance", fund, user, str(year))


class Allowance(LedgerAggregate):
    """What a user has used of a fund in a calendar year (Asia/Shanghai), in fen."""

    @event("Opened")
    def __init__(self, fund: str, user: str, year: int) -> None:
        self.used_fen = 0

    @staticmethod
    def create_id(fund: str, user: str, year: int) -> UUID:
        """One stream per fund, user and year."""
        return UUID(allowance_id(fund, user, year))

    def use(self, fen: int, order_id: str) -> None:
        """An order's share counts."""
        self._used(fen, order_id)

    def restore(self, fen: int, order_id: str) -> None:
        """An order's share, or a part of it, does not count after all."""
        self._restored(fen, order_id)

    @event("Used")
    def _used(self, fen: int, order_id: str) -> None:
        self.used_fen += fen

    @event("Restored")
    def _restored(self, fen: int, order_id: str) -> None:
        self.used_fen -= fen
