"""What the events of batches say. Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import BasisPoints, EventSchema, Fen, LegalDate, Region, Whole
from schemas.voucher_ledger.common import FundCode


class BatchOpened(EventSchema):
    """A batch was opened, with all its terms."""

    type = "voucher-ledger.BatchOpened"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    amount_fen = Fen(required=True)
    face_fen = Fen(required=True)
    rate_bp = BasisPoints(required=True)
    item_cap_fen = Fen(required=True)
    categories = fields.List(fields.String(), required=True)
    use_by = LegalDate(required=True)
    redeem_by = LegalDate(required=True)
    example = {
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "amount_fen": 500,
        "face_fen": 100,
        "rate_bp": 3000,
        "item_cap_fen": 80,
        "categories": ["enterprise.legal"],
        "use_by": "2026-12-31",
        "redeem_by": "2027-03-31",
    }


class BatchGranted(EventSchema):
    """Vouchers of a batch were granted; each has a `VoucherGranted` of its own."""

    type = "voucher-ledger.BatchGranted"
    count = Whole(1, 1_000_000, required=True)
    fen = Fen(required=True)
    example = {"count": 2, "fen": 200}


EVENTS = (
    BatchOpened,
    BatchGranted,
)
