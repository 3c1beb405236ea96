"""The catalog's use cases: publish, whitelist, withdraw."""

from hashlib import sha256
from typing import Any, ClassVar

from catalog import queries
from catalog.domain.listing import RULE_VERSION, Content, Listing
from catalog.domain.refusals import MayNotCharge, ProviderNotActive, ProviderNotAdmitted
from catalog.projections import PROJECTOR
from chassis import clock, context
from chassis.application import Application, Decision
from chassis.canonical import canonical
from chassis.projection import Projector
from schemas.categories import CHARGEABLE


class Catalog(Application):
    """What is offered, in a closed tree of categories."""

    log = "catalog"
    projector: ClassVar[Projector] = PROJECTOR

    def publish_listing(
        self, category: str, title: str, description: str, price_fen: int, confirmed: bool
    ) -> Decision:
        """An admitted provider publishes a service and confirms what it says."""
        subject = context.current().subject
        publisher = queries.publisher(self.database, subject)
        if subject is None or publisher is None:
            raise ProviderNotAdmitted
        if publisher.state != "active":
            raise ProviderNotActive(state=publisher.state)
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
        return Decision(present(listing), [listing], rule_version=RULE_VERSION, seen=publisher.seen)

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
