"""Verification and admission: whole lives are clean, and each irregularity is found where it is."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from oversight.domain.people import renewed
from oversight.domain.rules import every_rule
from oversight.testing import people
from oversight.vocabulary import EventSchemas
from services.oversight.tests.history import History, ident
from services.oversight.tests.history_of_admission import (
    ACTIVATED,
    AGED_OUT,
    AGENCY,
    ANNOUNCED,
    ANSWERED,
    CHECKED,
    CLAIMED,
    COLLECTED,
    DUE,
    EXITED,
    FIRM,
    GRANTED,
    IMPORTED,
    LAPSED,
    LATE,
    LINKED,
    MINOR,
    PROVIDER,
    PUBLISHED,
    REFUSED,
    REJECTED,
    REMINDED,
    REVERIFIED,
    REVIEW,
    STAFF,
    SUBMITTED,
    SUSPENDED,
    USER,
    VERIFIED,
    agency,
    by_staff,
    disputed,
    firm,
    imported,
    itself,
    minor,
    papers,
    refusals,
    told,
)
from services.oversight.tests.history_of_money import clean
from services.oversight.tests.planting import ADMITTED

Plant = Callable[[History], Any]


@pytest.fixture
def life() -> History:
    """The clean history, with a minor, a disputed name, an agency, a firm, and refusals."""
    history = clean()
    for part in (minor, disputed, agency, firm, refusals, imported):
        part(history)
    return history


def test_whole_lives_are_clean(life: History) -> None:
    assert life.rules_broken() == []


def setting(type_: str, number: int = 0, **values: Any) -> Plant:
    return lambda history: history.data(type_, number).update(values)


def enveloping(type_: str, number: int = 0, **values: Any) -> Plant:
    return lambda history: history.find(type_, number).update(values)


def conditions(type_: str, number: int = 0, **values: Any) -> Plant:
    """Change some of the conditions that an admission keeps; None takes one away."""

    def plant(history: History) -> None:
        data = history.data(type_, number)
        changed = {**deepcopy(data["conditions"]), **values}
        data["conditions"] = {key: value for key, value in changed.items() if value is not None}

    return plant


def start_up(**values: Any) -> Plant:
    def plant(history: History) -> None:
        subject = ident("firm as user")
        history.tell(people.user(subject, kind="firm"))
        found = history.data(USER, 5)["conditions"]
        found["start-up"] = {**found["start-up"], **values}

    return plant


def firm_as_user(**values: Any) -> Plant:
    def plant(history: History) -> None:
        history.tell(people.user(ident("firm as user"), kind="firm"))
        history.data(USER, 5)["conditions"] = {**people.FIRM, **values}

    return plant


def unanswered(history: History) -> None:
    """A registry never answered about the minor."""
    log, position = history.place(ANSWERED, 4)
    history.logs[log].pop(position)


def wrong(history: History, count: int, accounts: int, hours: int = 0) -> None:
    stream = history.find(ANSWERED, 4)["stream"]
    for n in range(count):
        at = f"2026-05-0{1 + (n * hours) // 24}T{(4 + n * hours) % 24:02}:00:00.000000Z"
        data = {"account_id": ident(f"account {n % accounts}"), "outcome": "mismatch"}
        event = told(history, ANSWERED, stream, registry="public-security", at=at, **data)
        event["data"]["at"] = at


def guesses(count: int, accounts: int) -> Plant:
    return lambda history: wrong(history, count, accounts)


def renewing(*steps: str) -> Plant:
    """The minor's verification: announced, lapsed, made anew."""

    def plant(history: History) -> None:
        for step in steps:
            if step == "announced":
                data = {"renew_by": DUE, "lapses_on": "2026-12-01"}
                itself(history, ANNOUNCED, MINOR, REMINDED, **data)
            elif step == "lapsed":
                itself(history, LAPSED, MINOR, LATE, renew_by=DUE)
            elif step == "again":
                data = {"registry": "public-security", "outcome": "match"}
                told(history, REVERIFIED, MINOR, LATE, **data, renew_by="2027-06-01")

    return plant


def lapsed_early(history: History) -> None:
    renewing("announced")(history)
    itself(history, LAPSED, MINOR, "2026-11-30T04:00:00.000000Z", renew_by=DUE)


def sixty(history: History) -> None:
    """The holder of the voucher had turned sixty, and whoever granted it had seen that."""
    user = history.data(GRANTED)["holder"]
    itself(history, AGED_OUT, user, policy="on-birthday")
    history.find(GRANTED)["seen"]["identity"] = history.place(AGED_OUT)[1]


def published(subject: str, price_fen: int) -> Plant:
    def plant(history: History) -> None:
        again = {"provider": subject, "price_fen": price_fen}
        history.again(PUBLISHED, ident("another listing"), again)

    return plant


def suspended(state: str) -> Plant:
    def plant(history: History) -> None:
        if state == "exited":
            told(history, EXITED, FIRM, reason="closing")["role"] = "provider"
        else:
            by_staff(history, SUSPENDED, FIRM, ground="operator", reason="投诉")
        published(FIRM, 100)(history)

    return plant


def listed(history: History) -> None:
    """A list names the firm, and nothing follows."""
    itself(history, CHECKED, FIRM, outcome="serious-violation")


def unchecked(history: History) -> None:
    """The logs go on for two months without a look at the lists."""
    itself(history, ANNOUNCED, MINOR, "2026-07-01T04:00:00.000000Z", renew_by=DUE, lapses_on=DUE)


def decided_by_the_applicant(history: History) -> None:
    history.find(ACTIVATED, 1)["role"] = None
    history.data(ACTIVATED, 1)["review"] = None


def twice(history: History) -> None:
    """The minor's case is decided a second time."""
    review = {"reviewer": STAFF, "reason": "又一次"}
    case = ident(f"case {MINOR}")
    by_staff(history, REJECTED, case, code="identity.review-rejected", grounds={}, review=review)


CASES: list[tuple[str, Plant, str, int]] = [
    ("verified-unanswered", unanswered, VERIFIED, 4),
    ("verified-unanswered", setting(REVIEW, 1, matters=["capacity"]), VERIFIED, 5),
    ("verified-unanswered", setting(VERIFIED, 4, registry="manual-review"), VERIFIED, 4),
    ("guessing-unlimited", guesses(4, 1), ANSWERED, -1),
    ("guessing-unlimited", guesses(11, 11), ANSWERED, -1),
    ("admission-step", twice, REJECTED, 0),
    ("review-by-others", decided_by_the_applicant, ACTIVATED, 1),
    ("review-by-others", enveloping(ACTIVATED, 1, role="supervisor"), ACTIVATED, 1),
    ("review-by-others", enveloping(ACTIVATED, 1, actor=ident("another")), ACTIVATED, 1),
    ("review-by-others", enveloping(ACTIVATED, 0, role="bureau"), ACTIVATED, 0),
    (
        "review-without-document",
        setting(SUBMITTED, 1, papers=papers("person", "resident-id", "recognition")),
        REVIEW,
        0,
    ),
    ("charged-by-public-body", published(AGENCY, 1), PUBLISHED, 1),
    ("published-while-suspended", suspended("suspended"), PUBLISHED, 1),
    ("published-while-suspended", suspended("exited"), PUBLISHED, 1),
    ("granted-after-sixty", sixty, GRANTED, 0),
    ("user-conditions", conditions(USER, 0, **{"age-16-59": False}), USER, 0),
    ("user-conditions", conditions(USER, 0, policy="on-feeling"), USER, 0),
    ("user-conditions", conditions(USER, 0, on="2026-05-02"), USER, 0),
    ("user-conditions", conditions(USER, 0, **{"full-capacity": "own-income"}), USER, 0),
    ("user-conditions", conditions(USER, 0, **{"real-name": "reviewed"}), USER, 0),
    ("user-conditions", conditions(USER, 0, **{"real-name": None}), USER, 0),
    ("user-conditions", firm_as_user(ownership="state-controlled"), USER, 5),
    ("user-conditions", firm_as_user(ownership="undisclosed"), USER, 5),
    ("user-conditions", firm_as_user(**{"legal-person": "document"}), USER, 5),
    ("user-conditions", firm_as_user(**{"start-up": None}), USER, 5),
    ("user-conditions", start_up(size="large"), USER, 5),
    ("user-conditions", start_up(parameters="start-up/9"), USER, 5),
    ("user-conditions", start_up(**{"established-on": "2021-01-05"}), USER, 5),
    ("user-conditions", start_up(**{"established-on": "soon"}), USER, 5),
    *(
        ("provider-conditions", conditions(PROVIDER, 2, **{number: None}), PROVIDER, 2)
        for number in "1234567"
    ),
    (
        "provider-conditions",
        conditions(PROVIDER, 2, **{"3": {**people.seven()["3"], "text_sha256": "1" * 64}}),
        PROVIDER,
        2,
    ),
    (
        "provider-conditions",
        conditions(PROVIDER, 2, **{"4": {**people.seven()["4"], "registry": "abnormal"}}),
        PROVIDER,
        2,
    ),
    ("provider-conditions", setting(PROVIDER, 1, kind="certified-expert"), PROVIDER, 1),
    ("provider-conditions", setting(PROVIDER, 1, may_charge=True), PROVIDER, 1),
    ("refused-unfounded", setting(REFUSED, 0, grounds={"parameters": "start-up/1",
     "established_on": "2025-01-01", "size": "micro"}), REFUSED, 0),
    ("refused-unfounded", setting(REFUSED, 1, grounds={"ownership": "private"}), REFUSED, 1),
    ("refused-unfounded", setting(REFUSED, 2, grounds={"status": "in-operation"}), REFUSED, 2),
    ("refused-unfounded", setting(REFUSED, 3, grounds={"missing": ""}), REFUSED, 3),
    ("renewal-date", setting(VERIFIED, 4, renew_by="2026-11-02"), VERIFIED, 4),
    ("lapse-off-its-day", lapsed_early, LAPSED, 0),
    ("lapse-off-its-day", renewing("lapsed"), LAPSED, 0),
    ("lapse-off-its-day", renewing("announced", "lapsed", "lapsed"), LAPSED, 1),
    ("never-lapsed", lambda h: h.find("matching.OrderRefused").update(
        recorded_at="2026-12-03T04:00:00.000000Z"), VERIFIED, 4),
    ("listed-not-suspended", listed, VERIFIED, 7),
    ("lists-unchecked", unchecked, VERIFIED, 7),
    ("imported-anew", lambda h: h.again(IMPORTED), IMPORTED, 1),
    ("claim-unfounded", lambda h: h.again(CLAIMED), CLAIMED, 1),
    ("claim-unfounded", enveloping(CLAIMED, role="operator"), CLAIMED, 0),
    ("claim-unfounded", setting(CLAIMED, account_id=ident("another")), LINKED, -1),
    ("claim-unfounded", lambda h: told(h, CLAIMED, MINOR, account_id=COLLECTED), CLAIMED, 1),
]  # fmt: skip
BESIDE = {
    "claim-unfounded": ("acted-outside-role", "linked-uninvited", "version-out-of-order"),
    "verified-unanswered": ("admission-step", "user-conditions", "review-by-others",
                            "review-without-document", "sealed-without-key", "renewal-date",
                            "version-out-of-order"),
    "review-by-others": ("wrong-role",),
    "review-without-document": ("provider-conditions",),
    "never-lapsed": ("lists-unchecked", "never-expired"),
    "lapse-off-its-day": ("never-lapsed", "lists-unchecked", "never-expired"),
    "provider-conditions": ("charged-by-public-body",),
    "granted-after-sixty": ("holder-not-eligible",),
}  # fmt: skip
"""What may be found with it, because it cannot be without."""


@pytest.mark.article(8, 21, 22, 25, 26)
@pytest.mark.parametrize(("rule", "plant", "type_", "number"), CASES)
def test_an_irregularity_is_found_where_it_is(
    life: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    plant(life)
    found = life.rules_broken()
    if number < 0:
        number = sum(event["type"] == type_ for event in life.logs["identity"]) - 1
    assert (rule, *life.place(type_, number)) in found
    assert {other for other, *_ in found} <= {rule, *BESIDE.get(rule, ())}


@pytest.mark.article(16, 26)
def test_a_lapse_after_its_reminder_and_a_renewal_after_it_are_clean(life: History) -> None:
    renewing("announced", "lapsed", "again")(life)
    found = {rule for rule, *_ in life.rules_broken()}
    assert found <= {"never-lapsed", "lists-unchecked", "never-expired"}, "of others"


def test_a_few_wrong_names_a_day_are_nothing(life: History) -> None:
    wrong(life, 3, 1)
    assert life.rules_broken() == []


def test_wrong_names_on_other_days_are_not_counted(life: History) -> None:
    wrong(life, 8, 1, hours=13)
    assert life.rules_broken() == []


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-05-01", "2026-11-01"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-31", "2028-02-29"),
        ("2026-12-31", "2027-06-30"),
    ],
)
def test_six_months_are_counted_as_identity_counts_them(day: str, due: str) -> None:
    assert renewed(day) == due


def test_every_rule_of_admission_has_a_case() -> None:
    rules = {rule.id for rule in every_rule(EventSchemas()) if rule.__module__ in ADMITTED}
    assert rules == {case[0] for case in CASES}
