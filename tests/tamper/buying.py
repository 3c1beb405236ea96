"""What a story's people do about government purchases."""

from chassis import clock
from schemas import roles
from schemas.voucher_ledger.budget import AppropriateBudget
from schemas.voucher_ledger.purchases import (
    AcceptPurchase,
    CancelPurchase,
    ContractPurchase,
    DecidePurchase,
    DeliverPurchase,
    InvoicePurchase,
    ProposePurchase,
)
from tests.tamper.economy import Economy


def buying(economy: Economy) -> None:
    """A department buys for a group; another purchase is cancelled."""
    story, year = economy.story, clock.legal_date().year
    owner, finance = story.owner(), story.officer(roles.FINANCE_PROVINCE)
    buyer, provider = story.officer(roles.DEPARTMENT), economy.offers[0].provider
    paper = {"document_number": "皖财社〔2026〕21号"}
    budget = {"fund": "ZFGM-PX", "year": year, "amount_fen": 500_000}
    story.do(AppropriateBudget, owner, **budget, **paper)
    asked = {**budget, "amount_fen": 100_000, "region": "340000", "provider": provider.subject}
    asked |= {"title": "培训", "procedure": "inquiry", "procedure_basis": "政府采购法第三十二条"}
    asked |= {"beneficiaries": 30, "beneficiaries_sha256": "3" * 64}
    ended = story.do(ProposePurchase, buyer, **asked)["id"]
    story.do(CancelPurchase, buyer, purchase_id=ended, reason="不再需要")
    of = {"purchase_id": story.do(ProposePurchase, buyer, **asked)["id"]}
    for office in (owner, finance):
        story.do(DecidePurchase, office, **of, approve=True, reason="同意", **paper)
    signed = {"amount_fen": 100_000, "contract_sha256": "4" * 64}
    story.do(ContractPurchase, buyer, **of, **signed)
    story.do(DeliverPurchase, provider, **of, evidence_sha256="5" * 64)
    taken = {"accepted_fen": 90_000, "reason": "满意", "opinion_sha256": "6" * 64}
    assert story.refuse(AcceptPurchase, buyer, **of, **taken) == "voucher-ledger.own-purchase"
    story.do(AcceptPurchase, story.colleague(roles.DEPARTMENT), **of, **taken)
    redemption = story.do(InvoicePurchase, provider, **of, invoice_number="99999999")["id"]
    economy.review(redemption)
    economy.pay(redemption)
