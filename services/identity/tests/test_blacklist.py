"""The blacklist: entered, told, appealed, decided by another, ended by the clock (art. 28)."""

from datetime import timedelta

import pytest

from authorities.synthetic import Firm
from schemas import roles
from schemas.identity.admission import RegisterFirm
from schemas.identity.blacklist import (
    AppealBlacklisting,
    DecideAppeal,
    EnterOnBlacklist,
    ListBlacklist,
    ListOwnBlacklistings,
    ReferBlacklisting,
)
from services.identity.tests.conftest import NOON, Desk, Move

WHY = {"grounds": "fraud", "reason": "虚构交易", "evidence_sha256": "1" * 64}
STATEMENT = {"statement_sha256": "2" * 64}
OVER = "identity.blacklisting-over"


@pytest.mark.article(28)
def test_an_entry_is_told_appealed_decided_by_another_and_ended_by_the_clock(
    desk: Desk, firm: Firm, at_noon: Move
) -> None:
    at_noon(NOON)
    desk.tenure()
    account = desk.account()
    asked = {"name": firm.name, "uscc": firm.uscc}
    asked["legal_representative"] = firm.legal_representative
    subject = desk.result(RegisterFirm, account, **asked)["subject_id"]
    operator = desk.acting_as(roles.OPERATOR)
    day = NOON.date() + timedelta(days=30)
    given = {"subject_id": subject, **WHY, "until": day.isoformat()}
    entry = operator.result(EnterOnBlacklist, **given)
    assert operator.code(EnterOnBlacklist, **given) == "identity.blacklisted-already"
    assert [row["id"] for row in desk.rows(ListOwnBlacklistings, account)] == [entry["id"]]
    its = {"blacklisting_id": entry["id"]}
    overseer = desk.as_staff(roles.EMPLOYMENT_PROVINCE)
    decided = {**its, "lift": False, "reason": "证据充分"}
    assert overseer.code(DecideAppeal, **decided) == "identity.appeal-missing"
    assert desk.code(AppealBlacklisting, desk.account(), **its, **STATEMENT) == "resource.not-found"
    assert desk.result(AppealBlacklisting, account, **its, **STATEMENT)["state"] == "appealed"
    assert overseer.result(DecideAppeal, **decided)["state"] == "upheld"
    assert desk.code(AppealBlacklisting, account, **its, **STATEMENT) == "identity.appeal-twice"
    referral = {"authority": "public-security", "reason": "涉嫌犯罪", "document_sha256": "3" * 64}
    assert overseer.result(ReferBlacklisting, **its, **referral)["referred_to"] == "public-security"
    assert desk.tick() == 0
    at_noon(NOON + timedelta(days=31))
    assert desk.tick() >= 1
    assert [row["state"] for row in overseer.rows(ListBlacklist)] == ["ended"]
    assert desk.code(AppealBlacklisting, account, **its, **STATEMENT) == OVER
