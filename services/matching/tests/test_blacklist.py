"""Who is on the blacklist orders nothing, and sells nothing new (黑名单, art. 28)."""

from types import SimpleNamespace
from typing import Any

import pytest

from chassis import context
from chassis.domain import new_id
from matching.service import MatchingService
from schemas import roles
from schemas.matching import AcceptOrder, PlaceOrder
from services.matching.tests.test_orders import EVIDENCE, Bench, placed


def asked(bench: Bench, contract: Any, subject: str, **given: Any) -> dict[str, Any]:
    """The outcome of a command at the service's own entrypoint, by a user."""
    service = object.__new__(MatchingService)
    runtime: Any = SimpleNamespace(application=bench.app, commands=bench.commands, key=None)
    who = context.Context(f"account-of-{subject}", subject, roles.USER)
    service.runtime, service.circumstances = runtime, who  # type: ignore[misc]
    payload = {"input": given, "command_id": new_id()}
    outcome: dict[str, Any] = getattr(service, contract.method())(payload)
    return outcome


@pytest.mark.article(28)
def test_who_is_on_the_blacklist_orders_nothing_and_nobody_orders_of_them(bench: Bench) -> None:
    order, user, provider = placed(bench)
    bench.reserved(order, 30_000)
    service, entry = bench.listing(provider), new_id()
    wanted = {"listing_id": service, "voucher_id": new_id(), "price_fen": 100_000}
    bench.blacklist(user, entry)
    assert asked(bench, PlaceOrder, user, **wanted)["error"]["code"] == "standing.blacklisted"
    assert bench.events()[-1][1]["code"] == "standing.blacklisted", "an entry says who tried"
    bench.learn("identity.BlacklistingEnded", entry, {"subject_id": user})
    entry = new_id()
    bench.blacklist(provider, entry)
    refused = asked(bench, PlaceOrder, user, **wanted)
    assert refused["error"]["code"] == "matching.listing-not-available"
    delivery = {"order_id": order, "evidence_sha256": EVIDENCE}
    assert "result" in bench.execute("deliver_order", provider, "provider", **delivery)
    assert "result" in asked(bench, AcceptOrder, user, order_id=order), "what was agreed is done"
    lifted = {"subject_id": provider, "lift": True, "reason": "-", "decided_by": new_id()}
    bench.learn("identity.BlacklistingAppealDecided", entry, lifted)
    assert "result" in asked(bench, PlaceOrder, user, **wanted)
