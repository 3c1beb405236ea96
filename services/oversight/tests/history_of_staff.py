"""The part of the hand-made history that tells of accounts: staff, their sign-ins, members.

Its instants come in order, so that roles can be held, and lost, before something is done.
"""

from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5


class Book(Protocol):
    """A history that events can be added to (conftest.py)."""

    def add(self, type_: str, stream: str, data: dict[str, Any], at: str = ...) -> dict[str, Any]:
        """Append an event."""

    def together(self, *events: tuple[str, str, dict[str, Any]]) -> None:
        """Append events of one command."""


def ident(name: str) -> str:
    """A stable id for a name."""
    return str(uuid5(NAMESPACE_URL, f"test/{name}"))


HELPER, SECOND_HELPER, USER = ident("helper"), ident("second helper"), ident("user account")
COLLEAGUE, ORGANISATION = ident("colleague"), ident("organisation")
OPENED_AT = "2026-05-01T04:00:00.000000Z"
DONE_AT = "2026-05-01T04:00:10.000000Z"


def staff_and_members(history: Book) -> None:
    """Roles are granted, staff sign in with two factors, two of them reset a password."""
    _accounts(history)
    _sign_ins(history)
    _reset(history)
    _members(history)


TENURE = ident("tenure")
GRANTED = {
    "number": 1,
    "operator": "安徽示例运营有限公司",
    "uscc": "91350100M000100Y43",
    "contract_number": "皖人社合〔2026〕1号",
    "document_sha256": "0" * 64,
    "valid_from": "2026-01-01",
    "valid_until": "2028-12-31",
}


def _accounts(history: Book) -> None:
    history.add("identity.OperatorTenureGranted", TENURE, dict(GRANTED))
    for account in (HELPER, SECOND_HELPER):
        opened = {"staff": True, "region": "340000"}
        history.add("identity.AccountOpened", account, opened)
        granted = {"role": "operator", "tenure_id": TENURE}
        history.add("identity.AccountRoleGranted", account, granted)
    officer = {"officer_id": ident("officer")}
    history.add("identity.AccountOfficerNamed", HELPER, officer)
    history.add("identity.OfficerRecorded", ident("officer"), {})
    duty = {"account_id": HELPER, "role": "operator"}
    history.add("identity.OfficerDutyTaken", ident("officer"), duty)
    history.add("identity.AccountOpened", USER, {"staff": False, "region": None})


def _sign_ins(history: Book) -> None:
    opened = {"account_id": HELPER, "expires_at": "2026-05-01T16:00:00.000000Z", "epoch": 0}
    first = {**opened, "factor": "password", "enrolling": True}
    history.add("identity.SessionOpened", ident("first session"), first)
    enrolment = {"enrolment": ident("enrolment")}
    history.add("identity.AccountSecondFactorOffered", HELPER, enrolment)
    code: dict[str, Any] = {"account_id": HELPER, "kind": "totp", "source": ident("enrolment")}
    codes = {"batch": ident("batch"), "count": 10}
    raised = {"account_id": HELPER, "factor": "totp"}
    history.together(
        ("identity.UsedCodeRecorded", ident("first code"), {**code, "number": 59_254_560}),
        ("identity.AccountSecondFactorConfirmed", HELPER, enrolment),
        ("identity.AccountRecoveryCodesIssued", HELPER, codes),
        ("identity.SessionRaised", ident("first session"), raised),
    )
    full = {**opened, "enrolling": False}
    history.together(
        ("identity.UsedCodeRecorded", ident("second code"), {**code, "number": 59_254_570}),
        ("identity.SessionOpened", ident("second session"), {**full, "factor": "totp"}),
    )
    code = {**code, "kind": "recovery", "source": ident("batch"), "number": 3}
    history.together(
        ("identity.UsedCodeRecorded", ident("recovery code"), code),
        ("identity.SessionOpened", ident("third session"), {**full, "factor": "recovery"}),
    )


def _reset(history: Book) -> None:
    def done(type_: str, actor: str, data: dict[str, Any]) -> None:
        event = history.add(type_, ident("reset"), data, at=DONE_AT)
        event.update(actor=actor, role="operator", authority=TENURE)

    asked = {"account_id": USER, "grounds": "forgotten", "second_factor": False}
    done("identity.PasswordResetRequested", HELPER, {**asked, "requester": HELPER})
    until = "2026-05-02T05:00:00.000000Z"
    approved = {"approver": SECOND_HELPER, "until": until}
    done("identity.PasswordResetApproved", SECOND_HELPER, approved)
    history.add("identity.PasswordResetCompleted", ident("reset"), {"account_id": USER}, at=DONE_AT)


def _members(history: Book) -> None:
    linked = {"subject_id": ORGANISATION}
    history.add("identity.AccountLinked", USER, linked)
    issued = {"subject_id": ORGANISATION, "inviter": USER, "expires_at": "2026-05-04T04:00:00Z"}
    invitation, members = ident("invitation"), ident("members")
    history.add("identity.InvitationIssued", invitation, issued)
    history.together(
        ("identity.InvitationAccepted", invitation, {"account_id": COLLEAGUE}),
        ("identity.AccountLinked", COLLEAGUE, linked),
        ("identity.MembersFounded", members, {**linked, "account_id": USER}),
        ("identity.MembersJoined", members, {"account_id": COLLEAGUE, "invitation": invitation}),
    )
    history.together(
        ("identity.AccountUnlinked", COLLEAGUE, linked),
        ("identity.MembersLeft", members, {"account_id": COLLEAGUE}),
    )
