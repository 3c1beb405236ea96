"""Sessions: signing in and out, expiry, and tokens that nobody can make up."""

import json
from datetime import timedelta

import eventlet
import pytest

from authorities.synthetic import Person
from chassis.domain import new_id
from identity.application import Identity
from identity.domain.refusals.accounts import NotSignedIn
from identity.passwords import Argon2
from identity.tokens import Tokens
from schemas.identity.admission import RegisterPerson
from schemas.identity.sessions import EndSessions, SignIn, SignOut, WhoIs
from services.identity.tests.conftest import NOON, PASSWORD, Desk, Move


@pytest.mark.article(27)
def test_a_token_stands_for_its_account(desk: Desk) -> None:
    account = desk.account("wang")
    session = desk.result(SignIn, login="Wang", password=PASSWORD)
    assert session["account_id"] == account
    assert session["expires_at"] == "2026-11-01T16:00:00.000000Z"
    found = desk.result(WhoIs, token=session["token"])
    view: dict[str, object] = {
        "account_id": account,
        "subject_id": None,
        "roles": [],
        "region": None,
    }
    assert found == {**view, "scopes": None, "authorities": {}}


def test_a_token_tells_the_standing_of_the_moment(desk: Desk, person: Person) -> None:
    account, token = desk.account("wang"), desk.token("wang")
    given = {"name": person.name, "id_number": person.id_number}
    registered = desk.result(RegisterPerson, account, **given)
    assert registered["roles"] == ["user"]
    known = desk.result(WhoIs, token=token)
    same = {name: registered[name] for name in known.keys() & registered.keys()}
    assert known == {**same, "scopes": None, "authorities": {}}


def test_who_signs_out_is_not_signed_in(desk: Desk) -> None:
    desk.account("wang")
    token, other = desk.token("wang"), desk.token("wang")
    assert token != other
    assert desk.result(SignOut, token=token) == {}
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.code(SignOut, token=token) == "identity.not-signed-in"
    assert desk.result(WhoIs, token=other)
    opened = ["AccountOpened", "SessionOpened", "SessionOpened"]
    assert desk.types() == [*opened, "SessionEnded", "SessionUsedAfterEnd"]


@pytest.mark.article(32, 35)
def test_that_a_session_is_used_after_its_holder_ended_it_is_noted_once(
    desk: Desk, at_noon: Move
) -> None:
    account = desk.account("wang")
    ended, swept, idle = (desk.token("wang") for _ in range(3))
    desk.result(SignOut, token=ended)
    at_noon(NOON + timedelta(minutes=31))
    desk.code(WhoIs, token=idle)
    assert "SessionUsedAfterEnd" not in desk.types(), "it ended by the clock"
    at_noon(NOON)
    desk.result(EndSessions, account, token=swept, keep_this=False)
    pool = eventlet.GreenPool(10)
    for token in (ended, swept):
        found = list(pool.imap(lambda _, token=token: desk.code(WhoIs, token=token), range(10)))
        assert found == ["identity.not-signed-in"] * 10
    noted = [entry for entry in desk.log() if entry.type == "identity.SessionUsedAfterEnd"]
    assert [entry.data for entry in noted] == [{"account_id": account}] * 2
    assert len({entry.stream for entry in noted}) == 2
    assert {entry.event["actor"] for entry in noted} == {"system:identity"}


def test_signing_out_again_with_the_same_command_is_harmless(desk: Desk) -> None:
    desk.account("wang")
    token, id_ = desk.token("wang"), new_id()
    assert desk.ask(SignOut, command=id_, token=token) == {"result": {}}
    assert desk.code(SignOut, command=id_, token=token) == "identity.not-signed-in"
    assert desk.types().count("SessionEnded") == 1


def test_a_session_expires_by_the_clock(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    token = desk.token("wang")
    for minutes in range(20, 12 * 60, 20):  # used all the time
        at_noon(NOON + timedelta(minutes=minutes))
        assert desk.result(WhoIs, token=token)
    at_noon(NOON + timedelta(hours=12) - timedelta(microseconds=1))
    assert desk.result(WhoIs, token=token)
    at_noon(NOON + timedelta(hours=12))
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.code(SignOut, token=token) == "identity.not-signed-in"


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.split(".")[0],
        lambda token: token.split(".")[0] + ".",
        lambda token: new_id() + "." + token.split(".")[1],
        lambda token: token.upper(),
        lambda token: token + "=",
        lambda token: "." + token,
        lambda _: "王" * 40,
        lambda _: "x",
    ],
)
def test_a_forged_token_stands_for_nobody(desk: Desk, forge: object) -> None:
    desk.account("wang")
    assert callable(forge)
    forged = forge(desk.token("wang"))
    assert desk.code(WhoIs, token=forged) == "identity.not-signed-in"
    assert desk.code(SignOut, token=forged) == "identity.not-signed-in"


def test_a_well_made_token_of_no_session_stands_for_nobody(desk: Desk, app: Identity) -> None:
    account = desk.account("wang")
    for stream in (new_id(), account):
        token = app.tokens.issue(stream)
        assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
        assert desk.code(SignOut, token=token) == "identity.not-signed-in"


def test_a_token_of_another_key_is_refused() -> None:
    token = Tokens(b"one").issue(new_id())
    with pytest.raises(NotSignedIn):
        Tokens(b"two").session_of(token)


def test_the_token_is_stored_nowhere(desk: Desk, app: Identity) -> None:
    desk.account("wang")
    token = desk.token("wang")
    secret = token.split(".")[1]
    rows = app.database.rows(
        "SELECT body AS text FROM events UNION ALL SELECT outcome || digests FROM commands "
        "UNION ALL SELECT row_to_json(sessions)::text FROM sessions"
    )
    assert len(rows) == 5
    assert all(secret not in row["text"] for row in rows)


class Counting(Argon2):
    """Counts what it is asked to verify."""

    asked: list[bool]

    def verify(self, kept: str | None, password: str) -> bool:
        """Verify, and remember whether something was kept."""
        self.asked.append(kept is not None)
        return super().verify(kept, password)


def test_a_wrong_login_and_a_wrong_password_look_alike(desk: Desk, app: Identity) -> None:
    desk.account("wang")
    app._hasher = hasher = Counting()
    hasher.asked = []
    wrong_password = desk.ask(SignIn, login="wang", password="wrong password")
    wrong_login = desk.ask(SignIn, login="nobody", password=PASSWORD)
    assert wrong_password == wrong_login
    assert wrong_login["error"]["code"] == "identity.sign-in-failed"
    assert wrong_login["error"]["kind"] == "unauthenticated"
    assert hasher.asked == [True, False], "one hash each, found or not"
    assert desk.types() == ["AccountOpened"]


def test_without_a_kept_hash_no_password_fits() -> None:
    hasher = Argon2()
    assert not hasher.verify(None, PASSWORD)
    assert hasher.verify(hasher.hash(PASSWORD), PASSWORD)
    assert not hasher.verify(hasher.hash(PASSWORD), PASSWORD + " ")


def test_a_repeated_sign_in_opens_one_session(desk: Desk) -> None:
    desk.account("wang")
    id_ = new_id()
    given = {"command": id_, "login": "wang"}
    first = desk.ask(SignIn, password=PASSWORD, **given)
    assert desk.ask(SignIn, password=PASSWORD, **given) == first
    assert desk.types().count("SessionOpened") == 1


def test_a_wrong_password_neither_burns_a_command_id_nor_learns_its_outcome(desk: Desk) -> None:
    desk.account("wang")
    id_ = new_id()
    given = {"command": id_, "login": "wang"}
    assert desk.code(SignIn, password="wrong password", **given) == "identity.sign-in-failed"
    session = desk.result(SignIn, password=PASSWORD, **given)
    assert session["token"]
    assert desk.code(SignIn, password="wrong password", **given) == "identity.sign-in-failed"


def test_of_a_password_not_even_a_digest_is_kept(desk: Desk, app: Identity) -> None:
    desk.account("wang")
    desk.token("wang")
    for row in app.database.rows("SELECT name, digests FROM commands"):
        assert set(json.loads(row["digests"])) == {"actor", "command", "login"}
