"""Several accounts of one organisation: by invitation, with the consent of both sides."""

from datetime import timedelta
from typing import Any

import eventlet
import pytest

from authorities.synthetic import Firm, Person
from identity.application import Identity
from schemas import roles
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.members import InviteAccount, JoinSubject, ListMembers, RemoveMember
from schemas.identity.sessions import WhoIs
from services.identity.tests.conftest import NOON, Desk, Move


class Member:
    """The desk as an account of an organisation."""

    def __init__(self, app: Identity, account: str, subject: str | None) -> None:
        self.desk = Desk(app, roles.USER, subject=subject)
        self.account = account

    def code(self) -> str:
        """A fresh invitation."""
        return str(self.desk.result(InviteAccount, self.account)["code"])

    def members(self) -> list[str]:
        return [row["account_id"] for row in self.desk.rows(ListMembers, self.account)]

    def remove(self, account: str) -> dict[str, Any]:
        return self.desk.ask(RemoveMember, self.account, account_id=account)


@pytest.fixture
def founder(desk: Desk, firm: Firm) -> Member:
    account = desk.account("founder")
    papers = {"uscc": firm.uscc, "legal_representative": firm.legal_representative}
    view = desk.result(RegisterFirm, account, name=firm.name, **papers)
    return Member(desk.app, account, view["subject_id"])


@pytest.mark.article(3, 27)
def test_a_colleague_acts_for_the_same_organisation(desk: Desk, founder: Member) -> None:
    colleague = desk.account("colleague")
    token = desk.token("colleague")
    view = desk.result(JoinSubject, colleague, code=founder.code())
    assert view["subject_id"] == founder.desk.who.subject
    assert view["roles"] == [roles.USER]
    assert desk.result(WhoIs, token=token) == {**view, "scopes": None, "authorities": {}}
    assert founder.members() == sorted([founder.account, colleague])
    assert founder.remove(colleague) == {"result": {}}
    assert desk.result(WhoIs, token=token)["roles"] == []
    assert founder.members() == [founder.account]
    assert desk.types()[-2:] == ["AccountUnlinked", "MembersLeft"]


def test_an_invitation_is_for_one_and_for_three_days(
    desk: Desk, founder: Member, at_noon: Move
) -> None:
    codes = [founder.code() for _ in range(2)]
    first, second = desk.account(), desk.account()
    assert desk.result(JoinSubject, first, code=codes[0])
    assert desk.code(JoinSubject, second, code=codes[0]) == "identity.invitation-invalid"
    at_noon(NOON + timedelta(hours=72))
    assert desk.code(JoinSubject, second, code=codes[1]) == "identity.invitation-invalid"
    for made_up in ("x", codes[1][:-1], desk.app.tokens.issue(codes[1].split(".")[0])):
        assert desk.code(JoinSubject, second, code=made_up) == "identity.invitation-invalid"


def test_of_ten_at_once_one_uses_an_invitation(desk: Desk, founder: Member) -> None:
    code, accounts = founder.code(), [desk.account() for _ in range(10)]
    pool = eventlet.GreenPool(10)
    outcomes = list(pool.imap(lambda account: desk.ask(JoinSubject, account, code=code), accounts))
    assert sum("result" in outcome for outcome in outcomes) == 1
    codes = {outcome["error"]["code"] for outcome in outcomes if "error" in outcome}
    assert codes == {"identity.invitation-invalid"}
    assert len(founder.members()) == 2


def test_who_left_invites_nobody_and_the_last_stays(desk: Desk, founder: Member) -> None:
    joined = desk.account()
    desk.result(JoinSubject, joined, code=founder.code())
    member = Member(desk.app, joined, founder.desk.who.subject)
    code = member.code()
    assert member.remove(joined) == {"result": {}}, "one leaves oneself"
    assert desk.code(JoinSubject, desk.account(), code=code) == "identity.invitation-invalid"
    assert founder.remove(founder.account)["error"]["code"] == "identity.last-account"
    assert founder.remove(joined)["error"]["code"] == "identity.not-a-member"


def test_two_who_remove_each_other_do_not_both_go(desk: Desk, founder: Member) -> None:
    joined = desk.account()
    desk.result(JoinSubject, joined, code=founder.code())
    member = Member(desk.app, joined, founder.desk.who.subject)
    pool = eventlet.GreenPool(2)
    pairs = [(founder, joined), (member, founder.account)]
    outcomes = list(pool.imap(lambda pair: pair[0].remove(pair[1]), pairs))
    assert sum("result" in outcome for outcome in outcomes) == 1
    [refused] = [outcome["error"]["code"] for outcome in outcomes if "error" in outcome]
    assert refused in ("identity.last-account", "identity.not-a-member")


def test_who_acts_for_another_or_is_staff_cannot_join(
    desk: Desk, founder: Member, person: Person
) -> None:
    user = desk.account()
    desk.result(RegisterPerson, user, name=person.name, id_number=person.id_number)
    assert desk.code(JoinSubject, user, code=founder.code()) == "identity.account-linked"
    staff = desk.staff(roles.FINANCE_PROVINCE)
    assert desk.code(JoinSubject, staff, code=founder.code()) == "identity.staff-account"


def test_a_person_has_one_account(desk: Desk, person: Person) -> None:
    user = desk.account()
    view = desk.result(RegisterPerson, user, name=person.name, id_number=person.id_number)
    alone = Member(desk.app, user, view["subject_id"])
    assert alone.desk.code(InviteAccount, user) == "identity.not-an-organisation"
