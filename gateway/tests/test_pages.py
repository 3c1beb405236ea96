"""The pages for people: complete without scripts, readable by machines that read aloud."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from markupsafe import escape

from chassis.bus.wire import SECURITY_HEADERS
from chassis.refusal import Kind, ServiceUnavailable
from gateway.home import FRESH_SECONDS, Home
from schemas.categories import CATEGORIES
from schemas.registry import CONTRACTS

from .conftest import ACCOUNT, ScriptedBus, Site, refusal

HOME, DOCS = "//", "//api/v1/docs"
VOID = {"meta", "link", "br", "img", "input", "hr"}
LISTING = {
    "id": ACCOUNT,
    "title": "代理记账 <b>优惠</b>",
    "category": "enterprise.tax",
    "price_fen": 123_450,
    "voucher": {"rate_bp": 3000},
}
REPLAY = {"verdict": "clean", "entries": 1234, "found": 0, "at": "2026-03-02T04:00:00.000000Z"}


class Page(HTMLParser):
    """What is in a page, and whether its elements nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def of(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def page(site: Site, path: str) -> tuple[str, Page]:
    response = site.ask("GET", path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return response.text, Page(response.text)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(autouse=True)
def _offered(bus: ScriptedBus) -> None:
    bus.outcomes["find_listings"] = {"result": [LISTING]}
    bus.outcomes["latest_replay"] = {"result": REPLAY}


@pytest.mark.parametrize("path", [HOME, DOCS])
@pytest.mark.parametrize(
    ("query", "lang"), [("", "zh-CN"), ("?lang=en", "en"), ("?lang=x", "zh-CN")]
)
def test_a_page_can_be_read_by_everyone(site: Site, path: str, query: str, lang: str) -> None:
    """WCAG 2.2: language, title, landmarks, one h1, no level skipped, a way past the navigation."""
    _, found = page(site, path + query)
    assert found.of("html")[0]["lang"] == lang
    assert len(found.of("title")) == len(found.of("main")) == len(found.of("h1")) == 1
    assert found.of("header")
    assert found.of("footer")
    assert all(nav["aria-label"] for nav in found.of("nav"))
    assert found.of("a")[0] == {"class": "skip", "href": "#main"}
    assert found.of("main")[0]["id"] == "main"
    assert "width=device-width" in str(found.of("meta"))
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.elements:
        assert attributes.get("aria-labelledby", ids[0]) in ids
        assert (
            attributes.get("href", "/").lstrip("#") in ids or attributes.get("href", "/")[0] in "/?"
        )


@pytest.mark.parametrize("path", [HOME, DOCS])
def test_a_page_needs_no_script_and_nothing_from_elsewhere(site: Site, path: str) -> None:
    text, found = page(site, path)
    assert not found.of("script", "iframe", "style")
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", text)
    for attributes in found.of("link", "img", "a"):
        assert not re.match(r"(https?:)?//", attributes.get("href", attributes.get("src", "/")))


def test_what_the_pages_need_is_there(site: Site) -> None:
    _, found = page(site, HOME)
    for link in found.of("link"):
        response = site.ask("GET", "/" + link["href"])
        assert response.status_code == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_text_stands_out_from_its_ground_in_both_schemes(site: Site) -> None:
    """WCAG 2.2, 1.4.3: 4.5:1 for text; 1.4.11: 3:1 for lines."""
    css = site.ask("GET", "//assets/site.css").text
    schemes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", scheme))
        for ground in ("ground", "panel", "notice"):
            for text in ("text", "accent", "soft"):
                assert contrast(colours[ground], colours[text]) >= 4.5, (ground, text)
        assert contrast(colours["ground"], colours["line"]) >= 3


@pytest.mark.article(4, 5)
def test_the_home_page_shows_what_is_offered_without_an_account(site: Site) -> None:
    text, _ = page(site, HOME)
    assert "代理记账 &lt;b&gt;优惠&lt;/b&gt;" in text
    assert "¥1,234.50" in text
    assert "可用创业券" in text
    assert all(category.zh in text for category in CATEGORIES.values())
    english, _ = page(site, HOME + "?lang=en")
    assert all(category.en in english for category in CATEGORIES.values())
    assert {asked.context.actor for asked in site.bus.asked} == {"anonymous"}


@pytest.mark.article(8)
@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"result": REPLAY}, "Everything agrees"),
        ({"result": {**REPLAY, "verdict": "findings", "found": 3}}, "Findings: 3"),
        ({"result": {"verdict": "none", "at": None}}, "not given a verdict yet"),
        (refusal("resource.not-found", Kind.NOT_FOUND), "not given a verdict yet"),
        (refusal("service.fault", Kind.UNAVAILABLE), "cannot be shown at the moment"),
        (ServiceUnavailable(service="oversight"), "cannot be shown at the moment"),
    ],
)
def test_the_home_page_says_the_verdict_in_words(site: Site, outcome: Any, words: str) -> None:
    site.bus.outcomes["latest_replay"] = outcome
    text, _ = page(site, HOME + "?lang=en")
    assert words in text


def test_the_home_page_tells_the_time_as_people_in_anhui_read_it(site: Site) -> None:
    site.bus.outcomes["latest_replay"] = {"result": REPLAY}
    text, _ = page(site, HOME)
    assert "2026-03-02 12:00(北京时间)" in text


def test_the_home_page_is_there_when_no_service_is(site: Site) -> None:
    for method in ("find_listings", "latest_replay"):
        site.bus.outcomes[method] = ServiceUnavailable(service="x")
    text, found = page(site, HOME)
    assert text.count("该信息暂时无法获取") == 2
    assert len([one for one in found.of("p") if one.get("role") == "status"]) == 2
    assert "创业培训" in text


def test_the_services_are_not_asked_for_each_visitor(bus: ScriptedBus) -> None:
    at = [0.0]
    home = Home(bus, 1.0, lambda: at[0])
    for _ in range(5):
        home.known("c")
    assert len(bus.asked) == 2
    at[0] += FRESH_SECONDS
    home.known("c")
    assert len(bus.asked) == 4


def test_the_docs_tell_every_operation_and_how_to_ask_it(site: Site) -> None:
    for query, index in (("", 0), ("?lang=en", 1)):
        text, _ = page(site, DOCS + query)
        for contract in CONTRACTS:
            if contract.http:
                assert f'id="{contract.method()}"' in text
                assert str(escape(contract.summary[index])) in text
    assert "curl -X POST" in text
    assert "Provincial human resources department" in text


@pytest.mark.parametrize(
    "path",
    [
        HOME,
        DOCS,
        "//api/v1/openapi.json",
        "//assets/site.css",
        "//nowhere",
        "/orders",
        "//health/live",
        "//health/ready",
        "//metrics",
    ],
)
def test_every_answer_carries_the_security_headers_and_no_banner(site: Site, path: str) -> None:
    headers = site.ask("GET", path).headers
    for name, value in SECURITY_HEADERS:
        assert headers[name] == value
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "Server" not in headers
    assert headers["X-Correlation-Id"]
