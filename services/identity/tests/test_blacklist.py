"""The blacklist: entered, told, appealed, decided by another, ended by the clock (art. 28)."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from authorities.synthetic import Firm, Population
from chassis import clock
from chassis.domain import new_id
from schemas import roles
from schemas.identity.admission import RegisterFirm
from schemas.identity.blacklist import (
    AppealBlacklisting,
    DecideAppeal,
    EnterOnBlacklist,
    GetReferralFile,
    ListBlacklist,
    ListOwnBlacklistings,
    ReferBlacklisting,
)
from schemas.identity.personal_data import PreviewErasure, RequestErasure
from schemas.identity.providers import RegisterProvider
from services.identity.tests.conftest import NOON, OFFER, Desk, Move

WHY = {"grounds": "fraud", "reason": "虚构交易", "evidence_sha256": "1" * 64}
STATEMENT = {"statement_sha256": "2" * 64}
REFERRAL = {"authority": "public-security", "reason": "涉嫌犯罪", "document_sha256": "3" * 64}
OVER = "identity.blacklisting-over"
LAST = (NOON.date() + timedelta(days=30)).isoformat()


class Case:
    """A firm with an account, the operator's staff, and who oversees them."""

    def __init__(self, desk: Desk, firm: Firm) -> None:
        desk.tenure()
        self.desk, self.firm = desk, firm
        self.account = desk.account()
        self.form = {"name": firm.name, "uscc": firm.uscc}
        self.form["legal_representative"] = firm.legal_representative
        self.subject = desk.result(RegisterFirm, self.account, **self.form)["subject_id"]
        self.operator = desk.as_staff(roles.OPERATOR)
        self.overseer = desk.as_staff(roles.EMPLOYMENT_PROVINCE)

    def enter(self, **changed: Any) -> dict[str, Any]:
        """The outcome of entering the firm."""
        given = {"subject_id": self.subject, **WHY, "until": LAST, **changed}
        return self.operator.ask(EnterOnBlacklist, **given)

    def entered(self) -> str:
        """The id of a new entry."""
        return str(self.enter()["result"]["id"])

    def appeal(self, entry: str) -> dict[str, Any]:
        """The outcome of the firm's appeal."""
        given = {"blacklisting_id": entry, **STATEMENT}
        return self.desk.ask(AppealBlacklisting, self.account, **given)


@pytest.fixture
def case(desk: Desk, firm: Firm) -> Case:
    return Case(desk, firm)


@pytest.mark.article(28)
def test_an_entry_is_told_appealed_decided_by_another_and_ended_by_the_clock(
    case: Case, at_noon: Move
) -> None:
    desk, account, overseer = case.desk, case.account, case.overseer
    entry = case.entered()
    assert case.enter()["error"]["code"] == "identity.blacklisted-already"
    (told,) = desk.rows(ListOwnBlacklistings, account)
    assert (told["id"], told["appeal_by"], told["decide_by"]) == (entry, "2026-11-16", None)
    its = {"blacklisting_id": entry}
    decided: dict[str, Any] = {**its, "lift": False, "reason": "证据充分"}
    assert overseer.code(DecideAppeal, **decided) == "identity.appeal-missing"
    assert desk.code(AppealBlacklisting, desk.account(), **its, **STATEMENT) == "resource.not-found"
    assert case.appeal(entry)["result"]["decide_by"] == "2026-11-16"
    assert [row["id"] for row in overseer.rows(ListBlacklist, state="appealed")] == [entry]
    assert overseer.result(DecideAppeal, **decided)["state"] == "upheld"
    assert case.appeal(entry)["error"]["code"] == "identity.appeal-twice"
    assert desk.tick() == 0
    at_noon(NOON + timedelta(days=31))
    assert desk.tick() >= 1
    assert desk.tick() == 0, "once"
    assert [row["state"] for row in overseer.rows(ListBlacklist)] == ["ended"]
    assert case.appeal(entry)["error"]["code"] == OVER
    day = clock.legal_date().isoformat()
    again = case.enter(until=day)["result"]
    assert (again["number"], again["entered_on"], again["until"]) == (2, day, day)


@pytest.mark.article(28)
@pytest.mark.parametrize("until", ["2026-10-31", "2029-11-04"])
def test_an_entry_is_for_three_years_at_most_and_for_users_and_providers(
    case: Case, until: str
) -> None:
    assert case.enter(until=until)["error"]["code"] == "identity.blacklisting-end-invalid"
    assert case.enter(subject_id=new_id())["error"]["code"] == "resource.not-found"
    assert case.desk.log()[-1].data["command"] == "enter_on_blacklist", "who tried is known"


@pytest.mark.article(28)
def test_who_entered_it_does_not_decide_and_a_late_appeal_is_refused(
    case: Case, at_noon: Move
) -> None:
    entry = case.entered()
    at_noon(NOON + timedelta(days=16))
    assert case.appeal(entry)["error"]["code"] == "identity.appeal-too-late"
    at_noon(NOON + timedelta(days=15))
    assert case.appeal(entry)["result"]["state"] == "appealed"
    the_same = case.desk.acting_as(roles.HRSS_PROVINCE)
    decided: dict[str, Any] = {"blacklisting_id": entry, "lift": True, "reason": "证据不足"}
    code = the_same.code(DecideAppeal, case.operator.who.actor, **decided)
    assert code == "identity.appeal-by-the-same"
    assert case.overseer.result(DecideAppeal, **decided)["state"] == "lifted"
    refused = case.overseer.code(ReferBlacklisting, blacklisting_id=entry, **REFERRAL)
    assert refused == OVER
    assert case.enter()["result"]["number"] == 2


@pytest.mark.article(28, 32)
def test_the_referral_file_names_every_step_and_document_with_its_digest(case: Case) -> None:
    entry, overseer = case.entered(), case.overseer
    case.appeal(entry)
    its = {"blacklisting_id": entry}
    overseer.result(DecideAppeal, blacklisting_id=entry, lift=False, reason="证据充分")
    assert overseer.result(ReferBlacklisting, **its, **REFERRAL)["referred_to"] == "public-security"
    again = overseer.code(ReferBlacklisting, **its, **REFERRAL)
    assert again == "identity.referred-already"
    log = case.desk.log()
    found = overseer.result(GetReferralFile, **its)
    assert found["format"] == "wanchuang-referral/1"
    assert found["entry"]["state"] == "upheld"
    names = ["Entered", "Appealed", "AppealDecided", "Referred"]
    assert [step["type"] for step in found["steps"]] == [f"identity.Blacklisting{n}" for n in names]
    for step in found["steps"]:
        text = log[step["position"]].text.encode()
        assert step["leaf"] == sha256(b"\x00" + text).hexdigest()
        assert step["data"] == json.loads(text)["event"]["data"]
    assert [(each["what"], each["sha256"][0]) for each in found["documents"]] == [
        ("evidence", "1"),
        ("statement of the subject", "2"),
        ("letter of referral", "3"),
    ]
    assert found["evidence"] is None, "the keys of the log are not known to this desk"


@pytest.mark.article(26, 28, 36)
def test_who_is_on_it_gets_no_further_role_and_is_not_forgotten(
    case: Case, world: Population, at_noon: Move
) -> None:
    desk, account = case.desk, case.account
    entry = case.entered()
    assert desk.code(RegisterProvider, account, **case.form, **OFFER) == "standing.blacklisted"
    found = desk.result(PreviewErasure, account)
    assert found["blocked_by"] == [{"kind": "blacklisting", "id": entry, "until": LAST}]
    refused = desk.code(RequestErasure, account, preview=found["preview"])
    assert refused == "identity.erasure-blocked"
    at_noon(NOON + timedelta(days=31))
    desk.tick()
    assert desk.result(PreviewErasure, account)["blocked_by"] == []
    assert desk.result(RegisterProvider, account, **case.form, **OFFER)["state"] == "active"
