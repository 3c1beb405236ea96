"""Listings: published by admitted providers, free where they must be, whitelisted, withdrawn."""

import json
from hashlib import sha256
from typing import Any

import eventlet
import pytest
import rfc8785

from catalog.service import SERVICE, CatalogService
from chassis.contract import Contract
from chassis.domain import new_id
from schemas import roles
from schemas.catalog import (
    CONTRACTS,
    FindListings,
    GetListing,
    PublishListing,
    WhitelistListing,
    WithdrawListing,
)
from schemas.categories import CATEGORIES
from schemas.events import catalog as events
from services.catalog.tests.conftest import OFFER, TERMS, Desk

FREE = [code for code, category in CATEGORIES.items() if not category.chargeable]
CHARGED = [code for code, category in CATEGORIES.items() if category.chargeable]


@pytest.mark.article(12, 26, 33)
@pytest.mark.article(14, 24)
def test_public_bodies_and_civil_servants_list_at_price_0(desk: Desk) -> None:
    provider = desk.provider(may_charge=False)
    priced = {**OFFER, "price_fen": 1}
    code = desk.code(PublishListing, provider, roles.PROVIDER, **priced)
    assert code == "catalog.may-not-charge"
    assert desk.publish(provider, price_fen=0)["price_fen"] == 0


@pytest.mark.article(10, 21)
def test_who_is_suspended_or_has_left_publishes_nothing(desk: Desk) -> None:
    provider = desk.provider()

    def refused() -> str:
        return desk.code(PublishListing, provider, roles.PROVIDER, **OFFER)

    suspended = {"ground": "operator", "reason": "x"}
    desk.learn("identity.SubjectSuspendedAsProvider", provider, suspended)
    assert refused() == "catalog.provider-not-active"
    desk.learn("identity.SubjectResumedAsProvider", provider, {"reason": "x"})
    assert desk.publish(provider)
    desk.learn("identity.SubjectExitedAsProvider", provider, {"reason": "other"})
    assert refused() == "catalog.provider-not-active"
    again = {"kind": "lawful-firm", "name": "示例", "region": "340100", "conditions": {}}
    desk.learn("identity.SubjectAdmittedAsProvider", provider, {**again, "may_charge": True})
    assert desk.publish(provider)


@pytest.mark.article(28)
def test_who_is_on_the_blacklist_publishes_nothing_and_is_not_listed(desk: Desk) -> None:
    provider, entry = desk.provider(), new_id()
    listing, other = desk.publish(provider)["id"], desk.publish()["id"]

    def shown() -> set[str]:
        return {row["id"] for row in desk.result(FindListings)}

    told = {"subject_id": provider, "until": "2027-05-01"}
    desk.learn("identity.BlacklistingEntered", entry, told)
    outcome = desk.ask(PublishListing, provider, roles.PROVIDER, **OFFER)
    assert outcome["error"]["code"] == "standing.blacklisted"
    assert outcome["error"]["data"] == {"until": "2027-05-01"}
    refused = desk.log()[-1]
    assert (refused.type, refused.data["code"]) == (
        "catalog.CommandRefused",
        "standing.blacklisted",
    )
    assert shown() == {other}
    assert desk.result(GetListing, listing_id=listing)["state"] == "published", "the record stays"
    desk.learn("identity.BlacklistingEnded", entry, {"subject_id": provider})
    assert shown() == {listing, other}
    assert desk.publish(provider)


def test_an_admitted_provider_publishes_and_confirms_the_content(desk: Desk) -> None:
    provider = desk.provider("340104")
    view = desk.publish(provider)
    content = {name: OFFER[name] for name in ("category", "title", "description", "price_fen")}
    assert view == {
        "id": view["id"],
        "revision": 1,
        "provider": provider,
        "region": "340104",
        **content,
        "state": "published",
        "voucher": None,
        "content_sha256": sha256(rfc8785.dumps(content)).hexdigest(),
    }
    assert desk.result(GetListing, listing_id=view["id"]) == view
    assert desk.result(FindListings) == [view]
    [published] = desk.log()
    assert (published.type, published.stream) == ("catalog.ListingPublished", view["id"])
    assert published.data == {
        "provider": provider,
        "region": "340104",
        **content,
        "content_sha256": view["content_sha256"],
    }
    assert published.event["seen"] == {"identity": 1}, "what the decision stood on"
    assert published.event["rule_version"] == "listing/1"


@pytest.mark.article(21, 26)
@pytest.mark.parametrize("learnt", [None, "identity.SubjectAdmittedAsUser"])
def test_who_is_no_admitted_provider_cannot_publish(desk: Desk, learnt: str | None) -> None:
    subject = desk.verified() if learnt else new_id()
    desk.provider()
    if learnt:
        desk.learn(learnt, subject, {"region": "340100", "conditions": {}})
    for who in (subject, ""):
        code = desk.code(PublishListing, who, roles.PROVIDER, **OFFER)
        assert code == "catalog.provider-not-admitted"
    assert [entry.type for entry in desk.log()] == ["catalog.CommandRefused"] * 2
    assert desk.result(FindListings) == []


@pytest.mark.parametrize("role", [None, roles.USER, roles.HRSS_PROVINCE, roles.SUPERVISOR])
def test_only_the_role_of_provider_publishes(desk: Desk, role: str | None) -> None:
    outcome = desk.ask(PublishListing, desk.provider(), role, **OFFER)
    assert outcome["error"]["code"] == "role.required"


@pytest.mark.article(14)
@pytest.mark.parametrize("category", FREE)
def test_policy_and_government_services_are_free(desk: Desk, category: str) -> None:
    provider = desk.provider()
    given = {**OFFER, "category": category, "price_fen": 1}
    code = desk.code(PublishListing, provider, roles.PROVIDER, **given)
    assert code == "catalog.must-be-free"
    refused = desk.log()[-1]
    assert refused.type == "catalog.CommandRefused"
    assert refused.data["inputs"]["price_fen"] == 1
    assert desk.publish(provider, category=category, price_fen=0)["price_fen"] == 0


@pytest.mark.article(14)
@pytest.mark.parametrize("price_fen", [0, 1, 10**15])
def test_start_up_and_enterprise_services_may_be_charged(desk: Desk, price_fen: int) -> None:
    provider = desk.provider()
    for category in CHARGED:
        view = desk.publish(provider, category=category, price_fen=price_fen)
        assert view["price_fen"] == price_fen


@pytest.mark.article(33)
def test_without_confirmation_nothing_is_published(desk: Desk) -> None:
    given = {**OFFER, "confirmed": False}
    code = desk.code(PublishListing, desk.provider(), roles.PROVIDER, **given)
    assert code == "catalog.not-confirmed"
    assert desk.result(FindListings) == []


@pytest.mark.article(12)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "enterprise.gambling"),
        ("category", "enterprise"),
        ("category", ""),
        ("category", None),
        ("title", ""),
        ("title", " x "),
        ("title", "x" * 81),
        ("title", "a\x00b"),
        ("title", ["x", "y"]),
        ("description", "x" * 4001),
        ("price_fen", -1),
        ("price_fen", 10**15 + 1),
        ("price_fen", 1.5),
        ("price_fen", "100"),
        ("price_fen", True),
        ("confirmed", 1),
        ("confirmed", "true"),
        ("confirmed", None),
        ("provider", "someone else"),
    ],
)
def test_bad_input_is_refused_naming_the_field(desk: Desk, field: str, value: object) -> None:
    given: dict[str, Any] = {**OFFER, field: value}
    outcome = desk.ask(PublishListing, desk.provider(), roles.PROVIDER, **given)
    assert outcome["error"]["code"] == "input.invalid"
    assert list(outcome["error"]["data"]["fields"]) == [field]
    assert desk.log() == []


@pytest.mark.article(17)
def test_a_priced_listing_is_whitelisted_for_a_period(desk: Desk) -> None:
    listing = desk.publish()
    view = desk.whitelist(listing["id"])
    assert view == {**listing, "revision": 2, "voucher": TERMS}
    assert desk.result(GetListing, listing_id=listing["id"]) == view
    whitelisted = desk.log()[-1]
    assert (whitelisted.type, whitelisted.data) == ("catalog.ListingWhitelisted", TERMS)
    other = {"valid_from": "2026-06-01", "valid_until": "2026-06-01", "rate_bp": 1, "cap_fen": 1}
    again = desk.whitelist(listing["id"], **other)
    assert (again["revision"], again["voucher"]) == (3, other)
    assert desk.result(GetListing, listing_id=listing["id"]) == again


@pytest.mark.article(14, 17)
@pytest.mark.parametrize("category", ["policy.query", "government.connector", "startup.training"])
def test_a_free_listing_is_not_whitelisted(desk: Desk, category: str) -> None:
    listing = desk.publish(category=category, price_fen=0)
    given = {"listing_id": listing["id"], **TERMS}
    code = desk.code(WhitelistListing, "", roles.HRSS_PROVINCE, **given)
    assert code == "catalog.not-payable"


@pytest.mark.article(17)
@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        ("2026-03-01", "2026-03-01", True),
        ("2025-01-01", "2026-03-01", True),
        ("2026-12-31", "2026-12-30", False),
        ("2025-01-01", "2026-02-28", False),
    ],
)
def test_a_period_is_in_order_and_not_past(desk: Desk, first: str, last: str, fits: bool) -> None:
    listing = desk.publish()
    given = {"listing_id": listing["id"], **TERMS, "valid_from": first, "valid_until": last}
    outcome = desk.ask(WhitelistListing, "", roles.HRSS_PROVINCE, **given)
    if fits:
        assert outcome["result"]["voucher"]["valid_until"] == last
    else:
        assert outcome["error"]["code"] == "catalog.dates-out-of-order"


@pytest.mark.article(17)
@pytest.mark.parametrize("role", sorted(roles.ALL - {roles.HRSS_PROVINCE}))
def test_only_the_owner_of_the_platform_whitelists(desk: Desk, role: str) -> None:
    listing = desk.publish()
    given = {"listing_id": listing["id"], **TERMS}
    assert desk.code(WhitelistListing, listing["provider"], role, **given) == "role.required"


def test_a_listing_is_withdrawn_by_its_provider(desk: Desk) -> None:
    listing = desk.publish()
    desk.whitelist(listing["id"])
    stranger = desk.provider()
    given = {"listing_id": listing["id"]}
    assert desk.code(WithdrawListing, stranger, roles.PROVIDER, **given) == "catalog.not-owner"
    view = desk.result(WithdrawListing, listing["provider"], roles.PROVIDER, **given)
    assert view == {**listing, "revision": 3, "state": "withdrawn", "voucher": None}
    assert desk.result(GetListing, **given) == view
    assert desk.result(FindListings) == []
    for contract, who, more in (
        (WithdrawListing, (listing["provider"], roles.PROVIDER), {}),
        (WhitelistListing, ("", roles.HRSS_PROVINCE), TERMS),
    ):
        assert desk.code(contract, *who, **given, **more) == "catalog.listing-withdrawn"


@pytest.mark.parametrize(
    ("contract", "role", "terms"),
    [
        (WithdrawListing, roles.PROVIDER, {}),
        (WhitelistListing, roles.HRSS_PROVINCE, TERMS),
        (GetListing, None, {}),
    ],
)
def test_what_does_not_exist_is_not_found(
    desk: Desk, contract: type[Contract], role: str, terms: dict[str, Any]
) -> None:
    code = desk.code(contract, new_id(), role, listing_id=new_id(), **terms)
    assert code == "resource.not-found"


def test_withdrawal_and_whitelisting_at_once_leave_a_withdrawn_listing(desk: Desk) -> None:
    listing = desk.publish()
    given: dict[str, Any] = {"listing_id": listing["id"]}
    pool = eventlet.GreenPool(11)
    jobs: list[tuple[Any, ...]] = [
        (WithdrawListing, (listing["provider"], roles.PROVIDER), {}),
        *((WhitelistListing, ("", roles.HRSS_PROVINCE), TERMS) for _ in range(10)),
    ]
    outcomes = list(pool.imap(lambda job: desk.ask(job[0], *job[1], **{**given, **job[2]}), jobs))
    assert "result" in outcomes[0]
    view = desk.result(GetListing, **given)
    assert (view["state"], view["voucher"]) == ("withdrawn", None)
    done = sum("result" in outcome for outcome in outcomes)
    assert view["revision"] == 1 + done


def test_a_repeated_command_publishes_once(desk: Desk) -> None:
    provider, id_ = desk.provider(), new_id()
    pool = eventlet.GreenPool(5)
    outcomes = list(
        pool.imap(
            lambda _: desk.ask(PublishListing, provider, roles.PROVIDER, id_, **OFFER), range(5)
        )
    )
    assert outcomes == [outcomes[0]] * 5
    assert len(desk.result(FindListings)) == 1
    changed = {**OFFER, "price_fen": 1}
    other = desk.ask(PublishListing, provider, roles.PROVIDER, id_, **changed)
    assert other["error"]["data"]["fields"] == ["price_fen"]


def test_every_event_that_happens_fits_its_schema(desk: Desk) -> None:
    listing = desk.publish()
    desk.whitelist(listing["id"])
    given = {"listing_id": listing["id"]}
    desk.result(WithdrawListing, listing["provider"], roles.PROVIDER, **given)
    desk.code(PublishListing, new_id(), roles.PROVIDER, **OFFER)
    schemas = {schema.type: schema for schema in events.EVENTS}
    entries = desk.log()
    for entry in entries:
        assert schemas[entry.type]().load(entry.data) is not None
    elsewhere = ("catalog.Subscription", "catalog.FeeSchedule")
    own = {type_ for type_ in schemas if not type_.startswith(elsewhere)}
    assert {entry.type for entry in entries} == own, "each type happened"
    for schema in events.EVENTS:
        assert schema().load(schema.example)


def test_every_contract_has_its_entrypoint() -> None:
    assert SERVICE.name == "catalog"
    for contract in CONTRACTS:
        assert getattr(CatalogService, contract.method()).contract is contract
        assert contract.service == "catalog"


def test_a_refusal_says_why_in_two_languages(desk: Desk) -> None:
    given = {**OFFER, "category": "policy.query"}
    outcome = desk.ask(PublishListing, desk.provider(), roles.PROVIDER, **given)
    assert json.loads(json.dumps(outcome["error"]["message"])) == {
        "zh": "类目 policy.query 为公益性服务,价格必须为 0",
        "en": "Services of the category policy.query are free: the price must be 0",
    }
