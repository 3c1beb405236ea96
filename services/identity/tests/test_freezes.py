"""Stolen accounts: one step freezes all, staff lifts it, and the log tells of it."""

from typing import Any

import eventlet
import pytest

from authorities.synthetic import Person
from identity.domain.account import Account
from schemas import roles
from schemas.identity.admission import RegisterPerson
from schemas.identity.api_keys import IssueApiKey
from schemas.identity.freezes import (
    FreezeAccount,
    FreezeOwnAccount,
    ListFreezes,
    ReportStolenAccount,
    UnfreezeAccount,
)
from schemas.identity.passwords import RecoverPassword
from schemas.identity.second_factor import IssueRecoveryCodes
from schemas.identity.sessions import SignIn, WhoIs
from services.identity.tests.conftest import PASSWORD, Desk

STOLEN = {"login": "wang", "grounds": "stolen"}


@pytest.fixture
def account(desk: Desk, person: Person) -> str:
    """A user's account."""
    account = desk.account("wang")
    desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    return account


def codes(desk: Desk, account: str) -> list[str]:
    found = desk.result(IssueRecoveryCodes, account, password=PASSWORD)["recovery_codes"]
    return [str(code) for code in found]


@pytest.mark.article(35)
def test_a_recovery_code_freezes_everything_in_one_step(desk: Desk, account: str) -> None:
    [code, other, *_] = codes(desk, account)
    tokens = [desk.token("wang") for _ in range(2)]
    tokens.append(desk.result(IssueApiKey, account, label="k", scopes=["matching.read"])["token"])
    view = desk.result(ReportStolenAccount, login="Wang", code=code)
    assert (view["account_id"], view["state"], view["reported_by"]) == (
        account,
        "open",
        "recovery-code",
    )
    for token in tokens:
        assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.code(SignIn, login="wang", password=PASSWORD) == "identity.account-frozen"
    assert desk.code(IssueRecoveryCodes, account, password=PASSWORD) == "identity.account-frozen"
    assert desk.code(ReportStolenAccount, login="wang", code=other) == "identity.already-frozen"
    used, opened, frozen, *later = desk.log()[-5:]
    assert {each.type for each in later} == {"identity.SessionUsedAfterEnd"}, "who tries is noted"
    assert [each.type for each in (used, opened, frozen)] == [
        "identity.UsedCodeRecorded",
        "identity.FreezeCaseOpened",
        "identity.AccountFrozen",
    ]
    assert frozen.data == {"case_id": view["id"], "subject_id": view["subject_id"]}
    assert opened.data["region"] == view["region"]


@pytest.mark.article(35)
def test_staff_lifts_it_with_a_reason(desk: Desk, account: str) -> None:
    case = desk.result(FreezeOwnAccount, account)
    helper, by = desk.acting_as(roles.OPERATOR), desk.account()
    assert [row["id"] for row in helper.rows(ListFreezes, by, state="open")] == [case["id"]]
    lifted = {"case_id": case["id"], "reason": "本人到窗口核验身份"}
    assert helper.result(UnfreezeAccount, by, **lifted)["state"] == "closed"
    assert desk.token("wang")
    assert helper.code(UnfreezeAccount, by, **lifted) == "identity.freeze-ended"
    assert helper.rows(ListFreezes, by, state="open") == []
    closed = next(entry for entry in desk.log() if entry.type == "identity.FreezeCaseClosed")
    assert (closed.event["actor"], closed.data["reason"]) == (by, "本人到窗口核验身份")
    again = desk.result(FreezeOwnAccount, account)
    assert again["id"] != case["id"]


def test_a_session_that_was_being_opened_is_void(desk: Desk, account: str) -> None:
    """Decided before the freeze, written after it; also once the freeze is lifted."""
    decision = desk.app.sign_in("wang", PASSWORD)
    case = desk.result(FreezeOwnAccount, account)
    desk.app.write(decision)
    token = desk.app.tokens.issue(decision.result["session_id"])
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    given = {"case_id": case["id"], "reason": "x"}
    desk.acting_as(roles.OPERATOR).result(UnfreezeAccount, desk.account(), **given)
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"


def test_nobody_learns_by_reporting_who_has_an_account(desk: Desk, account: str) -> None:
    made_up = {"code": "AAAA-AAAA-AAAA-AAAA"}
    known = desk.ask(ReportStolenAccount, login="wang", **made_up)
    unknown = desk.ask(ReportStolenAccount, login="nobody", **made_up)
    assert known == unknown
    assert known["error"]["code"] == "identity.recovery-failed"
    codes_ = [desk.code(ReportStolenAccount, login="wang", **made_up) for _ in range(5)]
    assert codes_[-1] == "identity.sign-in-locked"


def test_who_is_frozen_may_set_a_new_password_and_stays_frozen(desk: Desk, account: str) -> None:
    [code, other, *_] = codes(desk, account)
    desk.result(ReportStolenAccount, login="wang", code=code)
    new = "quite another 马 staple"
    assert desk.result(RecoverPassword, login="wang", code=other, new_password=new) == {}
    assert desk.code(SignIn, login="wang", password=new) == "identity.account-frozen"


def test_a_wrong_password_learns_nothing_of_the_freeze(desk: Desk, account: str) -> None:
    desk.result(FreezeOwnAccount, account)
    assert desk.code(SignIn, login="wang", password="wrong one 电池") == "identity.sign-in-failed"


@pytest.mark.article(35)
def test_of_ten_reports_at_once_one_opens_a_case(desk: Desk, account: str) -> None:
    helper, actors = desk.acting_as(roles.OPERATOR), [desk.account() for _ in range(10)]

    def freeze(actor: str) -> dict[str, Any]:
        return helper.ask(FreezeAccount, actor, **STOLEN)

    outcomes = list(eventlet.GreenPool(10).imap(freeze, actors))
    assert sum("result" in outcome for outcome in outcomes) == 1
    found = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert found == {"identity.already-frozen"}
    assert desk.types().count("FreezeCaseOpened") == 1
    refused = [entry for entry in desk.log() if entry.type == "identity.CommandRefused"]
    assert len({entry.event["actor"] for entry in refused}) == 9


@pytest.mark.article(9, 35)
def test_a_bureau_freezes_in_its_region_and_an_event_says_who_tried_beyond(
    desk: Desk, account: str
) -> None:
    region = desk.app.region_of(desk.app.load(Account, account))
    assert region is not None
    elsewhere = "340100" if region != "340100" else "340200"
    there, here = (desk.acting_as(roles.BUREAU, each) for each in (elsewhere, region))
    outsider = desk.account()
    assert there.code(FreezeAccount, outsider, **STOLEN) == "region.outside"
    refused = desk.log()[-1]
    assert (refused.type, refused.event["actor"]) == ("identity.CommandRefused", outsider)
    case = here.result(FreezeAccount, desk.account(), **STOLEN)
    given = {"case_id": case["id"], "reason": "x"}
    assert there.code(UnfreezeAccount, outsider, **given) == "region.outside"
    assert there.rows(ListFreezes, outsider) == []
    assert [row["id"] for row in here.rows(ListFreezes, desk.account())] == [case["id"]]
    assert here.result(UnfreezeAccount, desk.account(), **given)


def test_accounts_of_staff_are_frozen_by_their_owner_alone(desk: Desk) -> None:
    desk.staff(roles.FINANCE_PROVINCE, "payer")
    given = {"login": "payer", "grounds": "suspicious"}
    helper, owner = desk.acting_as(roles.OPERATOR), desk.acting_as(roles.HRSS_PROVINCE)
    assert helper.code(FreezeAccount, desk.account(), **given) == "identity.reset-forbidden"
    assert owner.result(FreezeAccount, desk.account(), **given)["state"] == "open"
    missing = {"login": "nobody", "grounds": "stolen"}
    assert helper.code(FreezeAccount, desk.account(), **missing) == "resource.not-found"
