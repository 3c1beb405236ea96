"""What the events of the budget say. Amounts in integer fen."""

from chassis.contract import EventSchema, Fen, Id, Region, Text, Whole
from schemas.events.voucher_ledger.common import ID, Postings, postings_of
from schemas.voucher_ledger.common import FundCode


class AppropriationOpened(EventSchema):
    """A fund's year was opened."""

    type = "voucher-ledger.AppropriationOpened"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    example = {"fund": "JYCY", "year": 2026}


class AppropriationIncreased(EventSchema):
    """Money was appropriated (预算下达)."""

    type = "voucher-ledger.AppropriationIncreased"
    fen = Fen(required=True)
    document_number = Text(80, required=True)
    postings = Postings()
    example = {
        "fen": 500,
        "document_number": "皖财社〔2026〕1号",
        "postings": postings_of("appropriated", "unissued", 500),
    }


class AppropriationAllocated(EventSchema):
    """Money was set aside for a batch; the postings are empty when it stays in the province."""

    type = "voucher-ledger.AppropriationAllocated"
    batch_id = Id(required=True)
    region = Region(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {"batch_id": ID, "region": "340100", "fen": 500, "postings": []}


EVENTS = (
    AppropriationOpened,
    AppropriationIncreased,
    AppropriationAllocated,
)
