"""Staff: roles as events, duties that check one another in different hands, persons on record."""

from itertools import permutations
from typing import Any

import eventlet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorities.synthetic import Person
from identity.domain.duties import INCOMPATIBLE, clashing, region_fits
from schemas import roles
from schemas.identity.accounts import OpenStaffAccount
from schemas.identity.sessions import WhoIs
from schemas.identity.staff import GrantRole, ListStaff, NameOfficer, RevokeRole
from services.identity.tests.conftest import PASSWORD, Desk


def opened(desk: Desk, role: str, region: str = "340000", **given: Any) -> dict[str, Any]:
    login = f"s-{len(desk.types())}"
    given = {"login": login, "password": PASSWORD, "role": role, "region": region, **given}
    return desk.ask(OpenStaffAccount, "system:test", **given)


@pytest.fixture
def owner(desk: Desk) -> Desk:
    """The desk for one of 省人社厅."""
    return desk.acting_as(roles.HRSS_PROVINCE)


@pytest.mark.article(3, 7)
def test_a_role_is_granted_and_revoked_at_once(desk: Desk, owner: Desk) -> None:
    account = desk.staff(roles.HRSS_PROVINCE, "both")
    token, _, _ = desk.enrol("both")
    by = desk.account()
    view = owner.result(GrantRole, by, account_id=account, role=roles.EMPLOYMENT_PROVINCE)
    both = [roles.EMPLOYMENT_PROVINCE, roles.HRSS_PROVINCE]
    assert view == {
        "account_id": account,
        "roles": both,
        "region": "340000",
        "named": False,
        "second_factor": True,
    }
    assert desk.result(WhoIs, token=token)["roles"] == both
    revoked = {"account_id": account, "role": roles.HRSS_PROVINCE, "reason": "岗位调整"}
    owner.result(RevokeRole, by, **revoked)
    assert desk.result(WhoIs, token=token)["roles"] == [roles.EMPLOYMENT_PROVINCE]
    assert owner.code(RevokeRole, by, **revoked) == "identity.role-not-held"
    granted, gone = [entry for entry in desk.log() if "Role" in entry.type][-2:]
    assert (granted.stream, granted.event["actor"], granted.event["role"]) == (
        account,
        by,
        roles.HRSS_PROVINCE,
    )
    assert gone.data == {"role": roles.HRSS_PROVINCE, "reason": "岗位调整"}


@pytest.mark.article(5, 7, 8, 18)
@pytest.mark.parametrize(
    ("held", "role"),
    [
        (roles.OPERATOR, roles.SUPERVISOR),
        (roles.SUPERVISOR, roles.OPERATOR),
        (roles.EMPLOYMENT_PROVINCE, roles.FINANCE_PROVINCE),
        (roles.FINANCE_PROVINCE, roles.EMPLOYMENT_PROVINCE),
        (roles.HRSS_PROVINCE, roles.FINANCE_PROVINCE),
        (roles.SUPERVISOR, roles.HRSS_PROVINCE),
        (roles.OPERATOR, roles.GOVERNMENT_SERVICE),
    ],
)
def test_no_account_holds_duties_that_check_one_another(
    desk: Desk, owner: Desk, held: str, role: str
) -> None:
    desk.tenure()
    account, by = desk.staff(held), desk.account()
    outcome = owner.ask(GrantRole, by, account_id=account, role=role)
    assert outcome["error"]["code"] == "identity.duties-clash"
    assert outcome["error"]["data"] == {"role": role, "held": held, "who": "account"}
    refused = desk.log()[-1]
    assert refused.type == "identity.CommandRefused"
    assert refused.event["actor"] == by


@pytest.mark.article(8)
def test_no_person_holds_them_in_two_accounts(desk: Desk, owner: Desk, world: Any) -> None:
    one: Person = world.persons[8]
    other: Person = world.persons[9]
    reviewer = opened(desk, roles.EMPLOYMENT_PROVINCE, id_number=one.id_number)["result"]
    clash = opened(desk, roles.FINANCE_PROVINCE, id_number=one.id_number.lower())
    assert clash["error"]["code"] == "identity.duties-clash"
    assert clash["error"]["data"]["who"] == "person"
    payer = opened(desk, roles.FINANCE_PROVINCE, id_number=other.id_number)
    assert "result" in payer
    unnamed = desk.staff(roles.FINANCE_PROVINCE)
    by = desk.account()
    named = {"account_id": unnamed, "id_number": one.id_number}
    assert owner.code(NameOfficer, by, **named) == "identity.duties-clash"
    gone = {"account_id": reviewer["account_id"], "role": roles.EMPLOYMENT_PROVINCE}
    owner.result(RevokeRole, by, **gone, reason="离任")
    assert owner.result(NameOfficer, by, **named)["named"]
    assert owner.code(NameOfficer, by, **named) == "identity.officer-named"
    again = {"account_id": reviewer["account_id"], "role": roles.EMPLOYMENT_PROVINCE}
    assert owner.code(GrantRole, by, **again) == "identity.duties-clash"
    text = "".join(entry.text for entry in desk.log())
    assert one.id_number not in text


def test_two_accounts_of_one_person_at_once_do_not_both_get_their_role(
    desk: Desk, owner: Desk, person: Person
) -> None:
    """Reviewer and payer, granted at the same moment in two accounts of one person."""
    wanted = (roles.EMPLOYMENT_PROVINCE, roles.FINANCE_PROVINCE)
    accounts = [
        opened(desk, roles.HRSS_PROVINCE, id_number=person.id_number)["result"]["account_id"]
        for _ in range(2)
    ]
    by = desk.account()
    for account in accounts:
        given = {"account_id": account, "role": roles.HRSS_PROVINCE, "reason": "x"}
        owner.result(RevokeRole, by, **given)

    def grant(n: int) -> dict[str, Any]:
        return owner.ask(GrantRole, by, account_id=accounts[n], role=wanted[n])

    outcomes = list(eventlet.GreenPool(2).imap(grant, range(2)))
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.duties-clash"}


@pytest.mark.article(7)
def test_of_two_who_decide_at_once_one_wins(desk: Desk, owner: Desk) -> None:
    account = desk.staff(roles.HRSS_PROVINCE)
    deciders = [desk.account() for _ in range(6)]
    given = {"account_id": account, "role": roles.EMPLOYMENT_PROVINCE}
    pool = eventlet.GreenPool(6)
    outcomes = list(pool.imap(lambda actor: owner.ask(GrantRole, actor, **given), deciders))
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.role-held"}
    refused = [entry for entry in desk.log() if entry.type == "identity.CommandRefused"]
    assert len({entry.event["actor"] for entry in refused}) == 5, "an event says who tried"


def test_nobody_changes_their_own_roles_and_users_have_none(desk: Desk, owner: Desk) -> None:
    account, user = desk.staff(roles.HRSS_PROVINCE), desk.account()
    given = {"account_id": account, "role": roles.EMPLOYMENT_PROVINCE}
    assert owner.code(GrantRole, account, **given) == "identity.own-roles"
    assert owner.code(RevokeRole, account, **given, reason="x") == "identity.own-roles"
    given["account_id"] = user
    assert owner.code(GrantRole, desk.account(), **given) == "identity.not-staff"
    for role in (roles.USER, roles.PROVIDER):
        assert owner.code(GrantRole, user, account_id=account, role=role) == "input.invalid"
    other = desk.acting_as(roles.EMPLOYMENT_PROVINCE)
    assert other.code(GrantRole, user, **given) == "role.required"


@pytest.mark.article(9, 18, 27)
@pytest.mark.parametrize(
    ("role", "region", "fits"),
    [
        (roles.DEPARTMENT, "340000", True),
        (roles.DEPARTMENT, "340104", True),
        (roles.GOVERNMENT_SERVICE, "340100", True),
        (roles.GOVERNMENT_SERVICE, "349900", False),
    ],
)
def test_departments_and_service_windows_are_at_every_level(
    desk: Desk, role: str, region: str, fits: bool
) -> None:
    outcome = opened(desk, role, region)
    assert ("result" in outcome) == fits
    if not fits:
        assert outcome["error"]["code"] == "identity.region-unfit"


def test_staff_accounts_are_listed_by_role(desk: Desk, owner: Desk) -> None:
    payer, supervisor = desk.staff(roles.FINANCE_PROVINCE), desk.staff(roles.SUPERVISOR)
    desk.account()
    listed = owner.rows(ListStaff, desk.account())
    assert [row["account_id"] for row in listed] == sorted([payer, supervisor])
    [row] = owner.rows(ListStaff, desk.account(), role=roles.SUPERVISOR)
    assert (row["account_id"], row["roles"]) == (supervisor, [roles.SUPERVISOR])
    first = min([payer, supervisor])
    assert len(owner.rows(ListStaff, desk.account(), after=first)) == 1


@given(st.permutations(sorted(roles.STAFF)))
def test_whatever_is_granted_in_whatever_order_no_pair_comes_together(order: list[str]) -> None:
    held: set[str] = set()
    for role in order:
        if clashing(held, role) is None:
            held.add(role)
    assert not any(frozenset(pair) in INCOMPATIBLE for pair in permutations(held, 2))


@given(st.sampled_from(sorted(roles.STAFF)), st.integers(0, 9999))
def test_every_staff_role_fits_a_region_of_its_level(role: str, number: int) -> None:
    region = f"34{number:04}"
    if region_fits(role, region) and role not in (roles.DEPARTMENT, roles.GOVERNMENT_SERVICE):
        assert (region == "340000") == (role != roles.BUREAU)
