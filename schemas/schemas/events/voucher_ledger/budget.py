"""What the events of budgets and transfers say. Amounts in integer fen."""

from chassis.contract import Choice, EventSchema, Fen, Id, Region, Text, Whole
from schemas.events.voucher_ledger.common import ID, PROVINCE, PURSE, Postings, postings_of
from schemas.voucher_ledger.budget import SOURCES
from schemas.voucher_ledger.common import FundCode

_NEXT = "JYCY/340100/2027"


class BudgetOpened(EventSchema):
    """A fund's year was opened in a region."""

    type = "voucher-ledger.BudgetOpened"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    example = {"fund": "JYCY", "year": 2026, "region": "340100"}


class BudgetAppropriated(EventSchema):
    """New money was appropriated (预算下达)."""

    type = "voucher-ledger.BudgetAppropriated"
    fen = Fen(required=True)
    source = Choice(*SOURCES, required=True)
    document_number = Text(80, required=True)
    postings = Postings()
    example = {
        "fen": 500,
        "source": "provincial",
        "document_number": "皖财社〔2026〕1号",
        "postings": postings_of("appropriated", "unissued", 500, PROVINCE),
    }


class BudgetAllocated(EventSchema):
    """The province gave a region money (预算分配)."""

    type = "voucher-ledger.BudgetAllocated"
    region = Region(required=True)
    fen = Fen(required=True)
    document_number = Text(80, required=True)
    postings = Postings()
    example = {
        "region": "340100",
        "fen": 500,
        "document_number": "皖人社〔2026〕1号",
        "postings": [
            *postings_of("unissued", "appropriated", 500, PROVINCE),
            *postings_of("appropriated", "unissued", 500, PURSE),
        ],
    }


class BudgetTransferred(EventSchema):
    """A region gave another one money, as two people approved (预算调剂)."""

    type = "voucher-ledger.BudgetTransferred"
    transfer_id = Id(required=True)
    region = Region(required=True)
    fen = Fen(required=True)
    postings = Postings()
    example = {
        "transfer_id": ID,
        "region": "340200",
        "fen": 500,
        "postings": [
            *postings_of("unissued", "appropriated", 500, PURSE),
            *postings_of("appropriated", "unissued", 500, "JYCY/340200/2026"),
        ],
    }


class BudgetReceived(EventSchema):
    """Money came from another budget, whose own event has the postings."""

    type = "voucher-ledger.BudgetReceived"
    source = Id(required=True)
    fen = Fen(required=True)
    example = {"source": ID, "fen": 500}


class BudgetCommitted(EventSchema):
    """Money was set aside for a batch."""

    type = "voucher-ledger.BudgetCommitted"
    batch_id = Id(required=True)
    fen = Fen(required=True)
    example = {"batch_id": ID, "fen": 500}


class BudgetReleased(EventSchema):
    """A batch was closed: what it did not issue is free again."""

    type = "voucher-ledger.BudgetReleased"
    batch_id = Id(required=True)
    fen = Fen(required=True)
    example = {"batch_id": ID, "fen": 100}


class BudgetFrozen(EventSchema):
    """Nothing is issued or moved until it is unfrozen (冻结)."""

    type = "voucher-ledger.BudgetFrozen"
    reason = Text(500, required=True)
    example = {"reason": "审计期间暂停"}


class BudgetUnfrozen(EventSchema):
    """It goes on (解冻)."""

    type = "voucher-ledger.BudgetUnfrozen"
    reason = Text(500, required=True)
    example = {"reason": "审计结束"}


class BudgetClosed(EventSchema):
    """The year was closed (年终结账): what was not issued was carried over or returned."""

    type = "voucher-ledger.BudgetClosed"
    remainder = Choice("carry-over", "return", required=True)
    fen = Fen(least=0, required=True)
    document_number = Text(80, required=True)
    postings = Postings()
    example = {
        "remainder": "carry-over",
        "fen": 100,
        "document_number": "皖财社〔2027〕2号",
        "postings": [
            *postings_of("unissued", "appropriated", 100, PURSE),
            *postings_of("appropriated", "unissued", 100, _NEXT),
        ],
    }


class BudgetTransferProposed(EventSchema):
    """Somebody proposed that money goes from one region to another."""

    type = "voucher-ledger.BudgetTransferProposed"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    source_region = Region(required=True)
    target_region = Region(required=True)
    fen = Fen(required=True)
    reason = Text(500, required=True)
    proposer = Text(80, required=True)
    example = {
        "fund": "JYCY",
        "year": 2026,
        "source_region": "340100",
        "target_region": "340200",
        "fen": 500,
        "reason": "芜湖需求较大",
        "proposer": ID,
    }


class BudgetTransferApproved(EventSchema):
    """Somebody approved a transfer; the second approval carries it out."""

    type = "voucher-ledger.BudgetTransferApproved"
    approver = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"approver": ID, "reason": "同意"}


class BudgetTransferRejected(EventSchema):
    """Somebody rejected a transfer."""

    type = "voucher-ledger.BudgetTransferRejected"
    approver = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"approver": ID, "reason": "理由不足"}


EVENTS = (
    BudgetOpened,
    BudgetAppropriated,
    BudgetAllocated,
    BudgetTransferred,
    BudgetReceived,
    BudgetCommitted,
    BudgetReleased,
    BudgetFrozen,
    BudgetUnfrozen,
    BudgetClosed,
    BudgetTransferProposed,
    BudgetTransferApproved,
    BudgetTransferRejected,
)
