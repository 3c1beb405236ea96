"""Government purchases that tests speak to: a department's money, consents and deliveries."""

from typing import Any

from chassis import context
from voucher_ledger.testing import World

FUND = "ZFGM-PX"
DIGEST = "c" * 64
ASKED: dict[str, Any] = {
    "year": 2026,
    "region": "340100",
    "title": "返乡创业者培训",
    "amount_fen": 300_000,
    "procedure": "consultation",
    "procedure_basis": "政府采购竞争性磋商采购方式管理暂行办法第三条",
    "exemption": None,
    "beneficiaries": 30,
    "beneficiaries_sha256": DIGEST,
}


def terms(world: World, **changes: Any) -> dict[str, Any]:
    """What a department asks for, of a new provider, with money behind it."""
    kind = changes.pop("kind", "lawful-firm")
    world.budget(fund=FUND)
    return {"fund": FUND, "provider": world.offer(kind=kind)[1], **ASKED, **changes}


def consent(world: World, purchase: str, office: str, actor: str, approve: bool = True) -> Any:
    """One of the two offices decides."""
    given: dict[str, Any] = {"purchase_id": purchase, "approve": approve, "reason": "同意"}
    with context.bound(context.Context(actor=actor, role=office)):
        decision = world.ledger.decide_purchase(**given, document_number="皖财社〔2026〕3号")
        world.ledger.write(decision)
    return decision.result


def contracted(world: World, **changes: Any) -> tuple[str, str]:
    """A purchase whose contract is signed; returns (purchase, provider)."""
    asked = terms(world, **changes)
    id_ = str(world.do("propose_purchase", actor="clerk", **asked)["id"])
    consent(world, id_, "hrss-province", "one")
    assert consent(world, id_, "finance-province", "two")["state"] == "consented"
    signed: dict[str, Any] = {"purchase_id": id_, "amount_fen": 250_000, "contract_sha256": DIGEST}
    world.do("contract_purchase", actor="clerk", **signed)
    return id_, asked["provider"]


def accepted(world: World, fen: int = 200_000, **changes: Any) -> tuple[str, str]:
    """A purchase that was accepted in part; returns (purchase, provider)."""
    id_, provider = contracted(world, **changes)
    made = {"purchase_id": id_, "evidence_sha256": "d" * 64}
    world.do("deliver_purchase", provider, actor="seller", **made)
    world.do("accept_purchase", actor="inspector", **acceptance(id_, fen))
    return id_, provider


def acceptance(id_: str, fen: int) -> dict[str, Any]:
    """What the department says of a delivery."""
    said = {"reason": "满意 29 人", "opinion_sha256": "e" * 64}
    return {"purchase_id": id_, "accepted_fen": fen, **said}
