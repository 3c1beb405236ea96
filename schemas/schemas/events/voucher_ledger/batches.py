"""What the events of batches say. Amounts in integer fen."""

from marshmallow import fields

from chassis.contract import BasisPoints, Choice, EventSchema, Fen, LegalDate, Region, Whole
from schemas.voucher_ledger.batches import SUBJECT_KINDS
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
    category_caps = fields.Dict(keys=fields.String(), values=Fen(), required=True)
    user_cap_fen = Fen(required=True, allow_none=True)
    target_region = Region(required=True)
    target_kinds = fields.List(Choice(*SUBJECT_KINDS), required=True)
    use_by = LegalDate(required=True)
    redeem_by = LegalDate(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    example = {
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "amount_fen": 500,
        "face_fen": 100,
        "rate_bp": 3000,
        "item_cap_fen": 80,
        "categories": ["enterprise.legal"],
        "category_caps": {"enterprise.legal": 400},
        "user_cap_fen": None,
        "target_region": "340100",
        "target_kinds": ["person", "firm"],
        "use_by": "2026-12-31",
        "redeem_by": "2027-03-31",
        "figures": {"face_fen": "issuer", "rate_bp": "default (not Anhui law)"},
    }


class BatchClosed(EventSchema):
    """Nothing is granted of a batch any more (关闭)."""

    type = "voucher-ledger.BatchClosed"
    example = {}


EVENTS = (
    BatchOpened,
    BatchClosed,
)
