"""Government purchase (政府购买服务成果, art. 18): departments buy results for closed groups."""

from marshmallow import fields

from chassis.contract import (
    Choice,
    Command,
    Digest,
    Fen,
    Flag,
    Id,
    Query,
    Region,
    Text,
    View,
    Whole,
)
from schemas import roles
from schemas.voucher_ledger.common import SERVICE, FundCode, InvoiceNumber
from schemas.voucher_ledger.redemptions import RedemptionView

PURCHASE_REGION, PURCHASE = "purchase-region", "purchase"
"""Where a purchase lies: as its proposal says, or as it was proposed."""

BUYERS = frozenset({roles.DEPARTMENT})
CONSENTING = frozenset({roles.HRSS_PROVINCE, roles.FINANCE_PROVINCE})
"""省人社厅 and 省财政厅: both consent before a purchase opens."""

PROCEDURES = (
    "open-tender",
    "invited-tender",
    "negotiation",
    "consultation",
    "inquiry",
    "single-source",
)
"""公开招标、邀请招标、竞争性谈判、竞争性磋商、询价、单一来源 (政府采购法 26)."""

STATES = (
    "proposed",
    "consented",
    "rejected",
    "contracted",
    "delivered",
    "accepted",
    "refused",
    "cancelled",
    "forfeited",
)


class PurchaseView(View):
    """A purchase, in fen; `opinion_sha256` is what those it was bought for said of it."""

    id = Id()
    fund = FundCode()
    year = fields.Integer()
    region = Region()
    provider = Id()
    title = fields.String()
    fen = fields.Integer()
    procedure = fields.String()
    beneficiaries = fields.Integer()
    consents = fields.Integer()
    state = fields.String()
    accepted_fen = fields.Integer()
    opinion_sha256 = fields.String(allow_none=True)


class ProposePurchase(Command):
    """Ask for the consents to buy a result for a closed list of people (提出政府购买).

    The fund's code begins with `ZFGM-`. From the threshold `purchase-tender-fen` on, another
    method than an open tender names the document that approved it (`exemption`).
    """

    service = SERVICE
    http = "POST /purchases"
    allowed = BUYERS
    place = PURCHASE_REGION
    articles = (6, 18)
    refusal_is_event = True
    view = PurchaseView
    summary = ("提出政府购买服务成果", "Propose a government purchase")

    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    provider = Id(required=True)
    title = Text(200, required=True)
    amount_fen = Fen(required=True)
    procedure = Choice(*PROCEDURES, required=True)
    procedure_basis = Text(200, required=True)
    exemption = Text(80, load_default=None, allow_none=True)
    beneficiaries = Whole(1, 10**6, required=True)
    beneficiaries_sha256 = Digest(required=True)


class DecidePurchase(Command):
    """Consent to a purchase, or reject it (省财政厅、省人社厅同意)."""

    service = SERVICE
    http = "POST /purchases/<uuid:purchase_id>/decisions"
    allowed = CONSENTING
    articles = (18,)
    refusal_is_event = True
    view = PurchaseView
    summary = ("同意或否决政府购买", "Consent to a government purchase")

    purchase_id = Id(required=True)
    approve = Flag(required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)


class ContractPurchase(Command):
    """Record the contract, which commits the money (签订政府购买合同)."""

    service = SERVICE
    http = "POST /purchases/<uuid:purchase_id>/contract"
    allowed = BUYERS
    place = PURCHASE
    articles = (6, 18)
    refusal_is_event = True
    view = PurchaseView
    summary = ("登记政府购买合同", "Record the contract of a purchase")

    purchase_id = Id(required=True)
    amount_fen = Fen(required=True)
    contract_sha256 = Digest(required=True)


class DeliverPurchase(Command):
    """Deliver the result that was bought (交付)."""

    service = SERVICE
    http = "POST /purchases/<uuid:purchase_id>/delivery"
    allowed = frozenset({roles.PROVIDER})
    articles = (18,)
    refusal_is_event = True
    view = PurchaseView
    summary = ("交付政府购买成果", "Deliver a purchase")

    purchase_id = Id(required=True)
    evidence_sha256 = Digest(required=True)


class AcceptPurchase(Command):
    """Accept the result, all, a part or nothing (验收), with the opinion of the beneficiaries."""

    service = SERVICE
    http = "POST /purchases/<uuid:purchase_id>/acceptance"
    allowed = BUYERS
    place = PURCHASE
    articles = (18,)
    refusal_is_event = True
    view = PurchaseView
    summary = ("验收政府购买成果", "Accept a purchase")

    purchase_id = Id(required=True)
    accepted_fen = Fen(least=0, required=True)
    reason = Text(500, required=True)
    opinion_sha256 = Digest(required=True)


class CancelPurchase(Command):
    """End a purchase before its delivery; what was committed goes back to its year."""

    service = SERVICE
    http = "POST /purchases/<uuid:purchase_id>/cancellation"
    allowed = BUYERS
    place = PURCHASE
    articles = (18,)
    refusal_is_event = True
    view = PurchaseView
    summary = ("取消政府购买", "Cancel a purchase")

    purchase_id = Id(required=True)
    reason = Text(500, required=True)


class InvoicePurchase(Command):
    """Ask to be paid for an accepted purchase (开票申请付款): it becomes a redemption."""

    service = SERVICE
    http = "POST /purchases/<uuid:purchase_id>/invoice"
    allowed = frozenset({roles.PROVIDER})
    articles = (18,)
    refusal_is_event = True
    view = RedemptionView
    summary = ("政府购买开票申请付款", "Invoice a purchase")

    purchase_id = Id(required=True)
    invoice_number = InvoiceNumber(required=True)


class ListPurchases(Query):
    """Purchases and what became of them; anyone may read them."""

    service = SERVICE
    http = "GET /purchases"
    public = True
    articles = (5, 18)
    view = PurchaseView
    is_list = True
    summary = ("政府购买公示", "Government purchases")

    state = Choice(*STATES, load_default=None)
    after = Id(load_default=None)
    limit = Whole(1, 500, load_default=100)


CONTRACTS = (
    ProposePurchase,
    DecidePurchase,
    ContractPurchase,
    DeliverPurchase,
    AcceptPurchase,
    CancelPurchase,
    InvoicePurchase,
    ListPurchases,
)
