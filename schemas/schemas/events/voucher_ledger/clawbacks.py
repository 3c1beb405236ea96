"""What the events of clawbacks say: paid money is demanded back. Amounts in integer fen."""

from chassis.contract import EventSchema, Fen, LegalDate, Text
from schemas.events.voucher_ledger.common import Postings, postings_of


class RedemptionDemanded(EventSchema):
    """Money that was paid for a redemption is demanded back, all of it or a part (追缴)."""

    type = "voucher-ledger.RedemptionDemanded"
    fen = Fen(required=True)
    demander = Text(80, required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)
    due_by = LegalDate(required=True)
    example = {
        "fen": 30,
        "demander": "00000000-0000-4000-8000-000000000001",
        "reason": "虚构交易",
        "document_number": "皖人社〔2026〕13号",
        "due_by": "2026-12-31",
    }


class RedemptionRepaid(EventSchema):
    """An instalment came in (追缴到账): it goes back to its appropriation year."""

    type = "voucher-ledger.RedemptionRepaid"
    fen = Fen(required=True)
    bank_reference = Text(60, required=True)
    postings = Postings()
    example = {
        "fen": 10,
        "bank_reference": "C-1",
        "postings": postings_of("paid", "clawed-back", 10),
    }


class RedemptionWrittenOff(EventSchema):
    """What is still missing is written off, by the decision of somebody else (核销追缴款)."""

    type = "voucher-ledger.RedemptionWrittenOff"
    fen = Fen(required=True)
    decider = Text(80, required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)
    example = {
        "fen": 20,
        "decider": "00000000-0000-4000-8000-000000000001",
        "reason": "企业破产,终结执行",
        "document_number": "皖财社〔2026〕14号",
    }


EVENTS = (RedemptionDemanded, RedemptionRepaid, RedemptionWrittenOff)
