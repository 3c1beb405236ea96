"""The rules about the blacklist find what they are for, where it is, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from services.oversight.tests.history_of_staff import TENURE, ident
from services.oversight.tests.planting import OTHER, History, Plant, each
from services.oversight.tests.test_rules import OF_BLACKLIST

ENTERED = "identity.BlacklistingEntered"
APPEALED = "identity.BlacklistingAppealed"
DECIDED = "identity.BlacklistingAppealDecided"
REFERRED = "identity.BlacklistingReferred"
ENDED = "identity.BlacklistingEnded"
GRANTED = "voucher-ledger.VoucherGranted"
CLAIMED = "voucher-ledger.VoucherClaimed"
RESERVED = "voucher-ledger.VoucherReserved"
APPLIED = "voucher-ledger.RedemptionApplied"
INSTRUCTED = "voucher-ledger.RedemptionInstructed"
PAYING = "voucher-ledger.PaymentOrderApproved"
PLACED, PUBLISHED = "matching.OrderPlaced", "catalog.ListingPublished"

USER, PROVIDER, ACCOUNT = ident("user"), ident("provider"), ident("account of the listed")
OPERATOR, OVERSEER = ident("entering operator"), ident("overseer")
EARLY, AT = "2026-05-01T03:00:00.000000Z", "2026-05-01T04:00:00.000000Z"
SAID = {
    "number": 1,
    "region": "340100",
    "grounds": "fraud",
    "reason": "虚构交易",
    "evidence_sha256": "1" * 64,
    "entered_on": "2026-05-01",
    "until": "2026-05-31",
    "appeal_by": "2026-05-16",
    "entered_by": OPERATOR,
}
STATEMENT = {"statement_sha256": "2" * 64, "decide_by": "2026-05-16"}


def entry(subject: str, at: str = EARLY, number: int = 1, **changed: Any) -> Plant:
    """Put a subject on the list at the end of identity's log."""

    def plant(history: History) -> None:
        data = {"subject_id": subject, **SAID, "number": number, **changed}
        event = history.add(ENTERED, _stream(subject, number), data, at=at)
        event.update(actor=OPERATOR, role="operator", authority=TENURE)

    return plant


def appeal(subject: str = USER, by: str = ACCOUNT, **changed: Any) -> Plant:
    """The subject appeals, from an account that acts for it."""

    def plant(history: History) -> None:
        history.add("identity.AccountLinked", ACCOUNT, {"subject_id": subject})
        event = history.add(APPEALED, _stream(subject), {**STATEMENT, **changed})
        event.update(actor=by, role=None)

    return plant


def decision(
    lift: bool, at: str = AT, by: str = OVERSEER, said: str = "", subject: str = USER
) -> Plant:
    """The appeal is decided."""

    def plant(history: History) -> None:
        data = {"subject_id": subject, "lift": lift, "reason": "-", "decided_by": said or by}
        event = history.add(DECIDED, _stream(subject), data, at=at)
        event.update(actor=by, role="employment-province")

    return plant


def referral(history: History) -> None:
    """The case is referred."""
    said = {"authority": "court", "reason": "-", "document_sha256": "3" * 64}
    history.add(REFERRED, _stream(USER), said)


def end(at: str) -> Plant:
    """Identity ends the entry."""

    def plant(history: History) -> None:
        event = history.add(ENDED, _stream(USER), {"subject_id": USER}, at=at)
        event.update(actor="system:identity", role=None)

    return plant


def later(at: str) -> Plant:
    """The logs go on until an instant."""

    def plant(history: History) -> None:
        opened = {"staff": False, "region": None}
        history.add("identity.AccountOpened", ident("a later one"), opened, at=at)

    return plant


def heard(type_: str, number: int = 0) -> Plant:
    """A decision had seen identity's log to its end."""

    def plant(history: History) -> None:
        event = history.find(type_, number)
        event["seen"] = {**event["seen"], "identity": len(history.logs["identity"]) - 1}

    return plant


def seen_of(position: int, type_: str) -> Plant:
    """A decision had seen identity's log so far before its end."""

    def plant(history: History) -> None:
        size = len(history.logs["identity"])
        history.find(type_)["seen"]["identity"] = size - 1 + position

    return plant


def _stream(subject: str, number: int = 1) -> str:
    return ident(f"entry {subject} {number}")


def _granted(history: History) -> None:
    """The issuer grants to somebody on the list, and says that they are not."""
    entry(USER, AT)(history)
    heard(GRANTED)(history)


LISTED = {PUBLISHED: PROVIDER, PLACED: USER, CLAIMED: USER, RESERVED: PROVIDER}
LISTED |= {APPLIED: PROVIDER, INSTRUCTED: PROVIDER}
JUST = "2026-05-01T03:59:55.000000Z"
Case = tuple[str, Plant, str, tuple[int, ...]]
CASES: list[Case] = [
    *(
        ("acted-while-blacklisted", each(entry(subject, AT), heard(type_)), type_, (0,))
        for type_, subject in LISTED.items()
    ),
    ("acted-while-blacklisted", each(entry(PROVIDER, AT), heard(PAYING)), PAYING, (0,)),
    ("acted-while-blacklisted", each(entry(PROVIDER, AT), heard(PLACED)), PLACED, (0,)),
    ("blacklisted-unduly", entry(ident("nobody")), ENTERED, (0,)),
    ("blacklisted-unduly", entry(USER, AT, 2), ENTERED, (0,)),
    ("blacklisted-unduly", each(entry(USER, AT), entry(USER, AT, 2)), ENTERED, (1,)),
    ("blacklisted-unduly", entry(USER, AT, entered_on="2026-04-30"), ENTERED, (0,)),
    ("blacklisted-unduly", entry(USER, AT, until="2029-05-05"), ENTERED, (0,)),
    ("blacklisted-unduly", entry(USER, AT, appeal_by="2026-05-02"), ENTERED, (0,)),
    ("blacklisted-unduly", entry(USER, AT, entered_by=OTHER), ENTERED, (0,)),
    ("blacklisting-step", each(entry(USER, AT), appeal(by=OTHER)), APPEALED, (0,)),
    ("blacklisting-step", each(entry(USER, AT), appeal(), appeal()), APPEALED, (1,)),
    ("blacklisting-step", each(entry(USER, AT), appeal(decide_by="2026-06-01")), APPEALED, (0,)),
    ("blacklisting-step", each(entry(USER, AT), decision(False)), DECIDED, (0,)),
    (
        "blacklisting-step",
        each(entry(USER, AT), appeal(), decision(True, by=OPERATOR)),
        DECIDED,
        (0,),
    ),
    (
        "blacklisting-step",
        each(entry(USER, AT), appeal(), decision(True, said=OTHER)),
        DECIDED,
        (0,),
    ),
    ("blacklisting-step", each(entry(USER, AT), referral, referral), REFERRED, (1,)),
    ("blacklisting-step", each(entry(USER, AT), end("2026-05-31T15:59:59.999999Z")), ENDED, (0,)),
    ("blacklisting-step", appeal(), APPEALED, (0,)),
    (
        "blacklisting-never-ended",
        each(entry(USER, AT), later("2026-06-02T16:00:00.000000Z")),
        ENTERED,
        (0,),
    ),
    (
        "appeal-undecided",
        each(entry(USER, AT), appeal(), later("2026-05-16T16:00:00.000000Z")),
        ENTERED,
        (0,),
    ),
    (
        "appeal-undecided",
        each(entry(USER, AT), appeal(), decision(False, "2026-05-16T17:00:00.000000Z")),
        ENTERED,
        (0,),
    ),
]
"""What is planted, and where its rule has to find it; what the log goes on with may be late."""


@pytest.mark.article(8, 28)
@pytest.mark.parametrize(("rule", "plant", "type_", "numbers"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, numbers: tuple[int, ...]
) -> None:
    plant(history)
    places = [history.place(type_, number) for number in numbers]
    found = [(name, log, at) for name, log, at in history.rules_broken() if name in OF_BLACKLIST]
    assert found == [(rule, log, position) for log, position in places]


@pytest.mark.article(17, 28)
def test_a_voucher_for_somebody_on_the_list_is_found(history: History) -> None:
    _granted(history)
    assert history.rules_broken() == [("holder-not-eligible", *history.place(GRANTED))]


@pytest.mark.article(8, 28)
@pytest.mark.parametrize(
    ("type_", "changes"),
    [
        (ENTERED, {"actor": OTHER, "role": "hrss-province"}),
        (DECIDED, {"role": "operator", "authority": TENURE}),
    ],
)
def test_an_entry_by_the_operator_and_a_decision_by_its_overseers_only(
    history: History, type_: str, changes: dict[str, Any]
) -> None:
    each(entry(USER, AT), appeal(), decision(False))(history)
    history.find(type_).update(changes)
    assert ("wrong-role", *history.place(type_)) in history.rules_broken()


def test_every_rule_has_its_case() -> None:
    assert {rule for rule, _, _, _ in CASES} == OF_BLACKLIST


NEW = "2026-06-01T04:00:00.000000Z"
AGAIN = {"entered_on": "2026-06-01", "until": "2026-06-30", "appeal_by": "2026-06-16"}


@pytest.mark.parametrize(
    "plant",
    [
        entry(USER, AT),
        each(entry(USER, AT), appeal(), referral, decision(False)),
        each(entry(USER), appeal(), decision(True, EARLY), heard(CLAIMED)),
        each(entry(PROVIDER, AT), seen_of(-1, APPLIED)),
        entry(PROVIDER, JUST),  # five seconds are allowed
        each(entry(USER, AT), end("2026-05-31T16:00:00.000000Z"), entry(USER, NEW, 2, **AGAIN)),
        each(entry(USER, AT), appeal(), end("2026-05-31T16:00:00.000000Z"), later(NEW)),
    ],
)
def test_what_is_allowed_is_no_finding(history: History, plant: Callable[[History], None]) -> None:
    plant(history)
    found = {rule for rule, _, _ in history.rules_broken()}
    assert not found & OF_BLACKLIST


def test_a_day_more_is_allowed_for_ending(history: History) -> None:
    each(entry(USER, AT), later("2026-06-02T15:59:59.999999Z"))(history)
    assert "blacklisting-never-ended" not in {rule for rule, _, _ in history.rules_broken()}
