"""What the events of government purchases say (政府购买服务成果). Amounts in integer fen."""

from chassis.contract import Choice, Digest, EventSchema, Fen, Id, Region, Text, Whole
from schemas.events.voucher_ledger.common import ID, Postings, postings_of
from schemas.voucher_ledger.common import FundCode
from schemas.voucher_ledger.purchases import PROCEDURES

_OFFICES = ("hrss-province", "finance-province")
_PURSE = "ZFGM-PX/340100/2026"


class PurchaseProposed(EventSchema):
    """A department asked for the consents to a purchase (提出政府购买)."""

    type = "voucher-ledger.PurchaseProposed"
    fund = FundCode(required=True)
    year = Whole(2018, 2100, required=True)
    region = Region(required=True)
    provider = Id(required=True)
    title = Text(200, required=True)
    fen = Fen(required=True)
    procedure = Choice(*PROCEDURES, required=True)
    procedure_basis = Text(200, required=True)
    exemption = Text(80, required=True, allow_none=True)
    threshold_fen = Fen(least=0, required=True)
    threshold_basis = Text(120, required=True)
    beneficiaries = Whole(1, 10**6, required=True)
    beneficiaries_sha256 = Digest(required=True)
    proposer = Text(80, required=True)
    example = {
        "fund": "ZFGM-PX",
        "year": 2026,
        "region": "340100",
        "provider": ID,
        "title": "返乡创业者培训",
        "fen": 500,
        "procedure": "consultation",
        "procedure_basis": "政府采购竞争性磋商采购方式管理暂行办法第三条",
        "exemption": None,
        "threshold_fen": 400_000_000,
        "threshold_basis": "default (not Anhui law)",
        "beneficiaries": 30,
        "beneficiaries_sha256": "0" * 64,
        "proposer": ID,
    }


class PurchaseConsented(EventSchema):
    """One of the two offices consented (同意)."""

    type = "voucher-ledger.PurchaseConsented"
    office = Choice(*_OFFICES, required=True)
    approver = Text(80, required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)
    example = {
        "office": "finance-province",
        "approver": ID,
        "reason": "同意购买",
        "document_number": "皖财社〔2026〕3号",
    }


class PurchaseRejected(EventSchema):
    """One of the two offices did not consent (不同意)."""

    type = "voucher-ledger.PurchaseRejected"
    office = Choice(*_OFFICES, required=True)
    approver = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"office": "hrss-province", "approver": ID, "reason": "受益名单不明"}


class PurchaseContracted(EventSchema):
    """The contract was signed: its money is committed (签订合同)."""

    type = "voucher-ledger.PurchaseContracted"
    fen = Fen(required=True)
    contract_sha256 = Digest(required=True)
    postings = Postings()
    example = {
        "fen": 500,
        "contract_sha256": "0" * 64,
        "postings": postings_of("unissued", "reserved", 500, _PURSE),
    }


class PurchaseDelivered(EventSchema):
    """The provider delivered (交付)."""

    type = "voucher-ledger.PurchaseDelivered"
    deliverer = Text(80, required=True)
    evidence_sha256 = Digest(required=True)
    example = {"deliverer": ID, "evidence_sha256": "0" * 64}


class PurchaseAccepted(EventSchema):
    """The department accepted (验收); what it did not accept goes back to its year."""

    type = "voucher-ledger.PurchaseAccepted"
    fen = Fen(least=0, required=True)
    returned_fen = Fen(least=0, required=True)
    acceptor = Text(80, required=True)
    reason = Text(500, required=True)
    opinion_sha256 = Digest(required=True)
    postings = Postings()
    example = {
        "fen": 500,
        "returned_fen": 0,
        "acceptor": ID,
        "reason": "30 人参训,满意 29 人",
        "opinion_sha256": "0" * 64,
        "postings": postings_of("reserved", "redeemed", 500, _PURSE),
    }


class PurchaseCancelled(EventSchema):
    """The department ended it before a delivery (取消)."""

    type = "voucher-ledger.PurchaseCancelled"
    fen = Fen(least=0, required=True)
    decider = Text(80, required=True)
    reason = Text(500, required=True)
    postings = Postings()
    example = {
        "fen": 500,
        "decider": ID,
        "reason": "服务商违约",
        "postings": postings_of("reserved", "expired-returned", 500, _PURSE),
    }


class PurchaseForfeited(EventSchema):
    """Its redemption was refused for good: what was owed went back to its year."""

    type = "voucher-ledger.PurchaseForfeited"
    fen = Fen(required=True)
    postings = Postings()
    example = {"fen": 500, "postings": postings_of("redeemed", "expired-returned", 500, _PURSE)}


EVENTS = (
    PurchaseProposed,
    PurchaseConsented,
    PurchaseRejected,
    PurchaseContracted,
    PurchaseDelivered,
    PurchaseAccepted,
    PurchaseCancelled,
    PurchaseForfeited,
)
