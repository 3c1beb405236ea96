"""Who asked for the erasure of their data publishes nothing, until they change their mind."""

import pytest

from schemas import roles
from schemas.catalog import PublishListing
from services.catalog.tests.conftest import OFFER, Desk

REQUESTED = "identity.PersonalDataErasureRequested"
WITHDRAWN = "identity.PersonalDataErasureWithdrawn"


@pytest.mark.article(36)
def test_processing_stops_and_is_resumed(desk: Desk) -> None:
    provider = desk.provider("340200")
    desk.learn(REQUESTED, provider, {"subject": provider})
    refused = desk.code(PublishListing, provider, roles.PROVIDER, **OFFER)
    assert refused == "catalog.provider-not-admitted"
    resumed = {"subject": provider, "roles": ["user", "provider"], "region": "340200"}
    desk.learn(WITHDRAWN, provider, resumed)
    assert desk.publish(provider)["region"] == "340200"


def test_who_was_no_provider_does_not_become_one(desk: Desk) -> None:
    provider = desk.provider()
    desk.learn(REQUESTED, provider, {"subject": provider})
    desk.learn(WITHDRAWN, provider, {"subject": provider, "roles": ["user"], "region": "340100"})
    refused = desk.code(PublishListing, provider, roles.PROVIDER, **OFFER)
    assert refused == "catalog.provider-not-admitted"
