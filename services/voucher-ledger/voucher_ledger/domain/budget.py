"""Appropriations and batches: public money before it is anybody's (预算、批次, art. 17)."""

from datetime import date
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain import book
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.book import Bucket, Postings, Purse
from voucher_ledger.domain.refusals.batches import BatchExhausted, DatesOutOfOrder, FaceExceedsBatch
from voucher_ledger.domain.refusals.budget import AppropriationExceeded

PROVINCE = "340000"


def appropriation_id(fund: str, year: int) -> str:
    """The stream of a fund's year: there is one."""
    return stream_id("appropriation", fund, str(year))


class Appropriation(LedgerAggregate):
    """A fund's money for a year (预算). Amounts in fen."""

    @event("Opened")
    def __init__(self, fund: str, year: int) -> None:
        self.fund = fund
        self.year = year
        self.appropriated_fen = 0
        self.allocated_fen = 0

    @staticmethod
    def create_id(fund: str, year: int) -> UUID:
        """One stream per fund and year."""
        return UUID(appropriation_id(fund, year))

    @property
    def purse(self) -> Purse:
        """The provincial purse."""
        return Purse(self.fund, PROVINCE, self.year)

    def appropriate(self, fen: int, document_number: str) -> None:
        """Add money, on the authority of a budget document."""
        self._increased(fen, document_number, book.appropriate(self.purse, fen))

    def allocate(self, batch_id: str, region: str, fen: int) -> None:
        """Set money aside for a batch. Raises `AppropriationExceeded` (invariant 1)."""
        left = self.appropriated_fen - self.allocated_fen
        if fen > left:
            raise AppropriationExceeded(asked_fen=fen, left_fen=left)
        target = Purse(self.fund, region, self.year)
        self._allocated(batch_id, region, fen, book.allocate(self.purse, target, fen))

    @event("Increased")
    def _increased(self, fen: int, document_number: str, postings: Postings) -> None:
        self.appropriated_fen += fen

    @event("Allocated")
    def _allocated(self, batch_id: str, region: str, fen: int, postings: Postings) -> None:
        self.allocated_fen += fen


class Batch(LedgerAggregate):
    """A batch of vouchers for a region (批次): one face value, one set of rules, two dates."""

    @event("Opened")
    def __init__(
        self,
        fund: str,
        year: int,
        region: str,
        amount_fen: int,
        face_fen: int,
        rate_bp: int,
        item_cap_fen: int,
        categories: list[str],
        use_by: str,
        redeem_by: str,
    ) -> None:
        self.purse = Purse(fund, region, year)
        self.amount_fen = amount_fen
        self.face_fen = face_fen
        self.rate_bp = rate_bp
        self.item_cap_fen = item_cap_fen
        self.categories = frozenset(categories)
        self.use_by = use_by
        self.redeem_by = redeem_by
        self.granted_fen = 0
        self.granted = 0

    @classmethod
    def open(cls, today: date, **terms: object) -> "Batch":
        """Open a batch. Raises `DatesOutOfOrder` (invariant 5) and `FaceExceedsBatch`."""
        use_by, redeem_by = str(terms["use_by"]), str(terms["redeem_by"])
        if not today.isoformat() <= use_by <= redeem_by:
            raise DatesOutOfOrder(use_by=use_by, redeem_by=redeem_by, today=today.isoformat())
        if terms["face_fen"] > terms["amount_fen"]:  # type: ignore[operator]
            raise FaceExceedsBatch(face_fen=terms["face_fen"], amount_fen=terms["amount_fen"])
        return cls(**terms)  # type: ignore[arg-type]

    def grant(self, count: int) -> None:
        """Take the money of some vouchers. Raises `BatchExhausted` (invariant 1)."""
        asked, left = count * self.face_fen, self.amount_fen - self.granted_fen
        if asked > left:
            raise BatchExhausted(asked_fen=asked, left_fen=left)
        self._granted(count, asked)

    @event("Granted")
    def _granted(self, count: int, fen: int) -> None:
        self.granted += count
        self.granted_fen += fen


def issue(purse: Purse, fen: int) -> Postings:
    """The postings of one granted voucher."""
    return book.move(purse, Bucket.UNISSUED, Bucket.ISSUED, fen)
