"""The rules about government purchases find what they are for, where it is, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest

from services.oversight.tests.history import ident, moved
from services.oversight.tests.history_of_purchases import (
    APPLIED,
    BUY,
    CLERK,
    DIGEST,
    FUND,
    HEFEI,
    ONE,
    SELLER,
    P,
    asking,
    bought,
    refused,
    saying,
    step,
)
from services.oversight.tests.planting import (
    LEDGER,
    OTHER,
    History,
    Plant,
    each,
    enveloping,
    posting,
    setting,
)
from services.oversight.tests.test_rules import OF_PURCHASES


@pytest.fixture
def buying(history: History) -> History:
    """The history, with a purchase in it."""
    bought(history)
    refused(history)
    return history


@pytest.mark.article(6, 18)
def test_a_purchase_in_good_order_breaks_no_rule(buying: History) -> None:
    assert buying.rules_broken() == []


BESIDE = {
    "fund-mixed": ("money-without-origin", "purchase-differs", "postings-differ"),
    "government-paid": ("provider-conditions",),
    "purchase-step": ("evidence-differs",),
}
"""What is found with an irregularity, because it cannot be without."""


def acting(name: str, who: str, part: str, number: int = 0) -> Plant:
    """Let a step of the purchase be somebody else's."""
    said = saying(name, number, **{part: who})
    return each(said, enveloping(f"{P}{name}", number, actor=who))


def lacking(name: str, number: int = 0) -> Plant:
    """Leave a step of the purchase out."""

    def plant(history: History) -> None:
        history.logs[LEDGER].remove(history.find(f"{P}{name}", number))
        _renumber(history)

    return plant


def twice(name: str) -> Plant:
    """Let a step of the purchase be taken once more, at once."""

    def plant(history: History) -> None:
        log, event = history.logs[LEDGER], history.find(f"{P}{name}")
        again = {**deepcopy(event), "command": ident(f"again {name}")}
        log.insert(log.index(event) + 1, again)
        _renumber(history)

    return plant


def _renumber(history: History) -> None:
    events = [event for event in history.logs[LEDGER] if event["stream"] == BUY]
    for version, event in enumerate(events, 1):
        event["version"] = version


def ending(name: str, **said: Any) -> Plant:
    """Let the purchase end at the end."""
    return lambda history: step(history, name, {"reason": "1", **said}, CLERK, "department")


def money(name: str, fen: int, *pairs: tuple[str, str, int]) -> Plant:
    """Change what a step is of, and where that money goes."""
    lines = [line for source, target, part in pairs for line in moved(source, target, part, HEFEI)]
    return saying(name, fen=fen, postings=lines)


CANCELLED = {"fen": 0, "decider": CLERK, "postings": []}
OWED = ("reserved", "redeemed", 200)
PLANTED: list[tuple[str, Plant, str, int]] = [
    # its steps
    ("purchase-step", ending("Cancelled", **CANCELLED), "Cancelled", 0),
    ("purchase-step", lacking("Consented", 1), "Contracted", 0),
    ("purchase-step", lacking("Delivered"), "Accepted", 0),
    ("purchase-step", twice("Delivered"), "Delivered", 1),
    # its persons
    ("purchase-persons", saying("Proposed", proposer=OTHER), "Proposed", 0),
    ("purchase-persons", acting("Consented", CLERK, "approver"), "Consented", 0),
    ("purchase-persons", acting("Consented", ONE, "approver", 1), "Consented", 1),
    ("purchase-persons", saying("Consented", approver=OTHER), "Consented", 0),
    ("purchase-persons", enveloping(f"{P}Consented", role="finance-province"), "Consented", 0),
    ("purchase-persons", acting("Delivered", ONE, "deliverer"), "Delivered", 0),
    ("purchase-persons", acting("Delivered", CLERK, "deliverer"), "Delivered", 0),
    ("purchase-persons", saying("Delivered", deliverer=OTHER), "Delivered", 0),
    ("purchase-persons", acting("Accepted", SELLER, "acceptor"), "Accepted", 0),
    ("purchase-persons", acting("Accepted", CLERK, "acceptor"), "Accepted", 0),
    ("purchase-persons", saying("Accepted", acceptor=OTHER), "Accepted", 0),
    ("wrong-role", enveloping(f"{P}Contracted", role="operator"), "Contracted", 0),
    # of whom, and how
    ("purchase-untendered", saying("Proposed", fen=400_000_000), "Proposed", 0),
    ("purchase-untendered", saying("Proposed", threshold_fen=400_000_001), "Proposed", 0),
    ("purchase-untendered", saying("Proposed", threshold_basis="皖财购〔2026〕1号"), "Proposed", 0),
    ("purchase-of-stranger", lambda h: h.find(f"{P}Proposed")["seen"].clear(), "Proposed", 0),
    # its amounts
    ("purchase-differs", saying("Proposed", fen=249), "Contracted", 0),
    ("purchase-differs", setting(f"{LEDGER}.BudgetCommitted", 1, fen=249), "Contracted", 0),
    ("purchase-differs", setting(f"{LEDGER}.BudgetCommitted", 1, batch_id=OTHER), "Contracted", 0),
    ("purchase-differs", each(saying("Accepted", returned_fen=49),
        money("Accepted", 200, OWED, ("reserved", "expired-returned", 49))), "Accepted", 0),
    ("purchase-differs", money("Forfeited", 199, ("redeemed", "expired-returned", 199)),
        "Forfeited", 0),
    ("postings-differ", posting(f"{P}Contracted", 0, account=f"issued/{HEFEI}"), "Contracted", 0),
]  # fmt: skip


@pytest.mark.article(6, 18)
@pytest.mark.parametrize(("rule", "plant", "step_", "number"), PLANTED)
def test_a_planted_irregularity_is_found_where_it_is_and_by_its_rule_alone(
    buying: History, rule: str, plant: Plant, step_: str, number: int
) -> None:
    plant(buying)
    found = [each for each in buying.rules_broken() if each[0] not in BESIDE.get(rule, ())]
    assert found == [(rule, *buying.place(f"{P}{step_}", number))]


@pytest.mark.article(17, 18)
@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        ("redemption-off-share", asking(fen=199)),
        ("redemption-off-share", asking(provider=OTHER)),
        ("redemption-off-share", asking(fund="JYCY")),
        ("redemption-off-share", asking(region="340000")),
        ("evidence-differs", asking(evidence_sha256="d" * 64)),
        ("contract-differs", asking(contract_sha256="d" * 64)),
        ("redemption-terms-differ", asking(pay_by="2026-06-01")),
        ("redemption-terms-differ", asking(risks=["at-cap"])),
    ],
)
def test_the_redemption_of_a_purchase_is_of_what_was_accepted(
    buying: History, rule: str, plant: Plant
) -> None:
    plant(buying)
    assert buying.rules_broken() == [(rule, *buying.place(APPLIED, 1))]


@pytest.mark.article(17, 18)
def test_an_invoice_of_an_order_pays_no_purchase(buying: History) -> None:
    asking(invoice_number=buying.data(APPLIED)["invoice_number"])(buying)
    assert ("invoice-reused", *buying.place(APPLIED, 1)) in buying.rules_broken()


@pytest.mark.article(18)
def test_what_is_cancelled_goes_back_to_its_year_and_all_of_it(history: History) -> None:
    bought(history)
    del history.logs[LEDGER][-2:]
    back = {"fen": 250, "decider": CLERK, "reason": "1"}
    whole = moved("reserved", "expired-returned", 250, HEFEI)
    step(history, "Cancelled", {**back, "postings": whole}, CLERK, "department")
    assert history.rules_broken() == []
    part = moved("reserved", "expired-returned", 249, HEFEI)
    saying("Cancelled", fen=249, postings=part)(history)
    assert history.rules_broken() == [("purchase-differs", *history.place(f"{P}Cancelled"))]


@pytest.mark.article(18)
def test_what_was_not_refused_is_not_forfeited(history: History) -> None:
    bought(history)
    refused(history)
    history.logs[LEDGER] = [
        e for e in history.logs[LEDGER] if e["type"] != f"{LEDGER}.RedemptionRejected"
    ]
    assert history.rules_broken() == [("purchase-differs", *history.place(f"{P}Forfeited"))]


@pytest.mark.article(18)
def test_what_is_owed_after_a_refusal_is_found(history: History) -> None:
    bought(history)
    refused(history)
    history.logs[LEDGER].pop()
    assert history.rules_broken() == [("purchase-still-owed", LEDGER, None)]


@pytest.mark.article(17, 18)
def test_the_money_of_vouchers_buys_nothing_and_that_of_purchases_opens_no_batch(
    buying: History,
) -> None:
    saying("Proposed", fund="JYCY")(buying)
    assert ("fund-mixed", *buying.place(f"{P}Proposed")) in buying.rules_broken()
    saying("Proposed", fund=FUND)(buying)
    opened = deepcopy(buying.data(f"{LEDGER}.BatchOpened"))
    buying.add(f"{LEDGER}.BatchOpened", OTHER, opened | {"fund": FUND})
    assert ("fund-mixed", *buying.place(f"{LEDGER}.BatchOpened", 1)) in buying.rules_broken()


@pytest.mark.article(6, 18)
def test_nothing_is_bought_of_the_government(buying: History) -> None:
    admitted = buying.data("identity.SubjectAdmittedAsProvider")
    admitted["kind"] = "public-agency"
    assert ("government-paid", *buying.place(f"{P}Proposed")) in buying.rules_broken()


@pytest.mark.article(18, 22)
def test_nothing_is_bought_of_somebody_who_was_never_admitted(buying: History) -> None:
    saying("Proposed", provider=OTHER)(buying)
    assert ("purchase-of-stranger", *buying.place(f"{P}Proposed")) in buying.rules_broken()


EARLY = "2026-05-01T02:00:00.000000Z"
LISTED: dict[str, Any] = {
    "number": 1,
    "region": "340100",
    "grounds": "fraud",
    "reason": "虚构交易",
    "evidence_sha256": DIGEST,
    "entered_on": "2026-05-01",
    "until": "2026-05-31",
    "appeal_by": "2026-05-16",
    "entered_by": ident("overseer"),
}


@pytest.mark.article(18, 28, 35)
@pytest.mark.parametrize(
    ("rule", "type_", "data"),
    [
        ("frozen-voucher-used", "identity.AccountFrozen", {"case_id": ident("case")}),
        ("acted-while-blacklisted", "identity.BlacklistingEntered", LISTED),
    ],
)
def test_nothing_is_bought_of_who_is_held(
    buying: History, rule: str, type_: str, data: dict[str, Any]
) -> None:
    buying.add(type_, ident("held"), {**data, "subject_id": ident("provider")}, at=EARLY)
    found = buying.rules_broken()
    for name in ("Proposed", "Contracted"):
        assert (rule, *buying.place(f"{P}{name}")) in found


def test_every_rule_of_purchases_has_a_case() -> None:
    alone = {"contract-differs", "purchase-still-owed", "fund-mixed"}
    assert {rule for rule, *_ in PLANTED} | alone >= OF_PURCHASES
