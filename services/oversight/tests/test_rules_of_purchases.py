"""The rules about government purchases find what they are for, where it is, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest

from services.oversight.tests.history import ident, moved
from services.oversight.tests.planting import LEDGER, OTHER, History, Plant, each, enveloping

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


@pytest.fixture
def buying(history: History) -> History:
    """The history, with a purchase in it."""
    bought(history)
    refused(history)
    return history


@pytest.mark.article(6, 18)
def test_a_purchase_in_good_order_breaks_no_rule(buying: History) -> None:
    assert buying.rules_broken() == []


def saying(name: str, **values: Any) -> Plant:
    """Change what a step of the purchase says."""
    return lambda history: history.data(f"{P}{name}").update(values)


def twice(history: History) -> None:
    """An office consents once more."""
    last = history.data(f"{P}Consented", 1)
    last["office"] = "hrss-province"
    history.find(f"{P}Consented", 1).update(role="hrss-province")


def out_of_turn(history: History) -> None:
    """It is cancelled once it was accepted."""
    step(
        history,
        "Cancelled",
        {"fen": 0, "decider": CLERK, "reason": "1", "postings": []},
        CLERK,
        "department",
    )


CASES = [
    ("purchase-step", out_of_turn, "Cancelled"),
    ("purchase-persons", saying("Proposed", proposer=OTHER), "Proposed"),
    (
        "purchase-persons",
        each(saying("Delivered", deliverer=ONE), enveloping(f"{P}Delivered", actor=ONE)),
        "Delivered",
    ),
    (
        "purchase-persons",
        each(saying("Accepted", acceptor=SELLER), enveloping(f"{P}Accepted", actor=SELLER)),
        "Accepted",
    ),
    ("purchase-untendered", saying("Proposed", fen=400_000_000), "Proposed"),
    ("purchase-untendered", saying("Proposed", threshold_fen=400_000_001), "Proposed"),
    ("purchase-of-stranger", saying("Proposed", provider=OTHER), "Proposed"),
    ("purchase-of-stranger", lambda h: h.find(f"{P}Proposed")["seen"].clear(), "Proposed"),
    ("purchase-differs", saying("Proposed", fen=249), "Contracted"),
    ("fund-mixed", saying("Proposed", fund="JYCY"), "Proposed"),
]


@pytest.mark.article(6, 18)
@pytest.mark.parametrize(("rule", "plant", "step_"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    buying: History, rule: str, plant: Plant, step_: str
) -> None:
    plant(buying)
    assert (rule, *buying.place(f"{P}{step_}")) in buying.rules_broken()


@pytest.mark.article(18)
def test_what_is_owed_after_a_refusal_is_found(history: History) -> None:
    bought(history)
    refused(history)
    history.logs[LEDGER].pop()
    assert ("purchase-still-owed", LEDGER, None) in history.rules_broken()


@pytest.mark.article(6, 18)
def test_nothing_is_bought_of_the_government(buying: History) -> None:
    admitted = buying.data("identity.SubjectAdmittedAsProvider")
    admitted["kind"] = "public-agency"
    assert ("government-paid", *buying.place(f"{P}Proposed")) in buying.rules_broken()
