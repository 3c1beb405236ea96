"""Agreements: published with their digest, signed for a subject, asked again (art. 29)."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from authorities.synthetic import Person
from chassis import clock
from chassis.domain import new_id
from schemas import roles
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterPerson
from schemas.identity.agreements import (
    ListAgreements,
    ListOwnAgreements,
    PublishAgreement,
    SignAgreement,
)
from schemas.identity.personal_data import GetPersonalData
from services.identity.tests.conftest import NOON, Desk, Move

TEXT = "用户承诺遵守法律、法规、行政规章和云平台、创业券的相关规定。"
DIGEST = sha256(TEXT.encode()).hexdigest()
TODAY = NOON.date().isoformat()


def publish(desk: Desk, zh: str = TEXT, valid_from: str = "", **more: Any) -> dict[str, Any]:
    """The outcome of publishing a version, today by default."""
    day = valid_from or clock.legal_date().isoformat()
    said = {"kind": "user", "zh": zh, "en": "Users keep to law and rules.", "valid_from": day}
    return desk.as_staff(roles.OPERATOR).ask(PublishAgreement, **{**said, **more})


@pytest.fixture
def account(desk: Desk, person: Person) -> str:
    """The account of a person who is a user."""
    found = desk.account()
    desk.result(RegisterPerson, found, name=person.name, id_number=person.id_number)
    return found


@pytest.mark.article(16, 29)
def test_a_version_is_signed_by_its_digest_and_a_change_asks_again(
    desk: Desk, account: str, at_noon: Move
) -> None:
    desk.tenure()
    first = publish(desk)["result"]
    assert (first["version"], first["text_sha256"], first["state"]) == (1, DIGEST, "in-force")
    its = {"agreement_id": first["id"]}
    wrong = desk.code(SignAgreement, account, **its, text_sha256="0" * 64)
    assert wrong == "identity.agreement-text-differs"
    stranger = desk.account()
    assert desk.code(SignAgreement, stranger, **its, text_sha256=DIGEST) == "standing.not-verified"
    assert [row["signed"] for row in desk.rows(ListOwnAgreements, account)] == [False]
    signed = desk.result(SignAgreement, account, **its, text_sha256=DIGEST)
    subject = desk.result(GetAccount, account)["subject_id"]
    assert (signed["subject_id"], signed["account_id"]) == (subject, account)
    again = desk.code(SignAgreement, account, **its, text_sha256=DIGEST)
    assert again == "identity.agreement-signed"
    assert publish(desk)["error"]["code"] == "identity.agreement-unchanged"
    early = publish(desk, "新文本", "2026-11-07")["error"]
    assert early["code"] == "identity.agreement-notice-too-short"
    assert early["data"] == {"earliest": "2026-11-08"}
    second = publish(desk, "新文本", "2026-11-08")["result"]
    assert (second["version"], second["state"]) == (2, "announced")
    assert publish(desk, "更新", "2026-11-20")["error"]["code"] == "identity.agreement-pending"
    assert desk.tick() == 0
    states = [(row["version"], row["signed"]) for row in desk.rows(ListOwnAgreements, account)]
    assert states == [(2, False), (1, True)]
    at_noon(NOON + timedelta(days=7))
    assert desk.tick() >= 1
    assert [row["state"] for row in desk.rows(ListAgreements)] == ["in-force", "superseded"]
    assert [row["signed"] for row in desk.rows(ListOwnAgreements, account)] == [False]
    assert desk.result(GetPersonalData, account), "reading one's own data never waits for it"
    other = publish(desk, kind="provider")["result"]
    assert (other["version"], other["state"]) == (1, "in-force")
    desk.log()


@pytest.mark.article(29)
def test_an_announced_version_can_be_signed_ahead_and_a_superseded_one_never(
    desk: Desk, account: str, at_noon: Move
) -> None:
    desk.tenure()
    first = publish(desk)["result"]
    second = publish(desk, "新文本", "2026-11-08")["result"]
    given = {"agreement_id": second["id"], "text_sha256": second["text_sha256"]}
    assert desk.result(SignAgreement, account, **given)["version"] == 2
    assert [row["signed"] for row in desk.rows(ListOwnAgreements, account)] == [True, True]
    at_noon(NOON + timedelta(days=7))
    desk.tick()
    late = desk.code(SignAgreement, account, agreement_id=first["id"], text_sha256=DIGEST)
    assert late == "identity.agreement-superseded"


@pytest.mark.article(7, 29)
def test_the_operator_publishes_under_its_tenure_only(desk: Desk) -> None:
    said = {"kind": "user", "zh": TEXT, "en": "-", "valid_from": TODAY}
    staff = Desk(desk.app, roles.OPERATOR, "340000")
    assert staff.code(PublishAgreement, new_id(), **said) == "operator.outside-tenure"
    assert staff.log()[-1].data["command"] == "publish_agreement"
