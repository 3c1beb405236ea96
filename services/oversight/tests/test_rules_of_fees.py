"""The rules about fee schedules find what they are for, where it is, and nothing else."""

from typing import Any

import pytest

from oversight.domain.fees import content_digest
from oversight.testing import people
from services.oversight.tests.history import ident
from services.oversight.tests.planting import PLACED, History, Plant, each, enveloping, setting
from services.oversight.tests.test_rules import OF_FEES

F = "catalog.FeeSchedule"
STREAM, STAFF, SELLER = ident("fees"), ident("fee clerk"), ident("fee seller")
DIGEST = "d" * 64


def say(history: History, name: str, side: str, stream: str = STREAM, **data: Any) -> None:
    """A step of a schedule, by one side; it signs where that is one."""
    actor = STAFF if side == "operator" else SELLER
    said = dict(data) if name == "Opened" else {**data, "side": side}
    if name in ("Proposed", "Signed"):
        said["signer"] = actor
    event = history.add(f"{F}{name}", stream, said)
    event.update(actor=actor, role=side)
    event["authority"] = ident("tenure") if side == "operator" else None


def propose(history: History, number: int, rate_bp: int, begins: str, **rates: int) -> str:
    """A proposal of the operator's; returns its digest."""
    named = {name.replace("_", "."): rate for name, rate in rates.items()}
    said: dict[str, Any] = {"number": number, "rate_bp": rate_bp, "rates": named}
    said["valid_from"] = begins
    digest = content_digest(ident("provider"), said)
    say(history, "Proposed", "operator", **said, content_sha256=digest)
    return digest


@pytest.fixture
def agreeing(history: History) -> History:
    """The history, in which orders freeze the second of three versions; a fourth was declined.

    The fifth was withdrawn.
    """
    say(history, "Opened", "operator", provider=ident("provider"))
    for number, begins, rate_bp in ((1, "2026-05-01", 100), (2, "2026-05-01", 500)):
        digest = propose(history, number, rate_bp, begins, enterprise_legal=rate_bp // 2)
        say(history, "Signed", "provider", number=number, content_sha256=digest)
    digest = propose(history, 3, 900, "2026-05-02")
    say(history, "Signed", "provider", number=3, content_sha256=digest)
    propose(history, 4, 901, "2026-05-01")
    say(history, "Declined", "provider", number=4, reason="过高")
    propose(history, 5, 902, "2026-05-01")
    say(history, "Withdrawn", "operator", number=5)
    seen = len(history.logs["catalog"]) - 1
    frozen = {"number": 2, "content_sha256": history.data(f"{F}Signed", 1)["content_sha256"]}
    frozen |= {"rate_bp": 250, "operator_fen": 2_500, "provider_fen": 97_500}
    for number in range(3):
        event = history.find(PLACED, number)
        event["seen"]["catalog"] = seen
        event["data"]["fee"] = dict(frozen)
    return history


@pytest.mark.article(15)
def test_schedules_in_good_order_break_no_rule(agreeing: History) -> None:
    assert agreeing.rules_broken() == []


@pytest.mark.article(15)
def test_an_order_of_before_there_were_schedules_says_nothing_of_them(agreeing: History) -> None:
    agreeing.find(PLACED)["seen"]["catalog"] = agreeing.place(f"{F}Opened")[1]
    del agreeing.data(PLACED)["fee"]
    assert agreeing.rules_broken() == []


def again(name: str, number: int = 0) -> Plant:
    """Let a step happen once more at the end."""

    def plant(history: History) -> None:
        event = history.find(f"{F}{name}", number)
        history.add(event["type"], STREAM, dict(event["data"])).update(
            actor=event["actor"], role=event["role"], authority=event["authority"]
        )

    return plant


def _opened_twice(history: History) -> None:
    say(history, "Opened", "operator", stream=ident("more fees"), provider=ident("provider"))


def _with_an_agency(history: History) -> None:
    history.tell(people.provider(ident("agency")))
    history.data("identity.SubjectAdmittedAsProvider", 1)["kind"] = "public-agency"
    say(history, "Opened", "operator", stream=ident("agency fees"), provider=ident("agency"))


def _with_a_stranger(history: History) -> None:
    say(history, "Opened", "operator", stream=ident("strange fees"), provider=ident("stranger"))


def _by_another_provider(history: History) -> None:
    """The account that declined acts for somebody else."""
    linked = {"subject_id": ident("user")}
    history.add("identity.AccountOpened", SELLER, {"staff": False, "region": None})
    history.add("identity.AccountLinked", SELLER, linked)
    for event in history.logs["identity"][-2:]:
        event["role"] = None


def _retold(history: History) -> None:
    """What a version says was changed after it was signed."""
    history.data(f"{F}Proposed")["rate_bp"] = 1


def _earlier(history: History) -> None:
    """Agreed on for a day that was past, with the digest of that."""
    said = {"number": 4, "rate_bp": 901, "rates": {}, "valid_from": "2026-04-30"}
    digest = content_digest(ident("provider"), said)
    history.data(f"{F}Proposed", 3).update(said, content_sha256=digest)


def _signed_late(history: History) -> None:
    for event in history.logs["catalog"][history.place(f"{F}Signed", 2)[1] :]:
        event["recorded_at"] = "2026-05-03T04:00:00.000000Z"
    for found in (history.find(f"{F}Proposed", n) for n in (3, 4)):
        said = {**found["data"], "valid_from": "2026-05-04"}
        found["data"].update(said, content_sha256=content_digest(ident("provider"), said))


def frozen(**changes: Any) -> Plant:
    """Let the first order freeze something else."""
    return lambda history: history.data(PLACED)["fee"].update(changes)


BESIDE = {
    "fee-of-the-government": ("provider-conditions", "conditions-unmet"),
    "fee-schedule-one-signer": ("fee-schedule-side", "role-not-held"),
    "fee-schedule-step": ("fee-schedule-digest", "fee-schedule-side"),
}
"""What is found with an irregularity, because it cannot be without."""

ONE = each(
    setting(f"{F}Signed", signer=STAFF),
    enveloping(f"{F}Signed", actor=STAFF),
)

CASES = [
    ("fee-schedule-step", _opened_twice, f"{F}Opened", 1),
    ("fee-schedule-step", again("Signed", 2), f"{F}Signed", 3),
    ("fee-schedule-step", again("Declined"), f"{F}Declined", 1),
    ("fee-schedule-step", again("Proposed", 2), f"{F}Proposed", 5),
    (
        "fee-schedule-step",
        each(
            setting(f"{F}Withdrawn", side="provider"),
            enveloping(f"{F}Withdrawn", actor=SELLER, role="provider", authority=None),
        ),
        f"{F}Withdrawn",
        0,
    ),
    (
        "fee-schedule-step",
        each(
            setting(f"{F}Declined", side="operator"),
            enveloping(f"{F}Declined", actor=STAFF, role="operator", authority=ident("tenure")),
        ),
        f"{F}Declined",
        0,
    ),
    ("fee-schedule-side", setting(f"{F}Signed", signer=STAFF + "0"), f"{F}Signed", 0),
    (
        "fee-schedule-side",
        enveloping(f"{F}Declined", role="operator", authority=ident("tenure")),
        f"{F}Declined",
        0,
    ),
    ("fee-schedule-one-signer", ONE, f"{F}Signed", 0),
    ("fee-schedule-digest", setting(f"{F}Signed", 2, content_sha256=DIGEST), f"{F}Signed", 2),
    ("fee-schedule-digest", _retold, f"{F}Proposed", 0),
    ("fee-schedule-retroactive", _earlier, f"{F}Proposed", 3),
    ("fee-schedule-retroactive", _signed_late, f"{F}Signed", 2),
    ("fee-of-the-government", _with_an_agency, f"{F}Opened", 1),
    ("provider-not-admitted", _with_a_stranger, f"{F}Opened", 1),
    ("order-off-fee", frozen(number=1), PLACED, 0),
    ("order-off-fee", frozen(rate_bp=500), PLACED, 0),
    ("order-off-fee", frozen(operator_fen=2_501, provider_fen=97_499), PLACED, 0),
    ("order-off-fee", setting(PLACED, fee=None), PLACED, 0),
    ("order-off-fee", lambda h: h.data(PLACED).pop("fee"), PLACED, 0),
]


@pytest.mark.article(6, 8, 15)
@pytest.mark.parametrize(
    ("rule", "plant", "type_", "number"),
    CASES,
    ids=[f"{n} {case[0]}" for n, case in enumerate(CASES)],
)
def test_a_planted_irregularity_is_found_where_it_is(
    agreeing: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    plant(agreeing)
    log, position = agreeing.place(type_, number)
    found = [each for each in agreeing.rules_broken() if each[0] not in BESIDE.get(rule, ())]
    assert found == [(rule, log, position)]


@pytest.mark.article(15)
def test_an_account_of_another_speaks_for_no_provider(agreeing: History) -> None:
    _by_another_provider(agreeing)
    places = [agreeing.place(f"{F}Signed", n) for n in range(3)] + [agreeing.place(f"{F}Declined")]
    found = agreeing.rules_broken()
    assert set(places) == {each[1:] for each in found if each[0] == "fee-schedule-side"}


@pytest.mark.article(15)
def test_a_fee_where_nothing_was_agreed_is_found(history: History) -> None:
    fee = {"number": 1, "content_sha256": DIGEST, "rate_bp": 1}
    history.data(PLACED)["fee"] = {**fee, "operator_fen": 10, "provider_fen": 99_990}
    assert history.rules_broken() == [("order-off-fee", "matching", 0)]


def test_every_rule_about_fees_has_a_case() -> None:
    assert {case[0] for case in CASES} - {"provider-not-admitted"} == OF_FEES
