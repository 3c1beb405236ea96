"""A 政务服务管理员 acts on an authorisation given beforehand, and on nothing else (art. 27)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.domain import new_id
from schemas import roles
from schemas.identity.authorisations import (
    GrantAuthorisation,
    ListAuthorisations,
    RevokeAuthorisation,
)
from schemas.identity.freezes import FreezeAccount, ListFreezes
from schemas.identity.passwords import ReleaseLock
from schemas.identity.staff import NameOfficer
from services.identity.tests.conftest import NOON, Desk, Move

LETTER: dict[str, Any] = {
    "department": "合肥市人力资源和社会保障局",
    "scope": ["sign-in-locks", "account-freezes"],
    "valid_from": "2026-11-01",
    "valid_until": "2026-11-30",
    "document_sha256": "1" * 64,
}
FREEZE = {"login": "wang", "grounds": "stolen"}
MIDNIGHT = datetime(2026, 11, 30, 16, tzinfo=UTC)
"""When the last day of `LETTER` has ended in Shanghai."""


class Window:
    """A department: its head, and who works at its window."""

    def __init__(self, desk: Desk, region: str = "340000") -> None:
        self.desk, self.region = desk, region
        self.account = desk.staff(roles.GOVERNMENT_SERVICE, "window", region)
        self.head = desk.as_staff(roles.DEPARTMENT, region)
        self.user = desk.account("wang")

    def letter(self, **changed: Any) -> dict[str, Any]:
        """The outcome of authorising."""
        given = {"account_id": self.account, **LETTER, **changed}
        return self.head.ask(GrantAuthorisation, **given)

    def on(self, authorisation: str | None, account: str = "") -> Desk:
        """The desk as the administrator sees it, who names an authorisation."""
        found = self.desk.acting_as(roles.GOVERNMENT_SERVICE, self.region)
        found.who = found.who._replace(
            actor=account or self.account, authority=authorisation, correlation="c-3"
        )
        return found


@pytest.fixture
def window(desk: Desk) -> Window:
    return Window(desk)


@pytest.mark.article(27)
def test_an_authorisation_is_named_and_good_until_its_last_day_ends(
    window: Window, at_noon: Move
) -> None:
    lock = {"login": "wang", "reason": "本人到窗口核验身份"}
    assert window.on(None).code(ReleaseLock, **lock) == "authorisation.required"
    assert window.on(new_id()).code(ReleaseLock, **lock) == "authorisation.required"
    letter = window.letter()["result"]
    assert (letter["scope"], letter["in_force"]) == (sorted(LETTER["scope"]), True)
    assert "result" in window.on(letter["id"]).ask(ReleaseLock, **lock)
    entry = window.desk.log()[-1].event
    assert (entry["type"], entry["authority"]) == ("identity.AccountLockReleased", letter["id"])
    another = window.on(letter["id"], account=new_id())
    assert another.code(ReleaseLock, **lock) == "authorisation.required"
    at_noon(MIDNIGHT - timedelta(seconds=1))
    assert "result" in window.on(letter["id"]).ask(ReleaseLock, **lock)
    at_noon(MIDNIGHT + timedelta(seconds=1))
    refused = window.on(letter["id"]).ask(ReleaseLock, **lock)["error"]
    assert refused["code"] == "authorisation.not-in-force"
    assert refused["data"] == {"valid_from": "2026-11-01", "valid_until": "2026-11-30"}
    last = window.desk.log()[-1]
    assert (last.type, last.data["code"]) == ("identity.CommandRefused", refused["code"])
    assert last.event["actor"] == window.account, "the entry says who tried"
    assert "result" in window.on(None).ask(ListFreezes), "reading needs none"


@pytest.mark.article(27)
def test_what_is_out_of_scope_or_revoked_is_refused(window: Window) -> None:
    locks = window.letter(scope=["sign-in-locks"])["result"]["id"]
    refused = window.on(locks).ask(FreezeAccount, **FREEZE)["error"]
    assert refused["code"] == "authorisation.out-of-scope"
    assert refused["data"] == {"needed": "account-freezes", "scope": "sign-in-locks"}
    freezes = window.letter(scope=["account-freezes"])["result"]["id"]
    why = {"authorisation_id": freezes, "reason": "岗位调整"}
    elsewhere = window.desk.as_staff(roles.BUREAU, "340200")
    assert elsewhere.code(RevokeAuthorisation, **why) == "region.outside"
    assert window.head.result(RevokeAuthorisation, **why)["revoked"]
    assert window.head.code(RevokeAuthorisation, **why) == "identity.authorisation-over"
    assert window.on(freezes).code(FreezeAccount, **FREEZE) == "authorisation.not-in-force"
    again = window.letter(scope=["account-freezes"])["result"]["id"]
    assert window.on(again).result(FreezeAccount, **FREEZE)["reported_by"] == "staff"
    own = window.on(None).rows(ListAuthorisations, in_force=True)
    assert {row["id"] for row in own} == {locks, again}
    assert len(window.head.rows(ListAuthorisations)) == 3
    assert elsewhere.rows(ListAuthorisations) == []


@pytest.mark.article(9, 27)
def test_a_head_authorises_others_of_the_region_beforehand(desk: Desk) -> None:
    window = Window(desk, "340100")
    early = window.letter(valid_from="2026-10-31")["error"]
    assert early["code"] == "identity.authorisation-dates-invalid"
    assert early["data"]["today"] == NOON.date().isoformat()
    long = window.letter(valid_until="2029-11-04")["error"]
    assert long["code"] == "identity.authorisation-dates-invalid"
    bureau = window.desk.staff(roles.BUREAU, "bureau", "340100")
    wrong = window.letter(account_id=bureau)["error"]["code"]
    assert wrong == "identity.not-an-administrator"
    away = window.desk.staff(roles.GOVERNMENT_SERVICE, "away", "340200")
    assert window.letter(account_id=away)["error"]["code"] == "region.outside"
    window.head.who = window.head.who._replace(actor=window.account)
    assert window.letter()["error"]["code"] == "identity.authorises-oneself"
    window.head.who = window.head.who._replace(actor=bureau)
    owner = window.desk.as_staff(roles.HRSS_PROVINCE)
    for account in (bureau, window.account):
        owner.result(NameOfficer, account_id=account, id_number="11010519491231002X")
    assert window.letter()["error"]["code"] == "identity.authorises-oneself", "one person"
