"""Devices on which sessions are used: one entry each, a keyed digest, and nothing else."""

from datetime import timedelta
from typing import Any

import eventlet
import pytest

from authorities.synthetic import Firm, Person, Population
from chassis import clock
from identity.domain.personal_data import DEVICES_A_DAY
from schemas import roles
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.members import InviteAccount, JoinSubject, RemoveMember
from schemas.identity.personal_data import GetPersonalData, PreviewErasure, RequestErasure
from schemas.identity.sessions import SignIn, WhoIs
from schemas.identity.verification import RegisterAttestedPerson
from services.identity.tests.conftest import NOON, PASSWORD, Desk, Move, Simulator

USED = "PersonalDataDeviceUsed"
MARK, OTHER = "0123456789abcdef" * 2, "f" * 32


@pytest.fixture
def account(desk: Desk, person: Person) -> str:
    """The account of a registered person; its login is `wang`."""
    account = desk.account("wang")
    desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    return account


def used(desk: Desk) -> list[dict[str, Any]]:
    """What the log says of devices."""
    return [entry.data for entry in desk.log() if entry.type == f"identity.{USED}"]


def devices(desk: Desk, account: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = desk.result(GetPersonalData, account)["devices"]
    return found


@pytest.mark.article(17, 36)
def test_a_device_is_recorded_once_for_each_subject_as_a_keyed_digest(
    desk: Desk, account: str, world: Population, at_noon: Move
) -> None:
    token, again = desk.token("wang"), desk.token("wang")
    assert desk.result(WhoIs, token=token) == desk.result(WhoIs, token=token, mark=MARK)
    at_noon(NOON + timedelta(minutes=1))
    for each in (token, again, token):
        desk.result(WhoIs, token=each, mark=MARK)
    (first,) = used(desk)
    subject = desk.result(GetAccount, account)["subject_id"]
    assert (first["subject"], first["account_id"]) == (subject, account)
    assert first["first_on"] == "2026-11-01"
    shown = [{"device": first["device"], "first_on": "2026-11-01"}]
    assert devices(desk, account) == shown, "whoever asks learns what is kept"
    other, one = desk.account("li.na"), world.persons[9]
    desk.result(RegisterPerson, other, name=one.name, id_number=one.id_number)
    desk.result(WhoIs, token=desk.token("li.na"), mark=MARK)
    desk.result(WhoIs, token=desk.token("li.na"), mark=OTHER)
    _, same, different = (each["device"] for each in used(desk))
    assert same == first["device"] != different
    entries = desk.log()
    assert all(MARK not in entry.text for entry in entries)
    noted = [entry.event for entry in entries if entry.type == f"identity.{USED}"]
    assert {(each["actor"], tuple(each["legal_basis"])) for each in noted} == {
        ("system:identity", ("art. 17", "个人信息保护法 art. 13"))
    }


@pytest.mark.article(17)
def test_a_session_that_is_used_at_once_everywhere_is_one_entry(desk: Desk, account: str) -> None:
    tokens = [desk.token("wang") for _ in range(4)]
    pool = eventlet.GreenPool(12)
    found = pool.imap(lambda n: desk.ask(WhoIs, token=tokens[n % 4], mark=MARK), range(12))
    assert all("result" in each for each in found)
    assert len(used(desk)) == 1


@pytest.mark.article(17)
def test_so_many_devices_are_recorded_in_a_day_and_nobody_is_refused(
    desk: Desk, account: str, at_noon: Move
) -> None:
    token = desk.token("wang")
    for n in range(DEVICES_A_DAY + 3):
        assert desk.result(WhoIs, token=token, mark=f"{n:032x}")
    assert len(used(desk)) == DEVICES_A_DAY
    at_noon(NOON + timedelta(days=1))
    assert desk.result(WhoIs, token=desk.token("wang"), mark=f"{DEVICES_A_DAY:032x}")
    assert len(used(desk)) == DEVICES_A_DAY + 1
    assert used(desk)[-1]["first_on"] == "2026-11-02"


@pytest.mark.article(17, 36)
def test_neither_staff_nor_who_acts_for_nobody_leaves_a_device(
    desk: Desk, person: Person, firm: Firm
) -> None:
    desk.staff("bureau", "clerk", "340100")
    account = desk.account("wang")
    early = desk.token("wang")
    for token in (desk.token("clerk"), early):
        desk.result(WhoIs, token=token, mark=MARK)
    assert used(desk) == []
    desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    desk.result(WhoIs, token=early, mark=MARK)
    assert [each["account_id"] for each in used(desk)] == [account], "now it acts for somebody"


@pytest.mark.article(17)
def test_a_member_leaves_it_to_the_organisation_and_not_when_they_have_left(
    desk: Desk, firm: Firm
) -> None:
    head, member = desk.account("head"), desk.account("member")
    papers = {"uscc": firm.uscc, "legal_representative": firm.legal_representative}
    subject = desk.result(RegisterFirm, head, name=firm.name, **papers)["subject_id"]
    organisation = Desk(desk.app, roles.USER, subject=subject)
    code = organisation.result(InviteAccount, head)["code"]
    desk.result(JoinSubject, member, code=code)
    desk.result(WhoIs, token=desk.token("member"), mark=MARK)
    (told,) = used(desk)
    assert (told["subject"], told["account_id"]) == (subject, member)
    desk.result(WhoIs, token=desk.token("head"), mark=MARK)
    organisation.result(RemoveMember, head, account_id=member)
    desk.result(WhoIs, token=desk.token("member"), mark=OTHER)
    assert len(used(desk)) == 1


@pytest.mark.article(36)
def test_who_asked_for_erasure_leaves_no_more(desk: Desk, account: str) -> None:
    token = desk.token("wang")
    preview = desk.result(PreviewErasure, account)["preview"]
    desk.result(RequestErasure, account, preview=preview)
    assert desk.result(WhoIs, token=token, mark=MARK)
    assert used(desk) == []


@pytest.mark.article(36)
def test_who_was_verified_by_an_attestation_leaves_one_too(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    account = desk.account("wang")
    attestation = simulator.attest(person, account)
    desk.result(RegisterAttestedPerson, account, attestation=attestation)
    desk.result(WhoIs, token=desk.token("wang"), mark=MARK)
    assert [each["first_on"] for each in devices(desk, account)] == ["2026-11-01"]


def test_a_session_is_opened_as_before_and_its_private_row_says_no_mark(
    desk: Desk, account: str
) -> None:
    token = desk.result(SignIn, login="wang", password=PASSWORD)["token"]
    desk.result(WhoIs, token=token, mark=MARK)
    (row,) = desk.app.database.rows("SELECT noted, device FROM session_uses")
    assert row["noted"].startswith(used(desk)[0]["device"])
    assert row["device"] is None
    assert clock.legal_date().isoformat() == "2026-11-01"
