"""The operator's tenures: one at a time, its staff stop at once, everything is handed over."""

from datetime import datetime, timedelta
from typing import Any

import eventlet
import pytest

from chassis.domain import new_id
from schemas import roles
from schemas.identity.accounts import OpenStaffAccount
from schemas.identity.freezes import FreezeAccount, ListFreezes
from schemas.identity.passwords import RequestPasswordReset
from schemas.identity.sessions import SignOut, WhoIs
from schemas.identity.staff import GrantRole
from schemas.identity.tenures import (
    GrantTenure,
    HandOverTenure,
    ListTenures,
    RevokeTenure,
    WarnOperator,
)
from schemas.log import LOGS
from services.identity.tests.conftest import NOON, PASSWORD, TENURE, Desk, Move

WHY = {"grounds": "evaluation", "reason": "年度绩效评价不达标", "document_sha256": "1" * 64}
EXPORT = {
    "export_sha256": "2" * 64,
    "logs": [{"log": log, "size": 1, "root": "3" * 64} for log in LOGS],
}


@pytest.fixture
def owner(desk: Desk) -> Desk:
    """The desk for one of 省人社厅."""
    return desk.as_staff(roles.HRSS_PROVINCE)


@pytest.mark.article(7)
def test_a_tenure_is_granted_warned_revoked_and_handed_over(desk: Desk, owner: Desk) -> None:
    given = {**TENURE, "uscc": TENURE["uscc"].lower()}
    first = owner.result(GrantTenure, **given)
    assert first["in_force"]
    assert (first["number"], first["uscc"], first["warnings"]) == (1, TENURE["uscc"], 0)
    assert owner.code(GrantTenure, **TENURE) == "identity.tenure-standing"
    overseer = desk.as_staff(roles.EMPLOYMENT_PROVINCE)
    asked = {"tenure_id": first["id"]}
    warned = overseer.result(WarnOperator, **asked, **WHY, rectify_by="2026-12-01")
    assert (warned["warnings"], warned["in_force"]) == (1, True)
    late = overseer.code(WarnOperator, **asked, **WHY, rectify_by="2026-10-31")
    assert late == "identity.tenure-dates-invalid"
    second = new_id()
    handing = {**asked, **EXPORT, "successor_id": second}
    assert owner.code(HandOverTenure, **handing) == "resource.not-found"
    revoked = overseer.result(RevokeTenure, **asked, **WHY)
    assert (revoked["state"], revoked["in_force"]) == ("revoked", False)
    for contract, more in ((RevokeTenure, {}), (WarnOperator, {"rectify_by": "2026-12-01"})):
        assert overseer.code(contract, **asked, **WHY, **more) == "identity.tenure-over"
    second = owner.result(GrantTenure, **{**TENURE, "operator": "安徽接续运营有限公司"})["id"]
    handing["successor_id"] = second
    itself = owner.code(HandOverTenure, **{**handing, "successor_id": first["id"]})
    assert itself == "identity.not-the-successor"
    logs: Any = EXPORT["logs"]
    twice = [logs[0], *logs[:-1]]
    short = owner.code(HandOverTenure, **{**handing, "logs": twice})
    assert short == "identity.export-incomplete"
    assert owner.code(HandOverTenure, **{**handing, "logs": logs[1:]}) == "input.invalid"
    assert owner.result(HandOverTenure, **handing)["successor_id"] == second
    assert owner.code(HandOverTenure, **handing) == "identity.tenure-over"
    early = {**handing, "tenure_id": second, "successor_id": first["id"]}
    assert owner.code(HandOverTenure, **early) == "identity.tenure-not-over"
    shown = desk.rows(ListTenures)
    assert [(row["number"], row["state"], row["in_force"]) for row in shown] == [
        (2, "granted", True),
        (1, "handed-over", False),
    ]
    told = [type_ for type_ in desk.types() if "Tenure" in type_]
    steps = ("Granted", "Warned", "Revoked", "Granted", "HandedOver")
    assert told == [f"OperatorTenure{step}" for step in steps]


@pytest.mark.article(7, 40)
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"uscc": "91350100M000100Y44"}, "identity.uscc-invalid"),
        ({"valid_from": "2017-12-31"}, "identity.before-the-measures"),
        (
            {"valid_from": "2028-12-31", "valid_until": "2028-12-30"},
            "identity.tenure-dates-invalid",
        ),
        ({"valid_until": "2026-10-31"}, "identity.tenure-dates-invalid"),
    ],
)
def test_what_cannot_be_granted(owner: Desk, changed: dict[str, str], code: str) -> None:
    assert owner.code(GrantTenure, **{**TENURE, **changed}) == code
    assert owner.rows(ListTenures) == []


def test_of_many_that_are_granted_at_once_one_is(owner: Desk) -> None:
    def grant(n: int) -> dict[str, Any]:
        return owner.ask(GrantTenure, **{**TENURE, "contract_number": str(n)})

    outcomes = list(eventlet.GreenPool(8).imap(grant, range(8)))
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.tenure-standing"}


@pytest.mark.article(7)
def test_the_operators_staff_act_under_its_tenure_and_stop_with_it(desk: Desk, owner: Desk) -> None:
    tenure = desk.tenure()
    staff = desk.staff(roles.OPERATOR, "opr")
    token, _, _ = desk.enrol("opr")
    assert desk.result(WhoIs, token=token)["authorities"] == {roles.OPERATOR: tenure}
    desk.account("one")
    acting = desk.acting_as(roles.OPERATOR)
    asked = {"login": "one", "grounds": "forgotten"}
    acting.result(RequestPasswordReset, staff, **asked)
    entry = desk.log()[-1]
    assert (entry.event["actor"], entry.event["authority"]) == (staff, tenure)
    owner.result(RevokeTenure, tenure_id=tenure, **WHY)
    assert desk.result(WhoIs, token=token)["authorities"] == {}
    before = len(desk.log())
    code = acting.code(FreezeAccount, staff, login="one", grounds="stolen")
    assert code == "operator.outside-tenure"
    refused = desk.log()[before:]
    assert [entry.type for entry in refused] == ["identity.CommandRefused"]
    assert (refused[0].event["actor"], refused[0].event["role"]) == (staff, roles.OPERATOR)
    nobody = acting.who._replace(authority=None)
    acting.who = nobody
    assert acting.code(RequestPasswordReset, staff, **asked) == "operator.outside-tenure"
    assert acting.rows(ListFreezes, staff) == []
    assert acting.result(SignOut, staff, token=token) == {}


@pytest.mark.article(7)
def test_a_tenure_ends_after_its_last_day_in_shanghai(desk: Desk, at_noon: Move) -> None:
    owner = desk.as_staff(roles.HRSS_PROVINCE)
    tenure = owner.result(GrantTenure, **{**TENURE, "valid_until": "2028-12-31"})["id"]
    staff = desk.staff(roles.OPERATOR)
    acting = desk.acting_as(roles.OPERATOR)
    desk.account("one")
    asked = {"login": "one", "grounds": "forgotten"}
    last = datetime.fromisoformat("2028-12-31T15:59:59.999999+00:00")
    at_noon(last)
    assert acting.result(RequestPasswordReset, staff, **asked)
    at_noon(last + timedelta(microseconds=1))
    assert acting.code(RequestPasswordReset, staff, **asked) == "operator.outside-tenure"
    at_noon(datetime.fromisoformat("2025-12-31T15:59:59.999999+00:00"))
    assert acting.code(RequestPasswordReset, staff, **asked) == "operator.outside-tenure"
    assert desk.rows(ListTenures)[0]["id"] == tenure
    at_noon(NOON)


@pytest.mark.article(7)
def test_the_operators_role_is_that_of_one_tenure(desk: Desk, owner: Desk) -> None:
    opening = {"login": "opr", "password": PASSWORD, "role": roles.OPERATOR, "region": "340000"}
    assert owner.code(OpenStaffAccount, **opening) == "identity.no-tenure"
    first = owner.result(GrantTenure, **TENURE)["id"]
    staff = owner.result(OpenStaffAccount, **opening)["account_id"]
    again = {"account_id": staff, "role": roles.OPERATOR}
    assert owner.code(GrantRole, **again) == "identity.role-held"
    owner.result(RevokeTenure, tenure_id=first, **WHY)
    assert owner.code(GrantRole, **again) == "identity.no-tenure"
    second = owner.result(GrantTenure, **TENURE)["id"]
    token, _, _ = desk.enrol("opr")
    assert desk.result(WhoIs, token=token)["authorities"] == {}
    owner.result(GrantRole, **again)  # taken on by the successor
    assert desk.result(WhoIs, token=token)["authorities"] == {roles.OPERATOR: second}
    granted = [entry.data for entry in desk.log() if entry.type.endswith("AccountRoleGranted")]
    assert [data["tenure_id"] for data in granted] == [first, second]
