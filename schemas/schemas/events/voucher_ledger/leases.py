"""What the events of allotments, their shares and allowances say. Amounts in integer fen."""

from chassis.contract import Choice, EventSchema, Fen, Id, Text, Whole
from schemas.events.voucher_ledger.common import ID, Postings, postings_of
from schemas.voucher_ledger.common import FundCode


class AllotmentOpened(EventSchema):
    """An amount that many draw from: what a batch may issue, or a yearly cap on a category."""

    type = "voucher-ledger.AllotmentOpened"
    kind = Choice("issue", "category", required=True)
    batch_id = Id(required=True)
    category = Text(60, required=True, allow_none=True)
    year = Whole(2018, 2100, required=True, allow_none=True)
    fen = Fen(required=True)
    example = {"kind": "issue", "batch_id": ID, "category": None, "year": None, "fen": 500}


class AllotmentLeased(EventSchema):
    """A share of it was leased."""

    type = "voucher-ledger.AllotmentLeased"
    share_id = Id(required=True)
    number = Whole(1, 2**31, required=True)
    fen = Fen(required=True)
    example = {"share_id": ID, "number": 1, "fen": 100}


class AllotmentReturned(EventSchema):
    """A share gave back what it had."""

    type = "voucher-ledger.AllotmentReturned"
    share_id = Id(required=True)
    fen = Fen(required=True)
    example = {"share_id": ID, "fen": 40}


class AllotmentHeld(EventSchema):
    """Its budget was frozen: it leases nothing, and all shares were given back."""

    type = "voucher-ledger.AllotmentHeld"
    example = {}


class AllotmentResumed(EventSchema):
    """Its budget was unfrozen: it leases again."""

    type = "voucher-ledger.AllotmentResumed"
    example = {}


class AllotmentClosed(EventSchema):
    """Its batch was closed: what was left went back."""

    type = "voucher-ledger.AllotmentClosed"
    fen = Fen(least=0, required=True)
    example = {"fen": 100}


class BudgetShareLeased(EventSchema):
    """A share began with what was leased; one process draws from it."""

    type = "voucher-ledger.BudgetShareLeased"
    allotment_id = Id(required=True)
    number = Whole(1, 2**31, required=True)
    fen = Fen(required=True)
    example = {"allotment_id": ID, "number": 1, "fen": 100}


class BudgetShareDrawn(EventSchema):
    """Some of a share was used, for a grant (with postings) or for an order."""

    type = "voucher-ledger.BudgetShareDrawn"
    fen = Fen(required=True)
    purpose = Id(required=True)
    postings = Postings()
    example = {"fen": 60, "purpose": ID, "postings": postings_of("unissued", "issued", 60)}


class BudgetShareRestored(EventSchema):
    """An order did not need what was drawn for it."""

    type = "voucher-ledger.BudgetShareRestored"
    fen = Fen(required=True)
    purpose = Id(required=True)
    example = {"fen": 60, "purpose": ID}


class BudgetShareSurrendered(EventSchema):
    """A share gave back everything that was left of it."""

    type = "voucher-ledger.BudgetShareSurrendered"
    fen = Fen(required=True)
    example = {"fen": 40}


class AllowanceOpened(EventSchema):
    """A user's year with a fund began."""

    type = "voucher-ledger.AllowanceOpened"
    fund = FundCode(required=True)
    user = Id(required=True)
    year = Whole(2018, 2100, required=True)
    example = {"fund": "JYCY", "user": ID, "year": 2026}


class AllowanceUsed(EventSchema):
    """An order's share counts towards the user's yearly cap."""

    type = "voucher-ledger.AllowanceUsed"
    fen = Fen(required=True)
    order_id = Id(required=True)
    example = {"fen": 30, "order_id": ID}


class AllowanceRestored(EventSchema):
    """An order's share, or part of it, does not count after all."""

    type = "voucher-ledger.AllowanceRestored"
    fen = Fen(required=True)
    order_id = Id(required=True)
    example = {"fen": 30, "order_id": ID}


EVENTS = (
    AllotmentOpened,
    AllotmentLeased,
    AllotmentReturned,
    AllotmentHeld,
    AllotmentResumed,
    AllotmentClosed,
    BudgetShareLeased,
    BudgetShareDrawn,
    BudgetShareRestored,
    BudgetShareSurrendered,
    AllowanceOpened,
    AllowanceUsed,
    AllowanceRestored,
)
