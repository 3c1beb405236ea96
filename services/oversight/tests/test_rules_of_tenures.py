"""The rules about the operator's tenures find what they are for, where it is, and nothing else."""

from typing import Any

import pytest

from services.oversight.tests.history_of_staff import DONE_AT, GRANTED, TENURE, ident
from services.oversight.tests.planting import OTHER, History, Plant, enveloping, setting
from services.oversight.tests.test_rules import OF_TENURES

ASKED = "identity.PasswordResetRequested"
ROLE = "identity.AccountRoleGranted"
TENURE_GRANTED = "identity.OperatorTenureGranted"
WARNED = "identity.OperatorTenureWarned"
REVOKED = "identity.OperatorTenureRevoked"
HANDED_OVER = "identity.OperatorTenureHandedOver"
WHY = {"grounds": "evaluation", "reason": "评价不达标", "document_sha256": "0" * 64}
NEXT = ident("next tenure")
LATER = "2026-06-01T04:00:00.000000Z"


def revoked(at: str, before: str = ASKED) -> Plant:
    """Revoke the tenure at an instant, before something is done under it."""

    def plant(history: History) -> None:
        event = history.add(REVOKED, TENURE, WHY, at=at)
        log = history.logs["identity"]
        log.remove(event)
        log.insert(log.index(history.find(before)), event)

    return plant


def granted_next(history: History, number: int = 2) -> None:
    """Grant the next tenure."""
    history.add(TENURE_GRANTED, NEXT, {**GRANTED, "number": number}, at=LATER)


def _out_of_order(history: History) -> None:
    history.add(REVOKED, TENURE, WHY, at=LATER)
    granted_next(history, 3)


def _role_after_its_end(history: History) -> None:
    history.add(REVOKED, TENURE, WHY, at=LATER)
    account = ident("third")
    opened = {"staff": True, "region": "340000"}
    history.add("identity.AccountOpened", account, opened, at=LATER)
    history.add(ROLE, account, {"role": "operator", "tenure_id": TENURE}, at=LATER)


def _warned_after_its_end(history: History) -> None:
    history.add(REVOKED, TENURE, WHY, at=LATER)
    history.add(WARNED, TENURE, {**WHY, "rectify_by": "2026-07-01"}, at=LATER)


def handed_over(**changes: Any) -> Plant:
    """Revoke the tenure, grant the next and hand over; `changes` bend what is said of a log."""

    def plant(history: History) -> None:
        history.add(REVOKED, TENURE, WHY, at=LATER)
        granted_next(history)
        logs = []
        for log, events in history.logs.items():
            size = len(events)
            if events:
                logs.append({"log": log, "size": size, "root": history.root(log, size)})
        if "shorter" in changes:
            size = changes["shorter"]
            logs[0] |= {"size": size, "root": history.root("identity", size)}
        if "root" in changes:
            logs[1]["root"] = changes["root"]
        said = {"successor_id": NEXT, "export_sha256": "0" * 64, "logs": logs}
        history.add(HANDED_OVER, TENURE, said, at=LATER)

    return plant


def _handed_over_while_it_stands(history: History) -> None:
    said = {"successor_id": NEXT, "export_sha256": "0" * 64, "logs": []}
    history.add(HANDED_OVER, TENURE, said, at=LATER)


APPROVED = "identity.PasswordResetApproved"
BOTH = ((ASKED, 0), (APPROVED, 0))
CASES: list[tuple[str, Plant, tuple[tuple[str, int], ...]]] = [
    ("outside-tenure", enveloping(ASKED, 0, authority=None), ((ASKED, 0),)),
    ("outside-tenure", enveloping(ASKED, 0, authority=OTHER), ((ASKED, 0),)),
    ("outside-tenure", revoked("2026-05-01T04:00:04.999999Z"), BOTH),
    ("outside-tenure", setting(TENURE_GRANTED, 0, valid_until="2026-04-30"), BOTH),
    ("outside-tenure", setting(TENURE_GRANTED, 0, valid_from="2026-05-02"), BOTH),
    ("two-tenures", granted_next, ((TENURE_GRANTED, 1),)),
    ("two-tenures", _out_of_order, ((TENURE_GRANTED, 1),)),
    ("operator-without-tenure", setting(ROLE, 1, tenure_id=None), ((ROLE, 1),)),
    ("operator-without-tenure", _role_after_its_end, ((ROLE, 2),)),
    ("tenure-step", _warned_after_its_end, ((WARNED, 0),)),
    ("tenure-step", _handed_over_while_it_stands, ((HANDED_OVER, 0),)),
    ("handover-differs", handed_over(root="f" * 64), ((HANDED_OVER, 0),)),
    ("handover-differs", handed_over(shorter=20), ((HANDED_OVER, 0),)),
]


@pytest.mark.article(7, 8)
@pytest.mark.parametrize(("rule", "plant", "where"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, where: tuple[tuple[str, int], ...]
) -> None:
    plant(history)
    wanted = [(rule, *history.place(type_, number)) for type_, number in where]
    found = history.rules_broken()
    assert [each for each in found if each[0] == rule] == wanted
    consequences = {"operator-without-tenure": {"outside-tenure"}}.get(rule, set())
    if rule == "outside-tenure":
        consequences = {"operator-without-tenure"}
    assert {each[0] for each in found} <= {rule} | consequences


def test_every_rule_has_its_case() -> None:
    assert {rule for rule, _, _ in CASES} == OF_TENURES


@pytest.mark.parametrize(
    "plant",
    [
        revoked("2026-05-01T04:00:05.000000Z"),  # five seconds are allowed
        revoked(DONE_AT, before="identity.PasswordResetCompleted"),
        handed_over(),
        setting(TENURE_GRANTED, 0, valid_until="2026-05-01", valid_from="2026-05-01"),
    ],
)
def test_what_is_allowed_is_no_finding(history: History, plant: Plant) -> None:
    plant(history)
    assert history.rules_broken() == []
