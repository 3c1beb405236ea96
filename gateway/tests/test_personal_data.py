"""One's own personal data over HTTP: JSON for programs, a page for people, sealed on the bus."""

from html.parser import HTMLParser
from typing import Any

import pytest

from gateway.tests.conftest import SUBJECT, ScriptedBus, Site, error_of

PATH = "/me/personal-data"
SHOWN: dict[str, Any] = {
    "subject": SUBJECT,
    "region": "340100",
    "data": {"name": "张<三>", "id_number": "11010519491231002X"},
    "accesses": [
        {
            "at": "2026-05-01T08:00:00.000000Z",
            "role": "supervisor",
            "scope": ["name", "id_number"],
            "basis": {"consent_id": None, "law": "supervision", "file_number": "监1号"},
        }
    ],
    "consents": [
        {
            "id": SUBJECT,
            "given_to": "role:operator",
            "purpose": "complaint",
            "scope": ["name"],
            "given_at": "2026-05-01T08:00:00.000000Z",
            "valid_until": "2026-12-31",
            "state": "withdrawn",
        }
    ],
    "devices": [{"device": "0" * 64, "first_on": "2026-05-02"}],
    "requested_on": None,
    "destroy_on": None,
}


class Text(HTMLParser):
    """The text of a page, tags aside; balanced tags are checked."""

    VOID = frozenset({"meta", "link"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


@pytest.fixture
def headers(bus: ScriptedBus) -> dict[str, str]:
    bus.outcomes["get_personal_data"] = {"result": SHOWN}
    return bus.sign_in("t-1", "user")


@pytest.mark.article(36)
def test_it_is_json_unless_a_page_is_asked_for(site: Site, headers: dict[str, str]) -> None:
    for accept in ("*/*", "application/json", "application/json, text/html;q=0.5"):
        found = site.ask("GET", PATH, headers={**headers, "Accept": accept})
        assert found.headers["Content-Type"] == "application/json"
        assert found.headers["Cache-Control"] == "no-store"
        assert found.json() == SHOWN


@pytest.mark.article(36)
@pytest.mark.parametrize(("lang", "said"), [("zh", "证件号码"), ("en", "ID number")])
def test_a_page_is_readable_in_both_languages(
    site: Site, headers: dict[str, str], lang: str, said: str
) -> None:
    accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    found = site.ask("GET", f"{PATH}?lang={lang}", headers={**headers, "Accept": accept})
    assert found.status_code == 200, found.text
    assert found.headers["Content-Type"] == "text/html; charset=utf-8"
    assert found.headers["Cache-Control"] == "no-store"
    text = " ".join(Text(found.text).parts)
    shown = ("张<三>", "11010519491231002X", "监1号", "2026-12-31", SUBJECT, "2026-05-02")
    for part in (said, *shown):
        assert part in text
    assert "张&lt;三&gt;" in found.text


def test_nobody_sees_it_without_a_session(site: Site, headers: dict[str, str]) -> None:
    error_of(site.ask("GET", PATH, headers={"Accept": "text/html"}), 401)


def test_a_value_that_was_not_sealed_on_the_bus_is_a_fault(
    site: Site, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.tests.conftest.seal_view", lambda _contract, shown, _key: shown)
    found = site.ask("GET", PATH, headers=headers)
    error_of(found, 500)
    assert "11010519491231002X" not in found.text
