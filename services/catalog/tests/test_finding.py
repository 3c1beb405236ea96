"""Finding services: without an account, by category, region, text and vouchers (art. 4, 5, 12)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.catalog import FindListings, ListCategories
from schemas.categories import CATEGORIES, FUNCTIONS
from services.catalog.tests.conftest import Desk, Move


def found(desk: Desk, **given: Any) -> list[str]:
    """The titles of what is found, sorted."""
    return sorted(view["title"] for view in desk.result(FindListings, **given))


@pytest.mark.article(12)
def test_the_categories_are_a_closed_tree_of_four_functions(desk: Desk) -> None:
    shown = desk.result(ListCategories)
    assert [each["code"] for each in shown] == list(CATEGORIES)
    assert {each["function"] for each in shown} == set(FUNCTIONS)
    assert {each["function"] for each in shown if not each["chargeable"]} == {
        "policy",
        "government",
    }


@pytest.mark.article(4, 5)
def test_anybody_finds_by_category_and_region(desk: Desk) -> None:
    hefei, yaohai, wuhu = desk.provider("340100"), desk.provider("340102"), desk.provider("340200")
    desk.publish(hefei, title="甲甲")
    desk.publish(yaohai, title="乙乙", category="enterprise.tax")
    desk.publish(wuhu, title="丙丙")
    assert found(desk) == ["丙丙", "乙乙", "甲甲"]
    assert found(desk, category="enterprise.tax") == ["乙乙"]
    assert found(desk, region="340000") == ["丙丙", "乙乙", "甲甲"]
    assert found(desk, region="340100") == ["乙乙", "甲甲"]
    assert found(desk, region="340102") == ["乙乙"]
    assert found(desk, region="340300") == []
    assert found(desk, region="340100", category="enterprise.legal") == ["甲甲"]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("咨询", ["Tax 咨询", "股权咨询"]),
        ("tAX", ["Tax 咨询"]),
        ("两小时", ["股权咨询"]),
        ("100%", ["折扣 100%_x"]),
        ("%", ["折扣 100%_x"]),
        ("_", ["折扣 100%_x"]),
        ("/", ["a/b\\c'd"]),
        ("\\", ["a/b\\c'd"]),
        ("'", ["a/b\\c'd"]),
        ("'; DROP TABLE listings; --", []),
        ("没有", []),
    ],
)
def test_text_is_found_in_title_and_description_as_it_stands(
    desk: Desk, text: str, titles: list[str]
) -> None:
    provider = desk.provider()
    desk.publish(provider, title="股权咨询", description="两小时一对一")
    desk.publish(provider, title="Tax 咨询", description="报税")
    desk.publish(provider, title="折扣 100%_x", description="全部")
    desk.publish(provider, title="a/b\\c'd", description="符号")
    assert found(desk, text=text) == titles


@pytest.mark.article(17)
def test_what_vouchers_pay_for_today_can_be_found(desk: Desk, at_noon: Move) -> None:
    provider = desk.provider()
    now = desk.publish(provider, title="现在")
    later = desk.publish(provider, title="以后")
    desk.publish(provider, title="从不")
    desk.whitelist(now["id"], valid_from="2026-03-01", valid_until="2026-03-31")
    desk.whitelist(later["id"], valid_from="2026-04-01", valid_until="2026-04-30")
    assert found(desk, vouchers=True) == ["现在"]
    assert len(found(desk, vouchers=False)) == 3
    at_noon(datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    assert found(desk, vouchers=True) == ["现在"]
    at_noon(datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
    assert found(desk, vouchers=True) == ["以后"]
    at_noon(datetime(2026, 4, 30, 16, 0, tzinfo=UTC))
    assert found(desk, vouchers=True) == []


def test_pages_hold_every_listing_once(desk: Desk) -> None:
    provider = desk.provider()
    made = {desk.publish(provider)["id"] for _ in range(7)}
    seen: list[str] = []
    while page := desk.result(FindListings, limit=3, **({"after": seen[-1]} if seen else {})):
        assert len(page) <= 3
        seen += [view["id"] for view in page]
    assert set(seen) == made
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "none"),
        ("region", "110000"),
        ("region", "34010"),
        ("text", ""),
        ("text", "x" * 81),
        ("text", "\x00"),
        ("after", "1"),
        ("limit", 0),
        ("limit", 201),
        ("order", "price"),
    ],
)
def test_bad_filters_are_refused_naming_them(desk: Desk, field: str, value: object) -> None:
    outcome = desk.ask(FindListings, **{field: value})  # type: ignore[arg-type]
    assert outcome["error"]["code"] == "input.invalid"
    assert list(outcome["error"]["data"]["fields"]) == [field]


def test_a_provider_learnt_twice_has_the_newest_region(desk: Desk) -> None:
    subject = desk.verified()
    data = {"kind": "lawful-firm", "name": "示例", "conditions": {}}
    for region in ("340100", "340200"):
        desk.learn("identity.SubjectAdmittedAsProvider", subject, {**data, "region": region})
    assert desk.publish(subject)["region"] == "340200"
