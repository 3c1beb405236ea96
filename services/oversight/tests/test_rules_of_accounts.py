"""The rules about accounts find what they are for, where it is, and nothing else."""

from typing import Any

import pytest

from oversight.testing import people
from services.oversight.tests.history_of_staff import HELPER, OPENED_AT, SECOND_HELPER, ident
from services.oversight.tests.planting import (
    OTHER,
    History,
    Plant,
    again,
    enveloping,
    expect,
    setting,
    without,
)
from services.oversight.tests.test_rules import OF_ACCOUNTS

ROLE = "identity.AccountRoleGranted"
NAMED = "identity.AccountOfficerNamed"
OPENED = "identity.SessionOpened"
USED = "identity.UsedCodeRecorded"
CONFIRMED = "identity.AccountSecondFactorConfirmed"
ASKED = "identity.PasswordResetRequested"
APPROVED = "identity.PasswordResetApproved"
REJECTED = "identity.PasswordResetRejected"
COMPLETED = "identity.PasswordResetCompleted"
LINKED = "identity.AccountLinked"
ACCEPTED = "identity.InvitationAccepted"
LEFT = "identity.MembersLeft"
CLAIMED = "voucher-ledger.VoucherClaimed"
INSTRUCTED = "voucher-ledger.RedemptionInstructed"
PLACED, PUBLISHED = "matching.OrderPlaced", "catalog.ListingPublished"
BEFORE = "2026-05-01T03:59:59.000000Z"
NO_TENURE: dict[str, Any] = {"tenure_id": None}


def numbering(number: int) -> Plant:
    """Let the second code be that of another time step."""
    return lambda history: history.data(USED, 1).update(number=number)


def granting(account: str, role: str) -> Plant:
    """Grant a further role."""
    return lambda history: history.add(ROLE, account, {"role": role, **NO_TENURE})


def _approved_by_the_requester(history: History) -> None:
    history.data(APPROVED)["approver"] = HELPER


def _two_accounts_of_one(history: History) -> None:
    """Let one person have a second account, of the reviewer, and a third, of the payer."""
    for name, role in (("third", "employment-province"), ("fourth", "finance-province")):
        history.add("identity.AccountOpened", ident(name), {"staff": True, "region": "340000"})
        history.add(ROLE, ident(name), {"role": role, **NO_TENURE})
        history.add(NAMED, ident(name), {"officer_id": ident("somebody")})


def _granted_to_one_of_two_accounts(history: History) -> None:
    """Let the operator's officer have a second account, which becomes a bureau's."""
    account = ident("third")
    history.add("identity.AccountOpened", account, {"staff": True, "region": "340100"})
    history.add(NAMED, account, {"officer_id": ident("officer")})
    history.add(ROLE, account, {"role": "bureau", **NO_TENURE})


def _revoked(at: str) -> Plant:
    """Revoke the helper's role at an instant, before anything is done in it."""

    def plant(history: History) -> None:
        revoked = {"role": "operator", "reason": "岗位调整"}
        event = history.add("identity.AccountRoleRevoked", HELPER, revoked, at=at)
        log = history.logs["identity"]
        log.remove(event)
        log.insert(log.index(history.find(ASKED)), event)

    return plant


def _the_last_leaves(history: History) -> None:
    history.add(LEFT, ident("members"), {"account_id": ident("user account")})


def _signed_in_while_frozen(epoch: int) -> Plant:
    def plant(history: History) -> None:
        _frozen(history, HELPER, None)
        session = {**history.data(OPENED), "epoch": epoch}
        history.add(OPENED, OTHER, session)

    return plant


def _frozen(history: History, account: str, subject: str | None, at: str = BEFORE) -> None:
    """Freeze an account at the beginning of identity's log."""
    case = {"case_id": ident("case"), "subject_id": subject}
    history.add("identity.AccountFrozen", account, case, at=at)


def held(
    *seen: int, at: str = BEFORE, lifted: str | None = None, claimed_at: str = OPENED_AT
) -> Plant:
    """Freeze the voucher's holder; let the claim have seen so much of identity's log."""

    def plant(history: History) -> None:
        user = history.data("voucher-ledger.VoucherGranted")["holder"]
        _frozen(history, ident("account of the user"), user, at)
        position = len(history.logs["identity"]) - 1
        if lifted:
            case = {"case_id": ident("case"), "subject_id": user}
            history.add("identity.AccountUnfrozen", ident("account of the user"), case, at=lifted)
        claim = history.find(CLAIMED)
        claim["recorded_at"] = claimed_at
        claim["seen"] = {"identity": position + seen[0]} if seen else {}

    return plant


def _paid_while_frozen(history: History) -> None:
    """Freeze the payee; the payment order was drawn up after that had been heard of."""
    payee = history.data("voucher-ledger.RedemptionApplied")["provider"]
    _frozen(history, ident("account of the payee"), payee)
    history.find(INSTRUCTED)["seen"] = {"identity": len(history.logs["identity"]) - 1}


def acting_frozen(type_: str, *, seen: int = 0) -> Plant:
    """Freeze the account that brought an event about; how much of that it had seen."""

    def plant(history: History) -> None:
        event = history.find(type_)
        _frozen(history, event["actor"], None)
        event["seen"]["identity"] = len(history.logs["identity"]) - 1 + seen

    return plant


def bureau(type_: str, own: str, of: str | None, **data: Any) -> Plant:
    """Let staff of one region act on an account (or a subject) of another."""

    def plant(history: History) -> None:
        officer, target, subject = ident("bureau"), ident("target"), ident("of a region")
        history.add("identity.AccountOpened", officer, {"staff": True, "region": own})
        history.add(ROLE, officer, {"role": "bureau", **NO_TENURE})
        history.add("identity.AccountOpened", target, {"staff": False, "region": None})
        if of is not None:
            history.tell(people.verified(subject, of))
            history.add(LINKED, target, {"subject_id": subject})
        stream = target
        if type_ in (ASKED, APPROVED, REJECTED):
            stream = ident("their reset")
            asked = {"account_id": target, "grounds": "forgotten", "second_factor": False}
            event = history.add(ASKED, stream, {**asked, "requester": officer})
            if type_ == ASKED:
                event.update(actor=officer, role="bureau")
                return
        history.add(type_, stream, data).update(actor=officer, role="bureau")

    return plant


FROZEN, RELEASED_LOCK = "identity.AccountFrozen", "identity.AccountLockReleased"
CASE = {"case_id": ident("case"), "subject_id": None}
NO = {"approver": ident("bureau")}
CASES = [
    expect("acted-outside-region", bureau(FROZEN, "340200", "340100", **CASE), FROZEN),
    expect("acted-outside-region", bureau(FROZEN, "340104", "340100", **CASE), FROZEN),
    expect(
        "acted-outside-region", bureau(RELEASED_LOCK, "340200", None, reason="x"), RELEASED_LOCK
    ),
    expect("acted-outside-region", bureau(ASKED, "340200", "340100"), ASKED, 1),
    expect("acted-outside-region", bureau(REJECTED, "340200", "340100", **NO), REJECTED),
    expect("acted-while-frozen", acting_frozen(PLACED), PLACED),
    expect("acted-while-frozen", acting_frozen(PUBLISHED), PUBLISHED),
    expect("frozen-sign-in", _signed_in_while_frozen(1), OPENED, 3),
    expect("frozen-voucher-used", held(0), CLAIMED),
    expect("frozen-voucher-used", held(-1, claimed_at="2026-05-01T04:00:04.000001Z"), CLAIMED),
    expect("frozen-voucher-used", held(claimed_at="2026-05-01T04:00:04.000001Z"), CLAIMED),
    expect("frozen-voucher-used", _paid_while_frozen, INSTRUCTED),
    expect("staff-single-factor", setting(OPENED, 0, enrolling=False), OPENED),
    expect("staff-single-factor", setting(OPENED, 1, factor="password"), OPENED, 1),
    expect("session-unproved", enveloping(OPENED, 1, command=OTHER), OPENED, 1),
    expect("session-unproved", without(USED, 2), OPENED, 2),
    expect("factor-unproved", setting(USED, source=OTHER), CONFIRMED),
    expect("factor-unproved", without("identity.AccountSecondFactorOffered"), CONFIRMED),
    expect("code-reused", numbering(59_254_560), USED, 1),
    expect("code-reused", numbering(59_254_559), USED, 1),
    expect(
        "code-reused",
        again(USED, stream=OTHER, data={"kind": "recovery", "source": ident("batch"), "number": 3}),
        USED,
        3,
    ),
    expect("reset-by-one", _approved_by_the_requester, APPROVED),
    expect("reset-unapproved", again(COMPLETED), COMPLETED, 1),
    expect("duties-clash", granting(HELPER, "supervisor"), ROLE, 2),
    expect("duties-clash", granting(SECOND_HELPER, "hrss-province"), ROLE, 2),
    expect("duties-clash", _two_accounts_of_one, NAMED, 2),
    expect("duties-clash", _granted_to_one_of_two_accounts, ROLE, 2),
    expect("role-not-held", _revoked("2026-05-01T04:00:04.999999Z"), ASKED),
    expect("linked-uninvited", without("identity.InvitationAccepted"), LINKED, 1),
    expect("linked-uninvited", setting(ACCEPTED, account_id=OTHER), LINKED, 1),
    expect("last-account-left", _the_last_leaves, LEFT, 1),
]


@pytest.mark.article(7, 8, 27)
@pytest.mark.parametrize(("rule", "plant", "type_", "numbers"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, numbers: tuple[int, ...]
) -> None:
    plant(history)
    places = [history.place(type_, number) for number in numbers]
    assert history.rules_broken() == [(rule, log, position) for log, position in places]


def test_every_rule_has_its_case() -> None:
    assert {case.values[0] for case in CASES} == OF_ACCOUNTS


@pytest.mark.parametrize(
    "plant",
    [
        bureau(FROZEN, "340100", "340104", **CASE),
        bureau(RELEASED_LOCK, "340100", "340100", reason="x"),
        bureau(REJECTED, "340200", "340200", **NO),
        _revoked("2026-05-01T04:00:05.000000Z"),  # five seconds are allowed
        _signed_in_while_frozen(0),  # it was being opened at that moment, and is void
        held(-1),  # it was a second ago
        acting_frozen(PUBLISHED, seen=-1),
        held(-1, claimed_at="2026-05-01T04:00:04.000000Z"),  # five seconds are allowed
        held(1, lifted=BEFORE),
        held(-1, at="2026-05-01T03:59:00.000000Z", lifted="2026-05-01T03:59:59.999999Z"),
    ],
)
def test_what_is_allowed_is_no_finding(history: History, plant: Plant) -> None:
    plant(history)
    assert history.rules_broken() == []
