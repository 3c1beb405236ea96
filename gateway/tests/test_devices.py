"""The mark by which a browser is known again: a cookie of this site, worth nothing if made up."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.privacy import PersonalDataKey
from chassis.refusal import Kind
from gateway.devices import COOKIE, Marks
from gateway.tests.conftest import ACCOUNT, KEY, ScriptedBus, Site, refusal

SIGNED_IN = {"session_id": ACCOUNT, "account_id": ACCOUNT, "token": "t", "enrolling": False}
BODY = {"login": "wang.wu", "password": "correct horse 电池"}


def sign_in(site: Site, cookie: str = "") -> Any:
    site.bus.outcomes["sign_in"] = {"result": SIGNED_IN}
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    return site.ask("POST", "/sessions", json=BODY, headers=headers)


def given_by(answer: Any) -> str:
    """The value of the cookie that an answer sets."""
    name, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
    assert name == COOKIE
    return str(value)


def use(site: Site, token: str, cookie: str) -> str | None:
    """A session is used with a cookie; which mark identity learns."""
    headers = {**site.bus.sign_in(token, "user"), "Cookie": cookie}
    assert site.ask("GET", "/orders", headers=headers).status_code == 200
    found: str | None = site.bus.of("who_is")[-1].input.get("mark")
    return found


@pytest.mark.article(17, 36)
def test_signing_in_gives_a_browser_a_mark_that_it_keeps(site: Site) -> None:
    answer = sign_in(site)
    _, *flags = answer.headers["Set-Cookie"].split("; ")
    wanted = {"Max-Age=34560000", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"}
    assert set(flags) == wanted
    first, other = given_by(answer), given_by(sign_in(site))
    assert first != other, "each browser has its own"
    assert given_by(sign_in(site, first)) == first, "and keeps it"
    assert "mark" not in site.bus.of("sign_in")[-1].payload["input"], "nothing hangs on it"


@pytest.mark.article(17, 36)
def test_the_mark_of_a_session_that_is_used_goes_to_identity_sealed(site: Site) -> None:
    value = given_by(sign_in(site))
    mark = use(site, "t-1", f"a=b; {COOKIE}={value}")
    assert mark is not None
    assert len(bytes.fromhex(mark)) == 16
    assert use(site, "t-2", f"{COOKIE}={value}") == mark
    asked = site.bus.of("who_is")[-1].payload["input"]
    assert asked["mark"].startswith("sealed:")
    assert use(site, "t-3", "a=b") is None


@pytest.mark.article(17)
@pytest.mark.parametrize(
    "forge",
    [
        lambda value: value[:-4] + ("AAAA" if value[-4:] != "AAAA" else "BBBB"),
        lambda value: "AAAA" + value[4:],
        lambda value: value[:-1],
        lambda value: value + "A",
        lambda _: urlsafe_b64encode(bytes(32)).decode().rstrip("="),
        lambda value: value.replace(value[5], "é"),
        lambda _: "x" * 2000,
        lambda _: '"',
    ],
)
def test_a_mark_that_was_made_up_is_replaced_and_refuses_nobody(site: Site, forge: Any) -> None:
    value = given_by(sign_in(site))
    forged = forge(value).encode().decode("latin-1")
    assert use(site, "t-1", f"{COOKIE}={forged}") is None
    answer = sign_in(site, forged)
    assert answer.status_code == 200
    assert given_by(answer) not in (value, forged)


@pytest.mark.article(17)
def test_nothing_but_a_sign_in_that_succeeds_gives_a_mark(site: Site) -> None:
    headers = site.bus.sign_in("t-1", "user")
    for path in ("/orders", "//", "//api/v1/docs"):
        assert "Set-Cookie" not in site.ask("GET", path, headers=headers).headers
    site.bus.outcomes["sign_in"] = refusal("identity.sign-in-failed", Kind.UNAUTHENTICATED)
    answer = site.ask("POST", "/sessions", json=BODY)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (401, False)


def test_without_a_key_there_are_no_marks(bus: ScriptedBus) -> None:
    value = Marks(bytes(32)).header({})
    assert value is not None
    environ = {"HTTP_COOKIE": value.partition(";")[0]}
    assert Marks(bytes(32)).read(environ)
    assert Marks(bytes(31) + b"1").read(environ) is None, "another site's"
    assert (Marks().read(environ), Marks().header(environ)) == (None, None)
    assert PersonalDataKey.load(KEY).marks != PersonalDataKey.load(KEY).sealing


@given(st.text(st.characters(codec="latin-1"), max_size=80))
def test_no_cookie_whatever_breaks_anything(text: str) -> None:
    assert Marks(bytes(32)).read({"HTTP_COOKIE": text}) is None
    assert Marks(bytes(32)).read({"HTTP_COOKIE": f"{COOKIE}={text}"}) is None
