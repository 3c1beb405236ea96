"""The rules about authorisations find what they are for, where it is, and nothing else."""

from typing import Any

import pytest

from services.oversight.tests.history_of_staff import USER, ident
from services.oversight.tests.planting import OTHER, History, Plant, each, enveloping
from services.oversight.tests.test_rules import OF_AUTHORISATIONS

GRANTED = "identity.AuthorisationGranted"
REVOKED = "identity.AuthorisationRevoked"
RELEASED = "identity.AccountLockReleased"
OPENED = "identity.FreezeCaseOpened"
ROLE = "identity.AccountRoleGranted"
NAMED = "identity.AccountOfficerNamed"
ADMIN, HEAD, LETTER = ident("administrator"), ident("head"), ident("authorisation")
EARLY, AT = "2026-05-01T03:00:00.000000Z", "2026-05-01T04:00:00.000000Z"
LAST = "2026-05-31T15:59:59.999999Z"


def staff(history: History) -> None:
    """An administrator, and the head of the department."""
    for account, role in ((ADMIN, "gov-service-admin"), (HEAD, "bureau")):
        opened = {"staff": True, "region": "340100"}
        history.add("identity.AccountOpened", account, opened, at=EARLY)
        history.add(ROLE, account, {"role": role, "tenure_id": None}, at=EARLY)


def letter(**changed: Any) -> Plant:
    """The head authorises the administrator."""

    def plant(history: History) -> None:
        staff(history)
        said: dict[str, Any] = {"account_id": ADMIN, "region": "340100", "department": "市局"}
        said |= {"valid_from": "2026-05-01", "valid_until": "2026-05-31", "granted_by": HEAD}
        said |= {"scope": ["sign-in-locks"], "document_sha256": "1" * 64}
        by = changed.pop("by", HEAD)
        event = history.add(GRANTED, LETTER, {**said, **changed}, at=EARLY)
        event.update(actor=by, role="bureau")

    return plant


def revoked(at: str) -> Plant:
    """The head takes it back."""

    def plant(history: History) -> None:
        history.add(REVOKED, LETTER, {"reason": "岗位调整"}, at=at).update(
            actor=HEAD, role="bureau"
        )

    return plant


def act(at: str = AT, by: str = ADMIN, on: str | None = LETTER) -> Plant:
    """The administrator lifts a lock."""

    def plant(history: History) -> None:
        event = history.add(RELEASED, USER, {"reason": "到窗口核验"}, at=at)
        event.update(actor=by, role="gov-service-admin", authority=on)

    return plant


def freeze(history: History) -> None:
    """The administrator freezes an account."""
    said = {"account_id": USER, "subject_id": None, "region": None}
    said |= {"reported_by": "staff", "grounds": "stolen"}
    event = history.add(OPENED, ident("freeze case"), said, at=AT)
    event.update(actor=ADMIN, role="gov-service-admin", authority=LETTER)


def one_person(history: History) -> None:
    """Both accounts are of one person."""
    staff(history)
    for account in (ADMIN, HEAD):
        history.add(NAMED, account, {"officer_id": ident("one person")}, at=EARLY)


def _of_one_person(history: History) -> None:
    one_person(history)
    log = history.logs["identity"]
    size = len(log)
    letter()(history)
    del log[size : size + 4]  # the staff are there


Case = tuple[str, Plant, str, int]
CASES: list[Case] = [
    ("outside-authorisation", each(letter(), act(on=None)), RELEASED, 0),
    ("outside-authorisation", each(letter(), act(on=OTHER)), RELEASED, 0),
    ("outside-authorisation", each(letter(account_id=OTHER), act()), RELEASED, 0),
    ("outside-authorisation", each(letter(), act("2026-05-31T16:00:05.000001Z")), RELEASED, 0),
    ("outside-authorisation", each(letter(valid_from="2026-05-02"), act()), RELEASED, 0),
    ("outside-authorisation", each(letter(scope=["account-freezes"]), act()), RELEASED, 0),
    ("outside-authorisation", each(letter(), freeze), OPENED, 0),
    ("outside-authorisation", each(letter(), revoked(EARLY), act()), RELEASED, 0),
    ("authorised-unduly", letter(valid_from="2026-04-30"), GRANTED, 0),
    ("authorised-unduly", letter(valid_until="2029-05-05"), GRANTED, 0),
    ("authorised-unduly", letter(granted_by=OTHER), GRANTED, 0),
    ("authorised-unduly", letter(account_id=HEAD), GRANTED, 0),
    ("authorised-unduly", _of_one_person, GRANTED, 0),
    ("authorised-unduly", each(letter(), revoked(AT), revoked(AT)), REVOKED, 1),
]


@pytest.mark.article(8, 27)
@pytest.mark.parametrize(("rule", "plant", "type_", "number"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    plant(history)
    found = [each for each in history.rules_broken() if each[0] in OF_AUTHORISATIONS]
    assert found == [(rule, *history.place(type_, number))]


@pytest.mark.article(8, 27)
def test_only_heads_authorise(history: History) -> None:
    each(letter(), enveloping(GRANTED, role="operator"))(history)
    assert ("wrong-role", *history.place(GRANTED)) in history.rules_broken()


def test_every_rule_has_its_case() -> None:
    assert {rule for rule, _, _, _ in CASES} == OF_AUTHORISATIONS


@pytest.mark.parametrize(
    "plant",
    [
        each(letter(), act(EARLY), act(LAST)),
        each(letter(), act("2026-05-31T16:00:04.000000Z")),  # decided before midnight, perhaps
        each(letter(), revoked("2026-05-01T03:59:56.000000Z"), act()),
        each(letter(scope=["account-freezes"]), freeze),
    ],
)
def test_what_is_allowed_is_no_finding(history: History, plant: Plant) -> None:
    plant(history)
    if history.logs["identity"][-1]["seen"].get("identity"):
        raise AssertionError("identity has not seen itself")
    assert not {each[0] for each in history.rules_broken()} & OF_AUTHORISATIONS
