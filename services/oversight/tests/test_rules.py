"""Every rule finds what it is for, where it is, and nothing else."""

import re
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from oversight.domain.rules import every_rule
from oversight.domain.rules.seals import SEALS
from oversight.domain.rules.tables import TABLES
from oversight.domain.rules.witness import WITNESS
from oversight.testing import people
from oversight.vocabulary import EventSchemas


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


LEDGER = "voucher-ledger"
PRIVATE = ("oversight.domain.rules.personal_data", "oversight.domain.rules.erasure")
ADMITTED = (
    "oversight.domain.rules.admission",
    "oversight.domain.rules.conditions",
    "oversight.domain.rules.renewal",
)
Plant = Callable[[History], Any]


def expect(rule: str, plant: Plant, type_: str, *numbers: int) -> Any:
    """A case: what is planted, and at which events of a type the rule must find it."""
    return pytest.param(rule, plant, type_, numbers or (0,), id=f"{rule}: {type_.split('.')[1]}")


def setting(type_: str, number: int = 0, **values: Any) -> Plant:
    """Change what an event says."""
    return lambda history: history.data(type_, number).update(values)


def enveloping(type_: str, number: int = 0, **values: Any) -> Plant:
    """Change an event's envelope."""
    return lambda history: history.find(type_, number).update(values)


def posting(type_: str, line: int, **values: Any) -> Plant:
    """Change one line of an event's postings."""
    return lambda history: history.data(type_)["postings"][line].update(values)


def each(*plants: Plant) -> Plant:
    """Plant several changes that belong together."""
    return lambda history: [plant(history) for plant in plants]


def shift(type_: str, fen: int) -> Plant:
    """Change the amount of an event and of its two postings alike."""

    def plant(history: History) -> None:
        data = history.data(type_)
        data["fen"] += fen
        data["postings"][0]["fen"] -= fen
        data["postings"][1]["fen"] += fen

    return plant


def unseen(type_: str, log: str, number: int = 0) -> Plant:
    """Let a decision have seen nothing of another log."""
    return lambda history: history.find(type_, number)["seen"].pop(log)


def without(type_: str, number: int = 0) -> Plant:
    """Leave out a whole event and close the gap that it leaves, as a forger would."""

    def plant(history: History) -> None:
        log, position = history.place(type_, number)
        gone = history.logs[log].pop(position)
        for event in history.logs[log][position:]:
            if event["stream"] == gone["stream"]:
                event["version"] -= 1
        for event in (event for found in history.logs.values() for event in found):
            cause, _, place = str(event["causation"]).rpartition("/")
            if cause == log and int(place) >= position:
                event["causation"] = f"{log}/{int(place) - 1}"

    return plant


def again(type_: str, **changes: Any) -> Plant:
    """Append a copy of an event at the end of its log, in its stream."""
    return lambda history: history.again(type_, **changes)


OTHER = "00000000-0000-4000-8000-00000000beef"
RESERVED = f"{LEDGER}.VoucherReserved"
REDEEMED = f"{LEDGER}.VoucherRedeemed"
APPLIED = f"{LEDGER}.RedemptionApplied"
PAID = f"{LEDGER}.RedemptionPaid"
GRANTED = f"{LEDGER}.VoucherGranted"
CLAIMED = f"{LEDGER}.VoucherClaimed"
REFUSED = f"{LEDGER}.CommandRefused"
PLACED = "matching.OrderPlaced"
FUNDED = "matching.OrderFunded"
PUBLISHED = "catalog.ListingPublished"
RELEASED = f"{LEDGER}.VoucherReleased"
EXPIRED = f"{LEDGER}.VoucherExpired"
INVOICE = f"{LEDGER}.InvoiceUsed"
APPROVED = f"{LEDGER}.RedemptionApproved"
OPENED = f"{LEDGER}.BudgetOpened"
RECEIVED = f"{LEDGER}.BudgetReceived"
COMMITTED = f"{LEDGER}.BudgetCommitted"
TRANSFERRED = f"{LEDGER}.BudgetTransferred"
APPROVED_TRANSFER = f"{LEDGER}.BudgetTransferApproved"
BATCH = f"{LEDGER}.BatchOpened"
ALLOTMENT = f"{LEDGER}.AllotmentOpened"
LEASED = f"{LEDGER}.AllotmentLeased"
SHARE = f"{LEDGER}.BudgetShareLeased"
DRAWN = f"{LEDGER}.BudgetShareDrawn"
PARAMETER = f"{LEDGER}.ParameterSet"
CHUNK = f"{LEDGER}.GrantRunAdvanced"
CHUNK_REFUSED = f"{LEDGER}.GrantRunRefused"
RESTORED = f"{LEDGER}.BudgetShareRestored"
ALLOWED_AGAIN = f"{LEDGER}.AllowanceRestored"


def _recategorise(history: History) -> None:
    """Let the listing and its orders be of a category that the batch does not cover."""
    for type_, number in ((PUBLISHED, 0), (PLACED, 0), (PLACED, 1), (PLACED, 2)):
        history.data(type_, number)["category"] = "enterprise.ip"
    history.confirm()


def _all_shares(fen: int) -> Plant:
    """Change the first order's share, consistently, wherever it is told."""

    def plant(history: History) -> None:
        for type_ in (RESERVED, REDEEMED, PAID):
            shift(type_, fen)(history)
        history.data(DRAWN, 1)["fen"] += fen
        history.data(f"{LEDGER}.AllowanceUsed")["fen"] += fen
        history.data(APPLIED)["fen"] += fen
        history.data(FUNDED)["voucher_fen"] += fen
        history.data(FUNDED)["own_fen"] -= fen
        history.data(RESERVED)["calculation"]["share_fen"] += fen
        for bound in ("balance", "yearly_cap", "category_cap"):
            history.data(RESERVED, 1)["calculation"]["bounds"][bound] -= fen

    return plant


def _order_of_oneself(history: History) -> None:
    """Let the user publish a listing and order it."""
    user = history.data(PLACED)["user"]
    history.tell(list(people.provider(user))[3:])
    again(PUBLISHED, stream=OTHER, data={"provider": user})(history)
    own = {"provider": user, "listing_id": OTHER, "listing_revision": 1}
    again(PLACED, stream=OTHER, data=own)(history)
    history.refuse(OTHER)


def _paid_to_an_agency(history: History) -> None:
    """Let a public agency take part where nothing is paid yet."""
    for type_ in ("matching.OrderAccepted", REDEEMED, APPLIED, INVOICE, APPROVED, PAID):
        without(type_)(history)
    history.data(RESERVED, 1)["calculation"]["bounds"]["balance"] = 170_000
    history.data("identity.SubjectAdmittedAsProvider")["kind"] = "public-agency"


def _approved_by_the_payer(history: History) -> None:
    history.data(PAID)["payer"] = history.data(APPROVED)["reviewer"]


def expiring(at: str, **values: Any) -> Plant:
    """Let what is left of the voucher go back at an instant."""
    return lambda history: history.expire(at, **values)


def _released_later(history: History) -> None:
    """Let the second order be cancelled in the new year; its share is due on that day."""
    for event in history.find("matching.OrderCancelled"), history.find(RELEASED):
        event["recorded_at"] = "2027-02-03T04:00:00.000000Z"
    history.expire("2027-02-04T15:59:59.999999Z")


def _frozen_twice(history: History) -> None:
    for _ in range(2):
        history.add(f"{LEDGER}.BudgetFrozen", history.find(RECEIVED)["stream"], {"reason": "审计"})


def _released_of_an_open_batch(history: History) -> None:
    released = {"batch_id": history.find(BATCH)["stream"], "fen": 1}
    history.add(f"{LEDGER}.BudgetReleased", history.find(RECEIVED)["stream"], released)


def transferring(*approvers: str, carry: bool = False) -> Plant:
    """Let some approve a transfer of 1 fen to another region, and perhaps carry it out."""

    def plant(history: History) -> None:
        proposed = {"fund": "JYCY", "year": 2026, "source_region": "340000", "fen": 1}
        proposed |= {"target_region": "340100", "reason": "调剂", "proposer": "proposer"}
        history.add(f"{LEDGER}.BudgetTransferProposed", OTHER, proposed)
        for approver in approvers:
            given = {"approver": approver, "reason": "同意"}
            history.add(APPROVED_TRANSFER, OTHER, given)["actor"] = approver
        if not carry:
            return
        province, region = (history.find(OPENED, n)["stream"] for n in range(2))
        moved = [
            {"account": f"{bucket}/JYCY/{place}/2026", "fen": fen}
            for place, sign in (("340000", -1), ("340100", 1))
            for bucket, fen in (("unissued", sign), ("appropriated", -sign))
        ]
        data = {"transfer_id": OTHER, "region": "340100", "fen": 1, "postings": moved}
        history.add(TRANSFERRED, province, data)
        history.add(RECEIVED, region, {"source": province, "fen": 1})

    return plant


def closing(at: str) -> Plant:
    """Let the province close its year at an instant and return what it has."""

    def plant(history: History) -> None:
        purse = "JYCY/340000/2026"
        moved = [
            {"account": f"unissued/{purse}", "fen": -400_000},
            {"account": f"expired-returned/{purse}", "fen": 400_000},
        ]
        data = {"remainder": "return", "fen": 400_000, "document_number": "1"}
        closed = {**data, "postings": moved}
        history.add(f"{LEDGER}.BudgetClosed", history.find(OPENED)["stream"], closed, at=at)

    return plant


def leasing(fen: int) -> Plant:
    """Lease another amount of the batch's money."""
    return each(setting(LEASED, fen=fen), setting(SHARE, fen=fen))


def _returned_from_nowhere(history: History) -> None:
    back = {"share_id": history.find(SHARE)["stream"], "fen": 1}
    history.add(f"{LEDGER}.AllotmentReturned", history.find(ALLOTMENT)["stream"], back)


def _held_without_freezing(history: History) -> None:
    share = history.find(SHARE)["stream"]
    history.add(f"{LEDGER}.BudgetShareSurrendered", share, {"fen": 50_000})
    money = history.find(ALLOTMENT)["stream"]
    history.add(f"{LEDGER}.AllotmentReturned", money, {"share_id": share, "fen": 50_000})
    history.add(f"{LEDGER}.AllotmentHeld", money, {})


def refusing(**values: Any) -> Plant:
    """Change the decision that refused somebody a voucher."""

    def plant(history: History) -> None:
        decision = history.data(CHUNK_REFUSED)["decisions"][0]
        decision["inputs"].update(values.pop("inputs", {}))
        decision.update(values)
        if "code" in values:
            history.data(CHUNK)["refused"] = {values["code"]: 1}

    return plant


def _for_firms_only(history: History) -> None:
    """Let the batch be for nobody of the kind that was granted; the other is outside its region."""
    history.data(BATCH).update(target_kinds=["firm"])
    firm = history.data(CHUNK_REFUSED)["decisions"][0]["subject"]
    admitted = next(
        e for e in history.logs["identity"] if e["stream"] == firm and e["version"] == 2
    )
    admitted["data"]["region"] = "340200"
    refusing(code="outside-region", inputs={"region": "340200"})(history)


def _drawn_too_late(history: History) -> None:
    shift(DRAWN, -1)(history)
    purse = "JYCY/340100/2026"
    moved = [
        {"account": f"unissued/{purse}", "fen": -1},
        {"account": f"issued/{purse}", "fen": 1},
    ]
    again(DRAWN, data={"fen": 1, "postings": moved})(history)


CASES = [
    # structure and envelope
    expect("version-out-of-order", enveloping(REFUSED, version=2), REFUSED),
    expect("type-unknown", enveloping(REFUSED, schema_version=2), REFUSED),
    expect("data-misfit", setting(REFUSED, extra=1), REFUSED),
    expect("begins-anew", again(PUBLISHED), PUBLISHED, 1),
    expect("envelope-incomplete", enveloping(CLAIMED, actor=""), CLAIMED),
    expect("envelope-incomplete", enveloping(CLAIMED, seen={"identity": -1}), CLAIMED),
    expect("envelope-incomplete", enveloping(CLAIMED, recorded_at="yesterday"), CLAIMED),
    expect("envelope-incomplete", enveloping(REFUSED, stream="x"), REFUSED),
    expect("envelope-incomplete", lambda h: h.find(CLAIMED).pop("legal_basis"), CLAIMED),
    expect(
        "before-the-measures",
        enveloping(CLAIMED, recorded_at="2017-12-31T15:59:59.999999Z"),
        CLAIMED,
    ),
    expect("wrong-role", enveloping(GRANTED, role="operator"), GRANTED),
    expect("wrong-role", enveloping(RESERVED, actor="somebody", role="provider"), RESERVED),
    # money
    expect("postings-unbalanced", posting(RESERVED, 1, fen=30_001), RESERVED),
    expect("purse-unbalanced", posting(RESERVED, 1, account="reserved/JYCY/340200/2026"), RESERVED),
    expect("postings-differ", posting(RESERVED, 1, account="paid/JYCY/340100/2026"), RESERVED),
    expect(
        "postings-differ",
        each(posting(REDEEMED, 0, fen=-29_000), posting(REDEEMED, 1, fen=29_000)),
        REDEEMED,
    ),
    expect("money-without-origin", again(PAID, stream=OTHER), PAID, 1),
    expect("government-paid", _paid_to_an_agency, RESERVED, 0, 1),
    # budgets
    expect(
        "budget-overdrawn",
        each(
            setting(COMMITTED, fen=600_001),
            setting(BATCH, amount_fen=600_001),
            setting(ALLOTMENT, fen=600_001),
        ),
        COMMITTED,
    ),
    expect("budget-state", _frozen_twice, f"{LEDGER}.BudgetFrozen", 1),
    expect("received-not-given", again(RECEIVED, data={"fen": 1}), RECEIVED, 1),
    expect("transfer-approver", transferring("a", "a"), APPROVED_TRANSFER, 1),
    expect("transfer-approver", transferring("proposer"), APPROVED_TRANSFER),
    expect("transfer-unapproved", transferring("a", carry=True), TRANSFERRED),
    expect("closed-early", closing("2026-12-31T15:59:59.999999Z"), f"{LEDGER}.BudgetClosed"),
    expect("release-differs", _released_of_an_open_batch, f"{LEDGER}.BudgetReleased"),
    # allotments, shares and caps
    expect("allotment-differs", setting(ALLOTMENT, 1, fen=90_001), ALLOTMENT, 1),
    expect("lease-beyond-allotment", leasing(600_001), LEASED),
    expect("share-not-leased", setting(SHARE, fen=250_001), SHARE),
    expect("draw-beyond-share", leasing(199_999), DRAWN),
    expect("return-differs", _returned_from_nowhere, f"{LEDGER}.AllotmentReturned"),
    expect("allotment-state", _held_without_freezing, f"{LEDGER}.AllotmentHeld"),
    expect("restored-not-drawn", setting(RESTORED, fen=30_001), RESTORED),
    expect("restored-not-drawn", setting(ALLOWED_AGAIN, fen=30_001), ALLOWED_AGAIN),
    expect("cap-uncounted", setting(RESERVED, allowance=None), RESERVED),
    expect("cap-uncounted", setting(RESERVED, quota_share=None), RESERVED),
    # batches and grants
    expect(
        "batch-uncommitted",
        each(setting(BATCH, amount_fen=600_001), setting(ALLOTMENT, fen=600_001)),
        BATCH,
    ),
    expect("grant-beyond-batch", _drawn_too_late, GRANTED),
    expect("holder-not-eligible", _for_firms_only, GRANTED),
    expect(
        "holder-not-eligible",
        lambda h: h.data(GRANTED)["eligibility"]["inputs"].update(region="340200"),
        GRANTED,
    ),
    expect("refusal-unfounded", refusing(code="not-verified"), CHUNK_REFUSED),
    expect("refusal-unfounded", refusing(inputs={"kind": "person"}), CHUNK_REFUSED),
    expect("run-step", lambda h: h.data(CHUNK).update(number=2), CHUNK),
    expect("run-step", lambda h: h.data(CHUNK_REFUSED).update(number=2), CHUNK_REFUSED),
    expect("run-step", setting(CHUNK, refused={"other-kind": 2}), CHUNK),
    expect("run-step", again(f"{LEDGER}.GrantRunListed"), f"{LEDGER}.GrantRunListed", 1),
    expect("run-step", again(f"{LEDGER}.GrantRunEnded"), f"{LEDGER}.GrantRunEnded", 1),
    expect(
        "grant-outside-run",
        each(
            setting(GRANTED, run_id=None),
            enveloping(GRANTED, actor="system:voucher-ledger", role=None),
            setting(CHUNK, granted=0),
        ),
        GRANTED,
    ),
    expect("grant-outside-run", setting(f"{LEDGER}.GrantRunListed", holders=[OTHER]), GRANTED),
    # parameters
    expect(
        "parameter-retroactive",
        again(PARAMETER, data={"valid_from": "2026-04-30", "value": 1}),
        PARAMETER,
        1,
    ),
    expect("figure-without-basis", setting(PARAMETER, value=49_999), BATCH),
    expect("figure-without-basis", setting(PARAMETER, valid_from="2026-05-02"), BATCH),
    expect(
        "figure-without-basis",
        lambda h: h.data(BATCH)["figures"].pop("use_by"),
        BATCH,
    ),
    expect("grant-off-terms", setting(GRANTED, rate_bp=5000), GRANTED),
    expect("holder-not-admitted", unseen(GRANTED, "identity"), GRANTED),
    expect("holder-not-admitted", enveloping(GRANTED, seen={"identity": 0}), GRANTED),
    # reservations
    expect("reserved-without-order", setting(PLACED, voucher_id=OTHER), RESERVED),
    expect("voucher-step", again(CLAIMED), CLAIMED, 1),
    expect(
        "voucher-step",
        each(setting(BATCH, use_by="2026-04-30"), setting(GRANTED, use_by="2026-04-30")),
        RESERVED,
        0,
        1,
    ),
    expect("listing-not-whitelisted", enveloping(RESERVED, seen={"catalog": 0}), RESERVED),
    expect(
        "listing-not-whitelisted",
        setting("catalog.ListingWhitelisted", valid_from="2026-05-02"),
        RESERVED,
        0,
        1,
    ),
    expect("category-not-covered", _recategorise, RESERVED, 0, 1),
    expect("share-beyond-bounds", _all_shares(1_000), RESERVED),
    expect("calculation-differs", _all_shares(-1_000), RESERVED),
    expect(
        "calculation-differs",
        lambda h: h.data(RESERVED)["calculation"]["bounds"].update(item_rate=30_000),
        RESERVED,
    ),
    expect("share-not-reserved", shift(RELEASED, -1), RELEASED),
    expect("released-without-cancellation", without("matching.OrderCancelled"), RELEASED),
    expect("redeemed-without-acceptance", without("matching.OrderAccepted"), REDEEMED),
    # expiry
    expect("expired-early", expiring("2026-12-31T15:59:59.999999Z"), EXPIRED),
    expect("expired-late", expiring("2027-01-02T16:00:05.000000Z"), EXPIRED),
    expect(
        "expired-late",
        each(_released_later, enveloping(EXPIRED, recorded_at="2027-02-04T16:00:05.000000Z")),
        EXPIRED,
    ),
    expect("expiry-differs", expiring("2026-12-31T16:00:00.000000Z", fen=169_999), EXPIRED),
    expect("expiry-differs", expiring("2026-12-31T16:00:00.000000Z", use_by="2026-12-30"), EXPIRED),
    expect(
        "never-expired",
        enveloping("matching.OrderRefused", recorded_at="2027-01-02T16:00:00.000000Z"),
        RELEASED,
    ),
    # admissions, listings and orders
    expect(
        "admitted-unverified",
        without("identity.SubjectVerified", 1),
        "identity.SubjectAdmittedAsUser",
        1,
    ),
    expect("provider-not-admitted", unseen(PUBLISHED, "identity"), PUBLISHED),
    expect("content-unconfirmed", setting(PUBLISHED, title="别的"), PUBLISHED),
    expect(
        "charged-though-free",
        again(PUBLISHED, stream=OTHER, data={"category": "policy.query"}),
        PUBLISHED,
        1,
    ),
    expect("parties-same", _order_of_oneself, PLACED, 3),
    expect("user-not-admitted", unseen(PLACED, "identity", 2), PLACED, 2),
    expect("order-off-listing", setting(PLACED, 2, price_fen=99_999), PLACED, 2),
    expect("order-off-listing", setting(PLACED, 2, listing_revision=1), PLACED, 2),
    expect("order-step", without("matching.OrderDelivered"), "matching.OrderAccepted"),
    expect("own-share-differs", setting(FUNDED, own_fen=69_999), FUNDED),
    expect("funding-differs", setting(FUNDED, voucher_fen=29_999, own_fen=70_001), FUNDED),
    # redemptions
    expect("invoice-reused", again(INVOICE, stream=OTHER), INVOICE, 1),
    expect("redemption-off-share", setting(APPLIED, provider=OTHER), APPLIED),
    expect(
        "redemption-late",
        each(
            expiring("2027-01-01T04:00:00.000000Z"),
            enveloping(APPLIED, recorded_at="2027-03-31T16:00:05.000000Z"),
        ),
        APPLIED,
    ),
    expect("review-step", again(APPROVED), APPROVED, 1),
    expect("paid-without-second-approval", _approved_by_the_payer, PAID),
    expect("payment-differs", shift(PAID, -1), PAID),
]
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
    "position-gap",
    "released-unparked",
    "run-incomplete",
    "surrendered-not-returned",
    "relied-on-unknown",
    "reaction-doubled",
    "recorded-out-of-time",
}
"""Rules that have a test of their own in test_audit.py; those of seals in test_verification.py."""

BESIDE = {"government-paid": ("provider-conditions",)}
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


OF_ACCOUNTS = {
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
    tested = {case.values[0] for case in CASES} | elsewhere | OF_ACCOUNTS
    assert sorted(rule.id for rule in rules) == sorted(tested)
    for rule in rules:
        assert rule.__doc__
        assert set(rule.articles) <= set(range(1, 41))
        assert set(re.findall(r"{\w+}", rule.zh)) == set(re.findall(r"{\w+}", rule.en))
