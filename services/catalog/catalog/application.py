"""The catalog's use cases of listings: publish, whitelist, withdraw."""

from hashlib import sha256
from typing import Any

from catalog.domain.listing import RULE_VERSION, Content, Listing
from catalog.domain.refusals import MayNotCharge, ProviderNotActive, ProviderNotAdmitted
from catalog.fees import Fees
from chassis import clock, context, standing
from chassis.application import Decision
from chassis.canonical import canonical
from schemas.categories import CHARGEABLE


class Catalog(Fees):
    """What is offered, in a closed tree of categories, and what of its price is the operator's."""

    def publish_listing(
        self, category: str, title: str, description: str, price_fen: int, confirmed: bool
    ) -> Decision:
        """An admitted provider publishes a service and confirms what it says."""
        subject = context.current().subject
        publisher = standing.of_caller(self.database)
        if subject is None or publisher.provider is None or publisher.stopped:
            raise ProviderNotAdmitted
        if publisher.provider != standing.ACTIVE:
            raise ProviderNotActive(state=publisher.provider)
        if price_fen and not publisher.may_charge:
            raise MayNotCharge
        content = Content(
            category=category,
            title=title,
            description=description,
            price_fen=price_fen,
            sha256=content_digest(category, title, description, price_fen),
        )
        listing = Listing.publish(
            subject,
            publisher.region,
            content,
            chargeable=category in CHARGEABLE,
            confirmed=confirmed,
        )
        seen = publisher.relied_on
        return Decision(present(listing), [listing], rule_version=RULE_VERSION, seen=seen)

    def whitelist_listing(self, listing_id: str, **terms: Any) -> Decision:
        """省人社厅 lets vouchers pay for a listing in a period."""
        listing = self.load(Listing, listing_id)
        listing.whitelist(**terms, today=clock.legal_date())
        return Decision(present(listing), [listing], rule_version=RULE_VERSION)

    def withdraw_listing(self, listing_id: str) -> Decision:
        """Its provider withdraws a listing."""
        listing = self.load(Listing, listing_id)
        listing.withdraw(context.current().subject)
        return Decision(present(listing), [listing])


def content_digest(category: str, title: str, description: str, price_fen: int) -> str:
    """What the publisher confirms (art. 33): SHA-256 over the content in canonical JSON."""
    content = {
        "category": category,
        "title": title,
        "description": description,
        "price_fen": price_fen,
    }
    return sha256(canonical(content)).hexdigest()


def present(listing: Listing) -> dict[str, Any]:
    """A listing as `ListingView` shows it."""
    return {
        "id": listing.key,
        "revision": listing.version,
        "provider": listing.provider,
        "region": listing.region,
        "category": listing.category,
        "title": listing.title,
        "description": listing.description,
        "price_fen": listing.price_fen,
        "state": listing.state,
        "voucher": listing.voucher,
        "content_sha256": listing.content_sha256,
    }
