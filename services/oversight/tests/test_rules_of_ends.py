"""The rules about ends find what they are for, where it is, and nothing else (作废、失效、追缴)."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from oversight.domain.audit import ORDER, Audit
from oversight.vocabulary import EventSchemas
from services.oversight.tests.history import ident, moved
from services.oversight.tests.planting import (
    APPLIED,
    APPROVED,
    APPROVED_ORDER,
    COMMITTED_ROUND,
    DRAWN_ROUND,
    INSTRUCTED,
    INVOICE,
    ISSUED,
    LEDGER,
    OTHER,
    PAID,
    PROPOSED,
    PUBLICISED,
    REDEEMED,
    RELEASED,
    SETTLED,
    History,
    Plant,
    each,
    expiring,
    without,
)
from services.oversight.tests.test_rules import OF_ENDS

VOIDED = f"{LEDGER}.VoucherVoided"
RETURNED = f"{LEDGER}.VoucherReturned"
LAPSED_SHARE = f"{LEDGER}.VoucherShareLapsed"
REJECTED = f"{LEDGER}.RedemptionRejected"
DEMANDED = f"{LEDGER}.RedemptionDemanded"
REPAID = f"{LEDGER}.RedemptionRepaid"
WRITTEN_OFF = f"{LEDGER}.RedemptionWrittenOff"
NOW = "2026-05-01T04:00:00.000000Z"
CLEARED: tuple[str, ...] = (APPROVED, DRAWN_ROUND, PUBLICISED, PROPOSED, INSTRUCTED)
CLEARED += (APPROVED_ORDER, APPROVED_ORDER, ISSUED, SETTLED, PAID, COMMITTED_ROUND)

Case = tuple[str, Plant, str, int]


def unpaid(history: History) -> None:
    """Let the redemption wait for its review for ever."""
    for type_ in CLEARED:
        without(type_)(history)


def unasked(history: History) -> None:
    """Let nobody ask for the share that is owed; the voucher expires on its day."""
    unpaid(history)
    for type_ in (APPLIED, INVOICE):
        without(type_)(history)
    expiring("2026-12-31T16:00:00.000000Z")(history)


def latest(at: str) -> Plant:
    """Let the logs go on until an instant."""
    return lambda history: history.find("matching.OrderRefused").update(recorded_at=at)


def voiding(fen: int = 170_000) -> Plant:
    """Void the voucher; so much goes back."""

    def plant(history: History) -> None:
        postings = moved("issued", "expired-returned", fen) if fen else []
        why = {"reason": "串通套取", "document_number": "皖人社〔2026〕12号"}
        history.add(VOIDED, ident("voucher"), {"fen": fen, **why, "postings": postings})

    return plant


def returning(fen: int) -> Plant:
    """Let so much go on from the voucher to its year."""
    postings = moved("issued", "expired-returned", fen)
    data = {"order_id": ident("second"), "fen": fen, "postings": postings}
    return lambda history: history.add(RETURNED, ident("voucher"), data)


def voided_before_the_release(history: History) -> None:
    """Void the voucher while the second order holds a share; then the order is cancelled."""
    released = deepcopy(history.find(RELEASED))
    without(RELEASED)(history)
    voiding(140_000)(history)
    event = history.add(RELEASED, ident("voucher"), released["data"])
    event["causation"] = released["causation"]


def lapsing_share(at: str, why: str = "not-applied", fen: int = 30_000) -> Plant:
    """Let the first order's share be owed no more."""

    def plant(history: History) -> None:
        data = {"order_id": ident("order"), "provider": ident("provider"), "fen": fen}
        postings = moved("redeemed", "expired-returned", fen)
        told = {**data, "why": why, "postings": postings}
        history.add(LAPSED_SHARE, ident("voucher"), told, at=at)

    return plant


def rejecting(history: History) -> None:
    """Let the redemption be refused for good."""
    unpaid(history)
    said = {"reviewer": ident("reviewer"), "reason": "发票不符"}
    history.add(REJECTED, ident("redemption"), said)["role"] = "employment-province"


def demanding(**changes: Any) -> Plant:
    """Let all of it be demanded back."""
    data = {"fen": 30_000, "demander": ident("demander"), "due_by": "2026-12-31"}
    why = {"reason": "虚构交易", "document_number": "皖人社〔2026〕13号"}
    return lambda history: history.add(DEMANDED, ident("redemption"), {**data, **why, **changes})


def repaying(fen: int, reference: str = "C-1", of: str = "redemption") -> Plant:
    """Let an instalment come in."""
    postings = moved("paid", "clawed-back", fen)
    data = {"fen": fen, "bank_reference": reference, "postings": postings}
    return lambda history: history.add(REPAID, ident(of), data)


def writing_off(fen: int, decider: str = OTHER) -> Plant:
    """Let what is missing be written off."""
    data = {"fen": fen, "decider": decider, "reason": "破产", "document_number": "1"}
    return lambda history: history.add(WRITTEN_OFF, ident("redemption"), data)


IN_TIME, EARLY = "2027-04-01T16:00:00.000000Z", "2027-04-01T15:59:59.999999Z"
TOO_LATE = "2027-04-02T16:00:00.000000Z"

CLEAN: dict[str, Plant] = {
    "voided": voiding(),
    "voided, and what came back went on": each(voided_before_the_release, returning(30_000)),
    "nobody asked": each(unasked, lapsing_share(IN_TIME)),
    "refused for good": each(rejecting, lapsing_share(NOW, "rejected")),
    "repaid by instalments": each(demanding(), repaying(10_000), repaying(20_000, "C-2")),
    "written off": each(demanding(), repaying(1), writing_off(29_999)),
}

CASES: list[Case] = [
    ("void-differs", each(voiding(), voiding(0)), VOIDED, 1),
    ("returned-not-voided", returning(1), RETURNED, 0),
    ("voided-left", voided_before_the_release, RELEASED, 0),
    ("share-lapsed-early", each(unasked, lapsing_share(EARLY)), LAPSED_SHARE, 0),
    ("share-lapsed-early", each(unpaid, lapsing_share(NOW, "rejected")), LAPSED_SHARE, 0),
    ("share-lapsed-early", each(unpaid, lapsing_share(IN_TIME)), LAPSED_SHARE, 0),
    (
        "share-lapsed-early",
        each(unasked, lapsing_share(IN_TIME, fen=29_999)),
        LAPSED_SHARE,
        0,
    ),
    ("share-never-lapsed", each(unasked, latest(TOO_LATE)), REDEEMED, 0),
    ("share-never-lapsed", rejecting, REDEEMED, 0),
    ("demand-differs", demanding(fen=30_001), DEMANDED, 0),
    ("demand-differs", demanding(due_by="2026-04-30"), DEMANDED, 0),
    ("demand-differs", each(demanding(), demanding()), DEMANDED, 1),
    ("instalment-differs", repaying(1), REPAID, 0),
    ("instalment-differs", each(demanding(fen=9), repaying(10)), REPAID, 0),
    ("instalment-differs", each(demanding(), repaying(1), repaying(1)), REPAID, 1),
    ("write-off-step", each(demanding(), writing_off(29_999)), WRITTEN_OFF, 0),
    ("write-off-step", each(demanding(), writing_off(30_000, ident("demander"))), WRITTEN_OFF, 0),
    ("write-off-step", writing_off(1), WRITTEN_OFF, 0),
]

BESIDE = ("payment-overdue", "expired-late", "never-expired")
"""What is found beside an irregularity: the redemption waits, or the voucher is not the point."""


@pytest.mark.article(17, 28)
@pytest.mark.parametrize("name", CLEAN)
def test_an_end_that_is_as_it_should_be_is_clean(history: History, name: str) -> None:
    CLEAN[name](history)
    assert history.rules_broken() == []


@pytest.mark.article(8, 17, 28)
@pytest.mark.parametrize(("rule", "plant", "type_", "number"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    plant(history)
    log, position = history.place(type_, number)
    found = [each for each in history.rules_broken() if each[0] not in BESIDE]
    assert found == [(rule, log, position)]


@pytest.mark.article(17, 28)
@pytest.mark.parametrize(("reference", "found"), [("C-1", ["instalment-differs"]), ("C-2", [])])
def test_a_deposit_that_was_booked_for_another_demand_is_found(
    history: History, reference: str, found: list[str]
) -> None:
    each(demanding(), repaying(10_000), repaying(1, reference, of="twin"))(history)
    place = history.place(REPAID, 1)
    audit = Audit(EventSchemas(), {log: len(events) for log, events in history.logs.items()})
    for log in ORDER:
        for position, text in enumerate(history.texts(log)):
            if (log, position) == place:  # another redemption, paid and demanded back as well
                redemptions = audit.world.redemptions
                redemptions[ident("twin")] = replace(redemptions[ident("redemption")])
            audit.feed(log, position, text.encode())
    broken = [each.rule for each in audit.findings.kept if (each.log, each.position) == place]
    assert [rule for rule in broken if rule == "instalment-differs"] == found


def test_every_rule_of_ends_has_a_case() -> None:
    assert {rule for rule, *_ in CASES} == OF_ENDS
