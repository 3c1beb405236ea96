"""An order freezes the fee schedule that operator and provider had agreed on (art. 15)."""

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest

from chassis import clock
from chassis.contract import MAX_FEN
from chassis.database import migrate
from chassis.domain import new_id, stream_id
from matching import queries
from matching.domain.fee import FeeSchedule
from schemas import roles
from services.matching.tests.conftest import MIGRATIONS, Bench

DIGEST = "5" * 64


class Agreed:
    """What operator and a provider agree on, as the catalog tells it."""

    def __init__(self, bench: Bench, provider: str) -> None:
        self._bench, self._stream, self._version = bench, stream_id("fee-schedule", provider), 0
        self._tell("Opened", provider=provider)

    def _tell(self, name: str, **data: Any) -> None:
        self._version += 1
        self._bench.learn(f"catalog.FeeSchedule{name}", self._stream, data, self._version)

    def proposed(self, number: int, rate_bp: int, valid_from: str, **rates: int) -> None:
        """A version that one side signed."""
        named = {name.replace("_", "."): rate for name, rate in rates.items()}
        said: dict[str, Any] = {"number": number, "side": "operator", "signer": "one"}
        said |= {"rate_bp": rate_bp, "rates": named, "valid_from": valid_from}
        self._tell("Proposed", **said, content_sha256=DIGEST)

    def signed(self, number: int) -> None:
        """The other side signed it."""
        said: dict[str, Any] = {"number": number, "side": "provider", "signer": "another"}
        self._tell("Signed", **said, content_sha256=DIGEST)

    def agree(self, number: int, rate_bp: int, valid_from: str, **rates: int) -> None:
        """Both."""
        self.proposed(number, rate_bp, valid_from, **rates)
        self.signed(number)


def placed(bench: Bench, user: str, listing: str, price_fen: int = 100_000) -> dict[str, Any]:
    """An order of 100,000 fen, unless said otherwise."""
    given: dict[str, Any] = {"listing_id": listing, "voucher_id": new_id(), "price_fen": price_fen}
    outcome = bench.execute("place_order", user, **given)
    found: dict[str, Any] = json.loads(json.dumps(outcome))["result"]
    return found


def fee(number: int, rate_bp: int, operator_fen: int) -> dict[str, Any]:
    """What an order of 100,000 fen keeps."""
    parts = {"operator_fen": operator_fen, "provider_fen": 100_000 - operator_fen}
    return {"number": number, "content_sha256": DIGEST, "rate_bp": rate_bp, **parts}


@pytest.mark.article(15)
def test_an_order_freezes_the_version_that_both_signed(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    listing, agreed = bench.listing(provider), Agreed(bench, provider)
    assert placed(bench, user, listing)["fee"] is None
    agreed.proposed(1, 500, "2026-05-01")
    assert placed(bench, user, listing)["fee"] is None, "one side alone has signed"
    agreed.signed(1)
    view = placed(bench, user, listing)
    assert view["fee"] == fee(1, 500, 5_000)
    assert bench.events()[-1][1]["fee"] == view["fee"]
    with bench.acting(user):
        assert queries.order(bench.app.database, view["id"])["fee"] == view["fee"]


@pytest.mark.article(15)
def test_a_later_version_holds_from_its_own_date_on(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    listing, agreed = bench.listing(provider), Agreed(bench, provider)
    agreed.agree(1, 500, "2026-01-01")
    first = placed(bench, user, listing)
    agreed.agree(2, 100, "2099-01-01")
    assert placed(bench, user, listing)["fee"] == fee(1, 500, 5_000)
    agreed.agree(3, 200, "2026-01-01", enterprise_legal=333)
    assert placed(bench, user, listing)["fee"] == fee(3, 333, 3_330)
    with bench.acting(user):
        kept = queries.order(bench.app.database, first["id"])
    assert kept["fee"] == fee(1, 500, 5_000), "what was placed keeps what it froze"


@pytest.mark.article(15)
def test_what_another_provider_agreed_is_its_own(bench: Bench) -> None:
    user, provider, other = bench.user(), bench.provider(), bench.provider()
    Agreed(bench, other).agree(1, 500, "2026-01-01")
    assert placed(bench, user, bench.listing(provider))["fee"] is None


@pytest.mark.article(15)
@pytest.mark.parametrize(
    ("price", "rate_bp", "operator"),
    [(1, 9_999, 0), (10_000, 1, 1), (9_999, 1, 0), (100, 10_000, 100), (10**15, 1, 10**11)],
)
def test_the_operators_part_is_rounded_down(price: int, rate_bp: int, operator: int) -> None:
    frozen = FeeSchedule(1, rate_bp, {}, DIGEST).frozen("enterprise.legal", price)
    assert (frozen["operator_fen"], frozen["provider_fen"]) == (operator, price - operator)


@pytest.mark.article(8, 15)
def test_a_statement_sums_what_the_operator_is_due_for_a_month(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    listing, agreed = bench.listing(provider), Agreed(bench, provider)

    def accepted(part: int | None = None) -> None:
        order = placed(bench, user, listing)["id"]
        bench.reserved(order, 30_000)
        given = {"order_id": order, "evidence_sha256": "e" * 64}
        assert "result" in json.loads(json.dumps(bench.execute("deliver_order", provider, **given)))
        bench.execute("accept_order", user, order_id=order, accepted_fen=part)

    with clock.fixed(datetime(2026, 4, 30, 16, tzinfo=UTC)):  # the first of May in Shanghai
        accepted()
        agreed.agree(1, 333, "2026-01-01")
        accepted()
        accepted(50_001)
        placed(bench, user, listing)

    def statement(
        who: str | None, role: str, month: str = "2026-05", of: str | None = None
    ) -> list[dict[str, Any]]:
        with bench.acting(who, role):
            return queries.fee_statement(bench.app.database, month, of)

    none = {"number": None, "orders": 1, "accepted_fen": 100_000, "operator_fen": 0}
    by_first = {"number": 1, "orders": 2, "accepted_fen": 150_001, "operator_fen": 3_330 + 1_665}
    both = [
        {"month": "2026-05", "provider": provider, **by_first, "provider_fen": 145_006},
        {"month": "2026-05", "provider": provider, **none, "provider_fen": 100_000},
    ]
    assert statement(provider, roles.PROVIDER) == both
    assert statement(None, roles.SUPERVISOR) == both
    assert statement(None, roles.OPERATOR, of=provider) == both
    assert statement(bench.provider(), roles.PROVIDER, of=provider) == []
    assert statement(None, roles.SUPERVISOR, month="2026-04") == []


@pytest.mark.article(15)
def test_the_largest_amounts_are_summed_too(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    Agreed(bench, provider).agree(1, 10_000, "2026-01-01")
    listing = bench.listing(provider, MAX_FEN)
    with clock.fixed(datetime(2026, 5, 1, 4, tzinfo=UTC)):
        for _ in range(2):
            order = placed(bench, user, listing, MAX_FEN)["id"]
            bench.reserved(order, 1)
            bench.execute("deliver_order", provider, order_id=order, evidence_sha256="e" * 64)
            bench.execute("accept_order", user, order_id=order)
    with bench.acting(None, roles.OPERATOR):
        (found,) = queries.fee_statement(bench.app.database, "2026-05", None)
    assert (found["operator_fen"], found["provider_fen"]) == (2 * MAX_FEN, 0)


@pytest.mark.article(15)
def test_what_was_accepted_before_there_were_fees_is_stated_too(bench: Bench) -> None:
    user, provider = bench.user(), bench.provider()
    listing, url = bench.listing(provider), bench.app.settings.database_url
    with clock.fixed(datetime(2026, 4, 30, 16, tzinfo=UTC)):  # the first of May in Shanghai
        order = placed(bench, user, listing)["id"]
        bench.reserved(order, 30_000)
        bench.execute("deliver_order", provider, order_id=order, evidence_sha256="e" * 64)
        bench.execute("accept_order", user, order_id=order)
    with closing(psycopg2.connect(url)) as earlier, earlier, earlier.cursor() as cursor:
        cursor.execute("UPDATE orders SET accepted_on = NULL")
        cursor.execute("UPDATE matching_version SET version_num = '0004'")
    migrate(url, {"matching": MIGRATIONS})
    with bench.acting(None, roles.OPERATOR):
        (found,) = queries.fee_statement(bench.app.database, "2026-05", None)
    assert (found["number"], found["orders"]) == (None, 1)
