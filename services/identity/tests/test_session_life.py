"""Sessions after they were opened: listed, ended one by one or all, idle, lapsed."""

from datetime import timedelta

import pytest

from identity.lapsing import lapse_sessions
from schemas import roles
from schemas.identity.sessions import (
    EndSession,
    EndSessions,
    ListSessions,
    SignIn,
    SignOut,
    WhoIs,
)
from services.identity.tests.conftest import NOON, PASSWORD, Desk, Move

MINUTE = timedelta(minutes=1)


@pytest.mark.article(27, 35)
def test_one_sees_ones_devices_and_ends_one(desk: Desk, at_noon: Move) -> None:
    account = desk.account("wang")
    given = {"login": "wang", "password": PASSWORD}
    phone = desk.result(SignIn, **given, device="Phone/1.0")
    at_noon(NOON + MINUTE)
    laptop = desk.result(SignIn, **given, device="Laptop/2.0")
    listed = desk.rows(ListSessions, account, token=laptop["token"])
    assert [(row["device"], row["current"], row["factor"]) for row in listed] == [
        ("Laptop/2.0", True, "password"),
        ("Phone/1.0", False, "password"),
    ]
    assert listed[1]["opened_at"] == listed[1]["used_at"] == "2026-11-01T04:00:00.000000Z"
    stranger = desk.account()
    for actor in (stranger, "nobody"):
        code = desk.code(EndSession, actor, session_id=phone["session_id"])
        assert code in ("resource.not-found", "identity.not-signed-in")
    assert desk.result(EndSession, account, session_id=phone["session_id"]) == {}
    assert desk.code(WhoIs, token=phone["token"]) == "identity.not-signed-in"
    assert desk.code(EndSession, account, session_id=phone["session_id"]) == "resource.not-found"
    assert len(desk.rows(ListSessions, account, token=laptop["token"])) == 1
    assert "Laptop" not in "".join(entry.text for entry in desk.log())


@pytest.mark.article(35)
@pytest.mark.parametrize("keep", [True, False])
def test_signing_out_everywhere(desk: Desk, keep: bool) -> None:
    account = desk.account("wang")
    tokens = [desk.token("wang") for _ in range(4)]
    given = {"token": tokens[0], "keep_this": keep}
    assert desk.result(EndSessions, account, **given) == {}
    alive = ["result" in desk.ask(WhoIs, token=token) for token in tokens]
    assert alive == [keep, False, False, False]
    for token in tokens[1:]:
        assert desk.code(SignOut, token=token) == "identity.not-signed-in"
    assert desk.token("wang")
    if keep:
        assert desk.result(EndSessions, account, **given) == {}
        assert desk.result(WhoIs, token=tokens[0])


def test_a_session_that_is_not_used_for_half_an_hour_ends(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    token = desk.token("wang")
    at_noon(NOON + 29 * MINUTE)
    assert desk.result(WhoIs, token=token)
    at_noon(NOON + 58 * MINUTE)
    assert desk.result(WhoIs, token=token)
    at_noon(NOON + 88 * MINUTE)
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.code(SignOut, token=token) == "identity.not-signed-in"


@pytest.mark.article(32)
def test_the_log_tells_of_sessions_that_lapsed_once(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    desk.staff(roles.OPERATOR, "opr")
    unused = desk.result(SignIn, login="wang", password=PASSWORD)["session_id"]
    busy = desk.result(SignIn, login="opr", password=PASSWORD)
    for n in range(1, 4):
        at_noon(NOON + 20 * n * MINUTE)
        desk.result(WhoIs, token=busy["token"])
    for _ in range(3):
        lapse_sessions(desk.app, desk.commands, at_a_time=1)
    at_noon(NOON + timedelta(hours=12))
    lapse_sessions(desk.app, desk.commands)
    ended = [entry for entry in desk.log() if entry.type == "identity.SessionEnded"]
    assert [(entry.stream, entry.data["reason"]) for entry in ended] == [
        (unused, "idle"),
        (busy["session_id"], "expired"),
    ]
    assert {entry.event["actor"] for entry in ended} == {"system:identity"}
    assert desk.app.database.rows("SELECT * FROM session_uses") == []


def test_many_sessions_lapse_in_batches(desk: Desk, at_noon: Move) -> None:
    desk.account("wang")
    for _ in range(7):
        desk.token("wang")
    at_noon(NOON + 30 * MINUTE)
    assert lapse_sessions(desk.app, desk.commands, at_a_time=3) == 7
    assert desk.types().count("SessionEnded") == 7
    assert lapse_sessions(desk.app, desk.commands, at_a_time=3) == 0
