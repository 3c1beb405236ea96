"""Every rule finds what it is for, where it is, and nothing else."""

import re

import pytest

from oversight.domain.rules import every_rule
from oversight.domain.rules.seals import SEALS
from oversight.domain.rules.tables import TABLES
from oversight.domain.rules.witness import WITNESS
from oversight.vocabulary import EventSchemas
from services.oversight.tests.cases import CASES
from services.oversight.tests.planting import (
    ADMITTED,
    PRIVATE,
    History,
    Plant,
    _released_later,
    lapsing,
)

ELSEWHERE = {
    "account-overdrawn",
    "acknowledgement-step",
    "answer-missing",
    "applied-differs",
    "balances-differ",
    "closed-batch-holds",
    "drawn-not-granted",
    "entry-not-canonical",
    "command-replayed",
    "entry-parked",
    "entry-unreadable",
    "given-not-received",
    "issued-beyond-appropriated",
    "log-cut-short",
    "not-acknowledged",
    "paid-uncosigned",
    "payment-overdue",
    "position-gap",
    "released-unparked",
    "run-incomplete",
    "surrendered-not-returned",
    "relied-on-unknown",
    "reaction-doubled",
    "recorded-out-of-time",
}
"""Rules that have a test of their own in test_audit.py; those of seals in test_verification.py."""

BESIDE = {
    "government-paid": ("provider-conditions",),
    "order-step": ("evidence-differs",),
    "redeemed-without-acceptance": ("own-payment-differs",),
}
"""What is found with an irregularity, because it cannot be without."""

PRIVACY = {rule.id for rule in every_rule(EventSchemas()) if rule.__module__ in PRIVATE}
"""Rules that have their cases in test_privacy_rules.py."""

OF_ADMISSION = {rule.id for rule in every_rule(EventSchemas()) if rule.__module__ in ADMITTED}
"""Rules that have their cases in test_admission_rules.py."""


@pytest.mark.article(17)
@pytest.mark.parametrize("at", ["2026-12-31T16:00:00.000000Z", "2027-01-02T15:59:59.999999Z"])
def test_what_is_left_may_go_back_on_its_day_and_on_the_next(history: History, at: str) -> None:
    history.expire(at)
    history.find("matching.OrderRefused")["recorded_at"] = "2027-06-01T00:00:00.000000Z"
    assert history.rules_broken() == []


@pytest.mark.article(17)
def test_what_comes_back_after_its_date_may_go_on_that_day_and_on_the_next(
    history: History,
) -> None:
    _released_later(history)
    assert history.rules_broken() == []


@pytest.mark.article(19)
def test_an_order_that_lapses_in_time_gives_its_share_back(history: History) -> None:
    lapsing("2026-06-30T16:00:00.000000Z")(history)
    assert history.rules_broken() == []


OF_ACCOUNTS = {
    "acted-outside-region",
    "acted-while-frozen",
    "code-reused",
    "duties-clash",
    "factor-unproved",
    "frozen-sign-in",
    "frozen-voucher-used",
    "last-account-left",
    "linked-uninvited",
    "reset-by-one",
    "reset-unapproved",
    "role-not-held",
    "session-unproved",
    "staff-single-factor",
}
"""Rules that have their cases in test_rules_of_accounts.py."""

OF_AGREEMENTS = {
    "agreement-never-in-force",
    "agreement-unannounced",
    "begun-unsigned",
    "signature-differs",
}
"""Rules that have their cases in test_rules_of_agreements.py."""

OF_AUTHORISATIONS = {"authorised-unduly", "outside-authorisation"}
"""Rules that have their cases in test_rules_of_authorisations.py."""

OF_BLACKLIST = {
    "acted-while-blacklisted",
    "appeal-undecided",
    "blacklisted-unduly",
    "blacklisting-never-ended",
    "blacklisting-step",
}
"""Rules that have their cases in test_rules_of_blacklist.py."""

OF_TENURES = {
    "handover-differs",
    "operator-without-tenure",
    "outside-tenure",
    "tenure-step",
    "two-tenures",
}
"""Rules that have their cases in test_rules_of_tenures.py."""


OF_ENDS = {
    "demand-differs",
    "instalment-differs",
    "returned-not-voided",
    "share-lapsed-early",
    "share-never-lapsed",
    "void-differs",
    "voided-left",
    "write-off-step",
}
"""Rules that have their cases in test_rules_of_ends.py."""


OF_RISKS = {
    "held-unfounded",
    "hold-step",
    "paid-while-held",
    "refund-not-held",
    "risk-not-held",
}
"""Rules that have their cases in test_rules_of_risks.py."""

OF_TIES = {"tie-not-held"}
"""Rules that have their cases in test_rules_of_ties.py."""

OF_RECONCILIATIONS = {
    "difference-kept-silent",
    "difference-step",
    "difference-unfounded",
    "paid-while-different",
    "reconciliation-differs",
    "reconciliation-missing",
    "reconciliation-root-differs",
    "settled-and-approved",
}
"""Rules that have their cases in test_rules_of_reconciliations.py."""


OF_PURCHASES = {
    "contract-differs",
    "fund-mixed",
    "purchase-differs",
    "purchase-of-stranger",
    "purchase-persons",
    "purchase-step",
    "purchase-still-owed",
    "purchase-untendered",
}
"""Rules that have their cases in test_rules_of_purchases.py."""

OF_FEES = {
    "fee-of-the-government",
    "fee-schedule-digest",
    "fee-schedule-one-signer",
    "fee-schedule-retroactive",
    "fee-schedule-side",
    "fee-schedule-step",
    "order-off-fee",
}
"""Rules that have their cases in test_rules_of_fees.py."""


@pytest.mark.article(8)
@pytest.mark.parametrize(("rule", "plant", "type_", "numbers"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, numbers: tuple[int, ...]
) -> None:
    plant(history)
    places = [history.place(type_, number) for number in numbers]
    found = [each for each in history.rules_broken() if each[0] not in BESIDE.get(rule, ())]
    assert found == [(rule, log, position) for log, position in places]


def test_every_rule_has_a_case_and_speaks_both_languages(history: History) -> None:
    rules = every_rule(EventSchemas())
    elsewhere = (
        ELSEWHERE | PRIVACY | OF_ADMISSION | {rule.id for rule in (*SEALS, *TABLES, *WITNESS)}
    )
    apart = OF_ACCOUNTS | OF_TENURES | OF_BLACKLIST | OF_AGREEMENTS | OF_ENDS
    apart |= OF_AUTHORISATIONS | OF_RISKS | OF_TIES | OF_PURCHASES | OF_RECONCILIATIONS | OF_FEES
    tested = {case.values[0] for case in CASES} | elsewhere | apart
    assert sorted(rule.id for rule in rules) == sorted(tested)
    for rule in rules:
        assert rule.__doc__
        assert set(rule.articles) <= set(range(1, 41))
        assert set(re.findall(r"{\w+}", rule.zh)) == set(re.findall(r"{\w+}", rule.en))
