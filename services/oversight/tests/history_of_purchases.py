"""A government purchase as events by hand: what the rules about purchases are tried on."""

from copy import deepcopy
from typing import Any

from services.oversight.tests.history import ident, moved
from services.oversight.tests.planting import LEDGER, OTHER, History, Plant, setting

P = f"{LEDGER}.Purchase"
DIGEST, NOTHING = "c" * 64, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
FUND, HEFEI, PROVINCE = "ZFGM-PX", "ZFGM-PX/340100/2026", "ZFGM-PX/340000/2026"
BUY, BUDGET = ident("purchase"), ident("purchase budget")
CLERK, ONE, TWO, SELLER, CHECKER = (ident(f"purchase {n}") for n in range(5))


def bought(history: History) -> None:
    """A purchase of 300 fen: contracted for 250, accepted for 200, refused when it was reviewed."""
    province, year = ident("purchase province"), {"fund": FUND, "year": 2026}
    history.add(f"{LEDGER}.BudgetOpened", province, {**year, "region": "340000"})
    paper = {"fen": 1000, "document_number": "皖财社〔2026〕1号"}
    come = moved("appropriated", "unissued", 1000, PROVINCE)
    given = {**paper, "source": "provincial", "postings": come}
    history.add(f"{LEDGER}.BudgetAppropriated", province, given)
    goes = [
        *moved("unissued", "appropriated", 1000, PROVINCE),
        *moved("appropriated", "unissued", 1000, HEFEI),
    ]
    told = {**paper, "region": "340100", "postings": goes}
    history.add(f"{LEDGER}.BudgetAllocated", province, told)
    history.add(f"{LEDGER}.BudgetOpened", BUDGET, {**year, "region": "340100"})
    history.add(f"{LEDGER}.BudgetReceived", BUDGET, {"source": province, "fen": 1000})
    asked = {
        "region": "340100",
        "provider": ident("provider"),
        "title": "培训",
        "fen": 300,
        "procedure": "consultation",
        "procedure_basis": "政府采购法第二十六条",
        "exemption": None,
        "threshold_fen": 400_000_000,
        "threshold_basis": "default (not Anhui law)",
        "beneficiaries": 30,
        "beneficiaries_sha256": DIGEST,
        "proposer": CLERK,
    }
    step(history, "Proposed", {**year, **asked}, CLERK, "department")
    why = {"reason": "同意", "document_number": "1"}
    for office, who in (("hrss-province", ONE), ("finance-province", TWO)):
        step(history, "Consented", {"office": office, "approver": who, **why}, who, office)
    history.add(f"{LEDGER}.BudgetCommitted", BUDGET, {"batch_id": BUY, "fen": 250})
    by(history, f"{LEDGER}.BudgetCommitted", CLERK, "department")
    signed = {"fen": 250, "contract_sha256": DIGEST}
    signed |= {"postings": moved("unissued", "reserved", 250, HEFEI)}
    step(history, "Contracted", signed, CLERK, "department")
    made = {"deliverer": SELLER, "evidence_sha256": DIGEST}
    step(history, "Delivered", made, SELLER, "provider")
    taken = {"fen": 200, "returned_fen": 50, "acceptor": CHECKER, "reason": "满意"}
    back = moved("reserved", "expired-returned", 50, HEFEI)
    taken |= {"postings": [*moved("reserved", "redeemed", 200, HEFEI), *back]}
    step(history, "Accepted", {**taken, "opinion_sha256": DIGEST}, CHECKER, "department")


def step(history: History, name: str, data: dict[str, Any], who: str, role: str) -> None:
    """A step of the purchase, by somebody."""
    history.add(f"{P}{name}", BUY, data)
    by(history, f"{P}{name}", who, role)


def by(history: History, type_: str, who: str, role: str) -> None:
    """The last event of a type was brought about by somebody."""
    event = next(e for e in reversed(history.logs[LEDGER]) if e["type"] == type_)
    event.update(actor=who, role=role)


def refused(history: History) -> None:
    """Its redemption is asked for and refused, and what was owed goes back."""
    asked = deepcopy(history.data(f"{LEDGER}.RedemptionApplied"))
    asked |= {"order_id": BUY, "voucher_id": BUY, "fund": FUND, "fen": 200, "risks": []}
    asked |= {"invoice_number": "99999999", "contract_sha256": DIGEST, "evidence_sha256": DIGEST}
    history.add(f"{LEDGER}.RedemptionApplied", OTHER, asked | {"payment_proof_sha256": NOTHING})
    rejected = {"reviewer": ident("reviewer"), "reason": "发票不符"}
    history.together(
        (f"{LEDGER}.RedemptionRejected", OTHER, rejected),
        (
            f"{P}Forfeited",
            BUY,
            {"fen": 200, "postings": moved("redeemed", "expired-returned", 200, HEFEI)},
        ),
    )
    by(history, f"{P}Forfeited", ident("reviewer"), "employment-province")


APPLIED, HELD = f"{LEDGER}.RedemptionApplied", f"{LEDGER}.RedemptionHeld"


def saying(name: str, number: int = 0, **values: Any) -> Plant:
    """Change what a step of the purchase says."""
    return setting(f"{P}{name}", number, **values)


def asking(**values: Any) -> Plant:
    """Change what the redemption of the purchase says."""
    return setting(APPLIED, 1, **values)
